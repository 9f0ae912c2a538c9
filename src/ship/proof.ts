import { decide, stagesWritten } from '../policy/decide/decide.ts';
import { readRequest } from '../policy/request/request.ts';
import type { Policy } from '../policy/types.ts';
import type { CollectorCounts } from './metrics.ts';
import type { NodePod } from './on-nodes.ts';

/** A request that changes nothing, and which a policy records. */
export interface ProofRequest {
  method: 'GET' | 'DELETE';
  path: string;
  /** As `policy explain` takes it. */
  words: string;
  level: string;
  rule: number;
}

/** Who sends it, as the API server sees it. */
export interface Sender {
  username: string;
  groups: readonly string[];
}

/** Tried in this order. Nothing has these names, so each is answered with 404 and changes nothing; a policy that leaves reads out may keep the last. */
const HARMLESS = [
  { method: 'GET', verb: 'get', resource: 'secrets' },
  { method: 'GET', verb: 'get', resource: 'configmaps' },
  { method: 'DELETE', verb: 'delete', resource: 'configmaps' },
] as const;

/** Under these no proxy of ours lets anything else pass. */
export const HARMLESS_PATHS = '^/api/v1/namespaces/default/(secrets|configmaps)/kops-audit-verify-[0-9a-f-]+$';

/**
 * The first harmless request of a person that a policy records when it is answered; null where it records none of them.
 *
 * @param id makes the name of the object one that nothing has.
 */
export function recordedRequest(policy: Policy, { username, groups }: Sender, id: string): ProofRequest | null {
  const name = `kops-audit-verify-${id}`;
  for (const { method, verb, resource } of HARMLESS) {
    const target = `${resource}/${name}`;
    const { request } = readRequest({ verb, target, namespace: 'default', as: username, asGroups: groups });
    const decision = decide(policy, request);
    if (!stagesWritten(request, decision).includes('ResponseComplete')) continue;
    const path = `/api/v1/namespaces/default/${resource}/${name}`;
    return { method, path, words: `${verb} ${target} -n default`, level: decision.level, rule: decision.rule };
  }
  return null;
}

/** A step on the way of an event. */
type StepName = 'policy' | 'file' | 'collector' | 'key' | 'store';

/** How it went there. */
export interface Step {
  name: StepName;
  /** `ok`; `lost`: it did not come further than this; `unknown`: that could not be looked at. */
  state: 'ok' | 'lost' | 'unknown';
  text: string;
  fix?: string;
  /** How many events a collector sent since, where the store has taken them. */
  sent?: number;
}

/** What a collector did since the request, as far as it could be asked. */
export interface CollectorLook {
  node: string;
  pod: NodePod | undefined;
  /** Null where it could not be asked. */
  before: CollectorCounts | null;
  after: CollectorCounts | null;
  /** The last error in its log. */
  error: string | null;
}

/** Where an event got lost that is in the log of a node and not in the store: the collector of that node tells. */
export function lostBehindTheFile({ node, pod, before, after, error }: CollectorLook): Step {
  if (pod === undefined || pod.pod === null || pod.trouble !== null) {
    const why = pod?.trouble?.why ?? 'there is none';
    const fix = pod?.trouble?.fix ?? 'Roll the collectors out: kops-audit ship apply.';
    return { name: 'collector', state: 'lost', text: `No collector that works is on ${node}: ${why}`, fix };
  }
  if (after === null)
    return { name: 'collector', state: 'unknown', text: `The collector on ${node} (${pod.pod}) could not be asked` };
  const [sent, failed] = [after.sent - (before?.sent ?? 0), after.failed - (before?.failed ?? 0)];
  if (failed > 0) return refused(node, failed, error);
  if (sent > 0) return notThere(node, sent);
  if ((after.queue?.bytes ?? 0) > 0) return waiting(node, error);
  return {
    name: 'collector',
    state: 'lost',
    text: `The collector on ${node} runs and has sent nothing since`,
    fix: 'It reads another file, or may not read this one: it must run as uid 0 and mount the directory of the log. Compare it with kops-audit ship render.',
  };
}

function refused(node: string, failed: number, error: string | null): Step {
  const isKey = error === null || /\b40[13]\b/.test(error);
  return {
    name: isKey ? 'key' : 'store',
    state: 'lost',
    text: `The store refused ${failed} events of ${node} for good${error === null ? '' : `: ${error}`}`,
    fix: 'Try the key and the address: kops-audit ship check. After the fix restart the collectors; what was refused does not come again.',
  };
}

function notThere(node: string, sent: number): Step {
  return {
    name: 'store',
    state: 'lost',
    sent,
    text: `The collector on ${node} sent ${sent} events since, and the store does not give this one`,
    fix: 'The store may leave it out (its age, its size, a filter), keep it elsewhere, or be slow: try again with a longer --wait.',
  };
}

function waiting(node: string, error: string | null): Step {
  return {
    name: 'store',
    state: 'lost',
    text: `The collector on ${node} keeps it and tries again${error === null ? '' : `: ${error}`}`,
    fix: 'The store is away or does not keep up. Let the control-plane nodes reach it; nothing is lost so far.',
  };
}
