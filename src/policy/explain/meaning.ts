import { WRITES } from '../api/verbs.ts';
import { LONG_RUNNING_SUBRESOURCES } from '../decide/decide.ts';
import { contentsOf } from '../sensitive.ts';
import type { Decision, RequestAttributes, Stage, Level } from '../types.ts';

/** Says in plain words what a decision records of a request: a few sentences, the first of them the most important. */
export function meaningOf(request: RequestAttributes, decision: Decision, stages: readonly Stage[]): string[] {
  const { level } = decision;
  if (level === 'None') return ['Nothing is recorded of this request.'];
  if (stages.length === 0) return ['Nothing is recorded: every stage that this request goes through is omitted.'];
  const bodies = recordedBodies(request, level);
  return [recorded(bodies), ...whyNoBody(request, decision), ...warnings(request, decision, bodies)];
}

const WHO = 'who did what, when and from where, and how it ended';

function recorded({ request, response }: Bodies): string {
  if (request && response) return `Recorded: ${WHO}; the object sent and the answer.`;
  if (request) return `Recorded: ${WHO}; the object sent.`;
  if (response) return `Recorded: ${WHO}; the answer.`;
  return `Recorded: ${WHO}. No bodies.`;
}

function whyNoBody(request: RequestAttributes, { level }: Decision): string[] {
  if (level === 'Metadata') return [];
  if (request.user === undefined) return ['It fails to authenticate (401): there is no user, and no body is read.'];
  const there = bodiesOf(request);
  const wanted = level === 'RequestResponse' ? there.request || there.response : there.request;
  if (wanted) return [];
  const refused = level === 'RequestResponse' ? ' If it is refused or fails, the error is recorded.' : '';
  return [`${noBody(request)}, so ${level} records no more than Metadata.${refused}`];
}

function noBody(request: RequestAttributes): string {
  const { verb = '', subresource = '', isResourceRequest } = request;
  if (isResourceRequest !== true) return 'The bodies of this path are never recorded';
  if (!bodiesOf(request).response)
    return `What ${isStream(request) ? subresource : `a ${verb}`} streams is never recorded`;
  return `A ${verb} sends no object`;
}

function warnings(request: RequestAttributes, { omitManagedFields }: Decision, bodies: Bodies): string[] {
  if (!bodies.request && !bodies.response) return [];
  const list = bodies.response && request.verb === 'list' ? 'The answer is the full list, each time.' : undefined;
  const fields = omitManagedFields ? 'Without managedFields.' : undefined;
  return [secretText(request, bodies), list, fields].filter((text) => text !== undefined);
}

function secretText(request: RequestAttributes, bodies: Bodies): string | undefined {
  const { verb = '' } = request;
  const held = contentsOf(request).find(
    ({ sent, answered, inLog }) =>
      inLog && ((bodies.request && sent.includes(verb)) || (bodies.response && answered.includes(verb))),
  );
  return held?.inLog;
}

/** Which bodies there are to record of a request. */
export interface Bodies {
  request: boolean;
  response: boolean;
}

const DISCOVERY = /^\/apis?(\/[^/]+){0,2}\/?$/;

/**
 * Tells which bodies a request can leave in the log at level RequestResponse if it succeeds. Only the handlers that read and write
 * objects record them (`pkg/endpoints/handlers` of k8s.io/apiserver, release 1.37), so that streams have none; of the paths only
 * discovery answers with an object. A delete has a request body where the client sent options.
 */
export function bodiesOf(request: RequestAttributes): Bodies {
  const { user, verb = '', isResourceRequest, path = '' } = request;
  if (user === undefined) return { request: false, response: false };
  if (isResourceRequest !== true) return { request: false, response: verb === 'get' && DISCOVERY.test(path) };
  if (isStream(request)) return { request: false, response: false };
  return { request: WRITES.includes(verb), response: verb !== 'watch' };
}

/** Whether a request for a subresource is a connection or a stream of text. */
function isStream({ subresource = '' }: RequestAttributes): boolean {
  return LONG_RUNNING_SUBRESOURCES.includes(subresource);
}

/** The bodies that a level records of a request. */
function recordedBodies(request: RequestAttributes, level: Level): Bodies {
  const bodies = bodiesOf(request);
  return {
    request: bodies.request && (level === 'Request' || level === 'RequestResponse'),
    response: bodies.response && level === 'RequestResponse',
  };
}
