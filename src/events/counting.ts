import type { LoggedEvent } from './event.ts';
import { whoOf } from './people.ts';

/** What requests can be counted by. */
export type CountedBy = 'user' | 'verb' | 'resource' | 'namespace' | 'ip' | 'agent' | 'status';

/** The part of an event by which it is counted; '' where it has none. */
const PARTS: Readonly<Record<CountedBy, (event: LoggedEvent) => string>> = {
  user: whoOf,
  verb: ({ verb }) => verb,
  resource: ({ objectRef, requestURI }) => (objectRef ? typeOf(objectRef) : (requestURI.split('?')[0] ?? '')),
  namespace: ({ objectRef }) => objectRef?.namespace ?? '',
  ip: ({ sourceIPs = [] }) => sourceIPs.at(-1) ?? '',
  agent: ({ userAgent = '' }) => userAgent.split(' ')[0] ?? '',
  status: ({ code }) => (code === 0 ? '' : String(code)),
};

function typeOf({ resource = '', subresource = '', apiGroup = '' }: NonNullable<LoggedEvent['objectRef']>): string {
  const type = apiGroup === '' ? resource : `${resource}.${apiGroup}`;
  return subresource === '' ? type : `${type}/${subresource}`;
}

/** A span of time by which requests are counted. */
export type Span = 'minute' | 'hour' | 'day';

/** How long each is, in microseconds. */
const SPANS: Readonly<Record<Span, number>> = {
  minute: 60_000_000,
  hour: 3_600_000_000,
  day: 86_400_000_000,
};

/**
 * Whether an event is the one by which its request is counted: its last, or that of a failed login, which has no other. A request
 * that is still open at the end of the log is not counted.
 */
export function isCounted({ stage, code, user }: LoggedEvent): boolean {
  if (stage === 'ResponseComplete' || stage === 'Panic') return true;
  return stage === 'ResponseStarted' && code === 401 && user?.username === undefined;
}

/** One line of a count. */
export interface Count {
  /** The parts it was counted by, in their order. */
  parts: readonly string[];
  requests: number;
  /** `at` of the last of them. */
  last: number;
}

/** So many different ones are told apart. */
const MOST = 200_000;

/** Counts requests by parts of theirs. */
export class Counter {
  requests: number = 0;
  /** How many had parts that are no longer told apart, as there are too many. */
  others: number = 0;
  readonly #counts: Map<string, Count> = new Map();
  readonly #parts: readonly ((event: LoggedEvent) => string)[];

  constructor(by: readonly CountedBy[]) {
    this.#parts = by.map((each) => PARTS[each]);
  }

  add(event: LoggedEvent): void {
    this.requests += 1;
    if (this.#parts.length === 0) return;
    const parts = this.#parts.map((part) => part(event));
    const key = parts.length === 1 ? (parts[0] ?? '') : parts.join('\n');
    const count = this.#counts.get(key);
    if (count) {
      count.requests += 1;
      if (event.at > count.last) count.last = event.at;
    } else if (this.#counts.size < MOST) this.#counts.set(key, { parts, requests: 1, last: event.at });
    else this.others += 1;
  }

  /** The most frequent ones, of equal ones in the order of their names. */
  top(limit: number): Count[] {
    const all = [...this.#counts.values()];
    return all
      .toSorted((a, b) => b.requests - a.requests || (a.parts.join() < b.parts.join() ? -1 : 1))
      .slice(0, limit);
  }

  /** How many different ones there are. */
  get size(): number {
    return this.#counts.size;
  }
}

/** Counts requests by time; a span without any between others is there with 0. */
export class TimeCounter {
  readonly #span: number;
  readonly #counts: Map<number, number> = new Map();

  constructor(span: Span) {
    this.#span = SPANS[span];
  }

  add({ at }: LoggedEvent): void {
    if (Number.isNaN(at)) return;
    const start = Math.floor(at / this.#span) * this.#span;
    this.#counts.set(start, (this.#counts.get(start) ?? 0) + 1);
  }

  /** From the first to the last, the start of each in microseconds since 1970. More than `most` between them are left out as a gap. */
  rows(most = 10_000): { start: number; requests: number }[] {
    const starts = [...this.#counts.keys()].toSorted((a, b) => a - b);
    const [first = 0] = starts;
    const last = starts.at(-1) ?? first;
    const count = starts.length === 0 ? 0 : (last - first) / this.#span + 1;
    const shown = count > most ? starts : Array.from({ length: count }, (_, at) => first + at * this.#span);
    return shown.map((start) => ({ start, requests: this.#counts.get(start) ?? 0 }));
  }
}
