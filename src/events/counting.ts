import { typeName } from '../policy/request/target.ts';
import type { AuditUser, LoggedEvent, ObjectReference } from './event.ts';

/** What requests can be counted by. */
export const COUNTED_BY = ['user', 'verb', 'resource', 'namespace', 'ip', 'agent', 'status'] as const;

export type CountedBy = (typeof COUNTED_BY)[number];

/** The part of an event by which it is counted; '' where it has none. */
const PARTS: Readonly<Record<CountedBy, (event: LoggedEvent) => string>> = {
  user: ({ user, impersonatedUser }) =>
    impersonatedUser === undefined ? nameOf(user) : `${nameOf(user)}${AS}${nameOf(impersonatedUser)}`,
  verb: ({ verb }) => verb,
  resource: ({ objectRef, requestURI }) => (objectRef ? typeOf(objectRef) : (requestURI.split('?', 1)[0] ?? '')),
  namespace: ({ objectRef }) => objectRef?.namespace ?? '',
  ip: ({ sourceIPs }) => sourceIPs?.at(-1) ?? '',
  agent: ({ userAgent = '' }) => userAgent.split(' ', 1)[0] ?? '',
  status: ({ code }) => (code === 0 ? '' : String(code)),
};

/** Between a user and as whom they acted, where requests are counted by user: a character that no name has. */
export const AS = '\u0000';

function nameOf(user: AuditUser | undefined): string {
  return user?.username ?? '';
}

function typeOf({ resource = '', subresource, apiGroup = '' }: ObjectReference): string {
  const type = typeName({ group: apiGroup, resource });
  return subresource ? `${type}/${subresource}` : type;
}

/** One line of a count. */
export interface Count {
  /** The parts it was counted by, in their order. */
  parts: readonly string[];
  requests: number;
  /** `at` of the last of them. */
  last: number;
}

/** So many different ones are told apart, as long as their names are no longer than this together. */
const MOST = 200_000;
const MOST_CHARACTERS = 24_000_000;

/** Counts requests by parts of theirs: exact up to a limit, beyond which new ones are counted together. */
export class Counter {
  requests: number = 0;
  /** How many had parts that are not told apart, as there are too many different ones. */
  others: number = 0;
  readonly #counts: Map<string, Count> = new Map();
  #characters: number = 0;

  /** @param parts those of `partsOf`. */
  add(parts: readonly string[], at: number): void {
    this.requests += 1;
    const key = parts.length === 1 ? (parts[0] ?? '') : parts.join('\n');
    const count = this.#counts.get(key);
    if (count) {
      count.requests += 1;
      if (at > count.last) count.last = at;
    } else if (this.#counts.size < MOST && this.#characters < MOST_CHARACTERS) {
      this.#counts.set(key, { parts, requests: 1, last: at });
      this.#characters += key.length;
    } else this.others += 1;
  }

  /** The most frequent ones, of equal ones in the order of their names. */
  top(limit: number): Count[] {
    const least = this.#least(limit);
    return [...this.#counts]
      .filter(([, { requests }]) => requests >= least)
      .toSorted(([a, { requests: ofA }], [b, { requests: ofB }]) => ofB - ofA || (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([, count]) => count);
  }

  /** How many requests the last of so many has: of a hundred thousand few need be put in order. */
  #least(limit: number): number {
    const requests = Float64Array.from(this.#counts.values(), (count) => count.requests);
    return requests.toSorted().at(-limit) ?? 0;
  }

  /** How many different ones were told apart. */
  get size(): number {
    return this.#counts.size;
  }
}

/** Reads of an event what it is counted by, in this order. */
export function partsOf(by: readonly CountedBy[]): (event: LoggedEvent) => string[] {
  const parts = by.map((each) => PARTS[each]);
  const [first] = parts;
  return parts.length === 1 && first ? (event) => [first(event)] : (event) => parts.map((part) => part(event));
}

/** A span of time by which requests are counted. */
export type Span = 'minute' | 'hour' | 'day';

/** How long each is, in microseconds. */
export const SPANS: Readonly<Record<Span, number>> = {
  minute: 60_000_000,
  hour: 3_600_000_000,
  day: 86_400_000_000,
};

/** The requests of one span of time. */
export interface SpanCount {
  /** Its beginning as the clock on the wall shows it, in microseconds: by UTC and `offsetOf` together. */
  start: number;
  counter: Counter;
}

/** Counts requests by time. */
export class TimeCounter {
  readonly #span: number;
  readonly #counts: Map<number, Counter> = new Map();
  readonly #offsetOf: (at: number) => number;

  /** @param offsetOf by how much the clock on the wall is ahead of UTC at a time, all in microseconds. */
  constructor(span: Span, offsetOf: (at: number) => number) {
    this.#span = SPANS[span];
    this.#offsetOf = offsetOf;
  }

  add(parts: readonly string[], at: number): void {
    if (Number.isNaN(at)) return;
    const number = Math.floor((at + this.#offsetOf(at)) / this.#span);
    const counter = this.#counts.get(number) ?? new Counter();
    if (counter.requests === 0) this.#counts.set(number, counter);
    counter.add(parts, at);
  }

  /** Those that have requests, in their order. */
  rows(): SpanCount[] {
    const numbers = [...this.#counts].toSorted(([a], [b]) => a - b);
    return numbers.map(([number, counter]) => ({ start: number * this.#span, counter }));
  }
}

/** Tells the last event of a request from the others, so that each request is counted once. */
export interface RequestEnds {
  /** How many ends of requests there were, whether or not somebody counts them. */
  readonly ended: number;
  /** Whether this event ends its request. */
  isEnd(event: LoggedEvent): boolean;
  /** Takes what began and is wanted: what is left when the log ends is still open. */
  begin(event: LoggedEvent, parts: readonly string[]): void;
  /** What is still open: it began to answer, and no end was seen. */
  open(): { parts: readonly string[]; at: number }[];
}

/** More than so many open at once are not told apart: they are taken for ended. */
const MOST_OPEN = 20_000;

/**
 * A request ends with stage ResponseComplete or Panic, or with a lone ResponseStarted that refuses it before there is a user (a failed
 * login, a bad timeout). One that began to answer and does not end in this log is still open.
 */
export function requestEnds(): RequestEnds {
  const begun = new Map<string, { parts: readonly string[]; at: number }>();
  let ended = 0;
  return {
    get ended() {
      return ended;
    },
    isEnd(event) {
      const { stage } = event;
      const isLast = stage === 'ResponseComplete' || stage === 'Panic';
      if (!isLast && (stage !== 'ResponseStarted' || event.code < 400 || event.user?.username)) return false;
      ended += 1;
      if (begun.size > 0) begun.delete(keyOf(event));
      return true;
    },
    begin(event, parts) {
      if (begun.size < MOST_OPEN) begun.set(keyOf(event), { parts, at: event.at });
    },
    open: () => [...begun.values()],
  };
}

/** The audit ID is what the client says, so it alone does not tell requests apart. */
function keyOf({ auditID, requestReceivedTimestamp }: LoggedEvent): string {
  return `${auditID}\n${requestReceivedTimestamp}`;
}
