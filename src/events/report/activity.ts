import type { LoggedEvent } from '../event.ts';
import { nameOfUser } from '../people.ts';

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

const SECOND = 1_000_000;
/** How wide a span may be, in seconds: each is a multiple of the one before. Wider ones are twice as wide as the last. */
const WIDTHS: readonly number[] = [1, 5, 15, 60, 300, 900, 3600, 14_400, 43_200, 86_400, 604_800];
/** So many spans at most are told apart: the next width is taken until they are enough. */
const MOST_BUCKETS = 120;

/** Counts requests over time by how they ended, in at most 120 spans of equal width, however long the log is. */
export class Activity {
  /** How long a span is, in microseconds. */
  width: number = SECOND;
  #buckets: Map<number, Bucket> = new Map();
  #least: number = Infinity;
  #most: number = -Infinity;

  add(event: LoggedEvent): void {
    const { at } = event;
    if (Number.isNaN(at)) return;
    this.#least = Math.min(this.#least, at);
    this.#most = Math.max(this.#most, at);
    while ((this.#most - this.#least) / this.width >= MOST_BUCKETS - 1) this.#widen();
    this.#bucketOf(at)[endingOf(event)] += 1;
  }

  /** In the order of time, those without a request among them. */
  buckets(): Bucket[] {
    if (this.#most < this.#least) return [];
    const first = Math.floor(this.#least / this.width);
    const last = Math.floor(this.#most / this.width);
    return Array.from(
      { length: last - first + 1 },
      (_, at) => this.#buckets.get(first + at) ?? this.#empty(first + at),
    );
  }

  #bucketOf(at: number): Bucket {
    const index = Math.floor(at / this.width);
    const bucket = this.#buckets.get(index) ?? this.#empty(index);
    this.#buckets.set(index, bucket);
    return bucket;
  }

  #empty(index: number): Bucket {
    return { from: index * this.width, ok: 0, failed: 0, denied: 0 };
  }

  #widen(): void {
    const before = this.#buckets;
    this.width = SECOND * (WIDTHS.find((width) => width * SECOND > this.width) ?? (this.width / SECOND) * 2);
    this.#buckets = new Map();
    for (const { from, ok, failed, denied } of before.values()) {
      const bucket = this.#bucketOf(from);
      bucket.ok += ok;
      bucket.failed += failed;
      bucket.denied += denied;
    }
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
