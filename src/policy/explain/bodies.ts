import type { Level, RequestAttributes } from '../types.ts';

/** Which bodies there are to record of a request. */
export interface Bodies {
  request: boolean;
  response: boolean;
}

const WITH_REQUEST_BODY: readonly string[] = ['create', 'update', 'patch', 'delete', 'deletecollection'];
const STREAMS: readonly string[] = ['exec', 'attach', 'portforward', 'proxy', 'log'];
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
  return { request: WITH_REQUEST_BODY.includes(verb), response: verb !== 'watch' };
}

/** Whether a request for a subresource is a connection or a stream of text. */
export function isStream({ subresource = '' }: RequestAttributes): boolean {
  return STREAMS.includes(subresource);
}

/** The bodies that a level records of a request. */
export function recordedBodies(request: RequestAttributes, level: Level): Bodies {
  const bodies = bodiesOf(request);
  return {
    request: bodies.request && (level === 'Request' || level === 'RequestResponse'),
    response: bodies.response && level === 'RequestResponse',
  };
}
