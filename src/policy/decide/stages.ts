import type { Decision, RequestAttributes, Stage } from '../types.ts';

const LONG_RUNNING_VERBS: readonly string[] = ['watch', 'proxy'];
const LONG_RUNNING_SUBRESOURCES: readonly string[] = ['attach', 'exec', 'proxy', 'log', 'portforward'];
const LONG_RUNNING_PATHS = '/debug/pprof/';

/**
 * Tells which events a request leaves under a decision if nothing goes wrong, in the order in which they are written; empty for
 * none. A request that panics ends in stage Panic instead of ResponseComplete.
 * The rules are those of kube-apiserver's `pkg/endpoints/filters/audit.go` and `authn_audit.go`, release 1.37.
 */
export function stagesWritten(request: RequestAttributes, decision: Decision): Stage[] {
  if (decision.level === 'None') return [];
  return stagesOf(request).filter((stage) => !decision.omitStages.includes(stage));
}

// Without a user the request failed to authenticate, and is only seen when it is refused.
function stagesOf(request: RequestAttributes): Stage[] {
  if (request.user === undefined) return ['ResponseStarted'];
  if (isLongRunning(request)) return ['RequestReceived', 'ResponseStarted', 'ResponseComplete'];
  return ['RequestReceived', 'ResponseComplete'];
}

// The rule is that of `pkg/server/filters/longrunning.go` with the lists of kube-apiserver, release 1.37. Other API servers behind the
// aggregation layer may know `watch` only.
function isLongRunning({ verb = '', isResourceRequest, subresource = '', path = '' }: RequestAttributes): boolean {
  if (LONG_RUNNING_VERBS.includes(verb)) return true;
  if (isResourceRequest === true) return LONG_RUNNING_SUBRESOURCES.includes(subresource);
  return path.startsWith(LONG_RUNNING_PATHS);
}
