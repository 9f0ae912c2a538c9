import { contentsOf } from '../sensitive.ts';
import type { Decision, RequestAttributes, Stage } from '../types.ts';
import { type Bodies, bodiesOf, isStream, recordedBodies } from './bodies.ts';

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
