import type { LoggedEvent } from '../event.ts';
import { nameOfUser } from '../people.ts';
import { Spans } from '../spans.ts';

/** How a request ended, as a report counts it. */
type Ending = 'ok' | 'failed' | 'denied';

/** How the request of an event ended. What began and has no end yet has not failed. */
function endingOf({ code, stage }: LoggedEvent): Ending {
  if (code === 401 || code === 403) return 'denied';
  return code >= 400 || stage === 'Panic' ? 'failed' : 'ok';
}

/** What happened in a span of time. */
export interface Bucket {
  /** When it begins, in microseconds since 1970. */
  from: number;
  ok: number;
  failed: number;
  denied: number;
}

const ENDINGS: readonly Ending[] = ['ok', 'failed', 'denied'];

/** Counts requests over time by how they ended. */
export class Activity {
  readonly #spans: Spans = new Spans(ENDINGS.length);

  /** How long a span is, in microseconds. */
  get width(): number {
    return this.#spans.width;
  }

  add(event: LoggedEvent): void {
    const counts = this.#spans.at(event.at);
    const ending = ENDINGS.indexOf(endingOf(event));
    counts[ending] = (counts[ending] ?? 0) + 1;
  }

  /** In the order of time, those without a request among them. */
  buckets(): Bucket[] {
    return this.#spans
      .spans()
      .map(({ from, counts: [ok = 0, failed = 0, denied = 0] }) => ({ from, ok, failed, denied }));
  }
}

/** How often something was seen, and how often it was denied. */
export interface Count {
  name: string;
  requests: number;
  denied: number;
}

const MOST_NAMES = 20_000;

/** What the busiest are told by. */
export type TopKind = 'user' | 'resource' | 'address' | 'agent';

const NAMES: Readonly<Record<TopKind, (event: LoggedEvent) => string>> = {
  user: ({ user }) => nameOfUser(user),
  resource: ({ objectRef, requestURI }) => {
    if (!objectRef) return requestURI.split('?', 1)[0] ?? '';
    const { resource = '', subresource = '', apiGroup = '' } = objectRef;
    return `${resource}${subresource && `/${subresource}`}${apiGroup && ` (${apiGroup})`}`;
  },
  address: ({ sourceIPs = [] }) => sourceIPs.at(-1) ?? '',
  agent: ({ userAgent = '' }) => userAgent.split(' ', 1)[0] ?? '',
};

/** Counts who and what is busiest. */
export class Tops {
  readonly #counts: Readonly<Record<TopKind, Map<string, Count>>> = {
    user: new Map(),
    resource: new Map(),
    address: new Map(),
    agent: new Map(),
  };

  add(event: LoggedEvent): void {
    const denied = endingOf(event) === 'denied' ? 1 : 0;
    for (const [kind, nameOf] of ENTRIES) {
      const name = nameOf(event).slice(0, 200);
      const counts = this.#counts[kind];
      const count = counts.get(name);
      if (count) {
        count.requests += 1;
        count.denied += denied;
      } else if (counts.size < MOST_NAMES) counts.set(name, { name, requests: 1, denied });
    }
  }

  /** The busiest first, of equal ones in the order of their names. */
  top(kind: TopKind, limit: number): Count[] {
    const counts = [...this.#counts[kind].values()].filter(({ name }) => name !== '');
    return counts.toSorted((a, b) => b.requests - a.requests || (a.name < b.name ? -1 : 1)).slice(0, limit);
  }
}

const ENTRIES: readonly [TopKind, (event: LoggedEvent) => string][] = [
  ['user', NAMES.user],
  ['resource', NAMES.resource],
  ['address', NAMES.address],
  ['agent', NAMES.agent],
];
