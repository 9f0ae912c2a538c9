import type { LoggedEvent } from '../event.ts';
import type { Span } from './spans.ts';

/** How long requests that are exactly alike were recorded at one level. */
interface Stretch extends Span {
  level: string;
}

/** Of a busy log the first ones are enough: what the control plane does is always the same. */
const MOST_REQUESTS = 4000;
const MOST_STRETCHES = 16;

/**
 * Finds when the policy of an API server changed. It decides by the user and its groups, the verb and what the request is for: where all of
 * these are the same and the level is another one, the policy is. Only accounts of Kubernetes itself are looked at: they do the same again
 * and again. A change that leaves the levels of all of these as they were cannot be seen.
 */
export class Relevelled {
  readonly #seen = new Map<string, Stretch[]>();

  add(event: LoggedEvent): void {
    const { at, level, stage, user } = event;
    const name = user?.username ?? '';
    if (stage !== 'ResponseComplete' || Number.isNaN(at) || !name.startsWith('system:') || ANONYMOUS === name) return;
    const key = keyOf(event, name);
    const stretches = this.#seen.get(key);
    const last = stretches?.at(-1);
    if (last?.level === level) {
      last.from = Math.min(last.from, at);
      last.to = Math.max(last.to, at);
    } else if (stretches === undefined) {
      if (this.#seen.size < MOST_REQUESTS) this.#seen.set(key, [{ level, from: at, to: at }]);
    } else if (stretches.length < MOST_STRETCHES) stretches.push({ level, from: at, to: at });
  }

  /** From the last event of the one level to the first of the other: somewhere in there. Those that belong to one change overlap. */
  changes(): Span[] {
    return [...this.#seen.values()].filter(({ length }) => length > 1 && length < MOST_STRETCHES).flatMap(changesIn);
  }
}

const ANONYMOUS = 'system:anonymous';

function keyOf({ verb, objectRef, requestURI, user }: LoggedEvent, name: string): string {
  const { apiGroup = '', resource = '', subresource = '', namespace = '', name: own = '' } = objectRef ?? {};
  const what = objectRef ? [apiGroup, resource, subresource, namespace, own] : [requestURI?.split('?', 1)[0] ?? ''];
  return [name, verb, ...what, ...(user?.groups ?? [])].join('\n');
}

// Levels at one time are those of several API servers in one log: that tells nothing.
function changesIn(stretches: readonly Stretch[]): Span[] {
  const ordered = stretches.toSorted((a, b) => a.from - b.from);
  const pairs = ordered.slice(1).map((next, at) => ({ from: ordered[at]?.to ?? next.from, to: next.from }));
  return pairs.every(({ from, to }) => from < to) ? pairs : [];
}

/**
 * The moments at which a policy came into force: each is within as many of the spans as can be.
 *
 * @param starts of the API server, as it reads its policy then and only then.
 */
export function policyChanges(spans: readonly Span[], starts: readonly number[]): number[] {
  const changes: Span[] = [];
  for (const { from, to } of spans.toSorted((a, b) => a.to - b.to)) {
    const last = changes.at(-1);
    if (last && from < last.to) last.from = Math.max(last.from, from);
    else changes.push({ from, to });
  }
  return changes.map(({ from, to }) => starts.findLast((at) => at > from && at <= to) ?? to);
}
