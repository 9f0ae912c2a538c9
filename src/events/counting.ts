import { typeName } from '../policy/request/target.ts';
import type { AuditUser, LoggedEvent, ObjectReference } from './event.ts';

/** What requests can be counted by. */
export const COUNTED_BY = ['user', 'verb', 'resource', 'namespace', 'ip', 'agent', 'status'] as const;

export type CountedBy = (typeof COUNTED_BY)[number];

/** What of an event says each. */
interface ReadFrom {
  user: 'user' | 'impersonatedUser';
  verb: 'verb';
  resource: 'objectRef' | 'requestURI';
  namespace: 'objectRef';
  ip: 'sourceIPs';
  agent: 'userAgent';
  status: 'code';
}

/** The part of an event by which it is counted; '' where it has none. */
export const PARTS: { readonly [By in CountedBy]: (event: Pick<LoggedEvent, ReadFrom[By]>) => string } = {
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
    this.addTo(this.of(parts), at);
  }

  /** Where requests with these parts are counted, from now to the end; null where they are not told apart. */
  of(parts: readonly string[]): Count | null {
    const key = parts.length === 1 ? (parts[0] ?? '') : parts.join('\n');
    const known = this.#counts.get(key);
    if (known) return known;
    if (this.#counts.size >= MOST || this.#characters >= MOST_CHARACTERS) return null;
    const count = { parts, requests: 0, last: NaN };
    this.#counts.set(key, count);
    this.#characters += key.length;
    return count;
  }

  /** Counts one request where `of` said. */
  addTo(count: Count | null, at: number): void {
    this.requests += 1;
    if (!count) this.others += 1;
    else {
      if (count.requests === 0 || at > count.last) count.last = at;
      count.requests += 1;
    }
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
  const parts = by.map((each): ((event: LoggedEvent) => string) => PARTS[each]);
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
  /** The next request is mostly of the same span. */
  #last: { number: number; counter: Counter } = { number: NaN, counter: new Counter() };

  /** @param offsetOf by how much the clock on the wall is ahead of UTC at a time, all in microseconds. */
  constructor(span: Span, offsetOf: (at: number) => number) {
    this.#span = SPANS[span];
    this.#offsetOf = offsetOf;
  }

  add(parts: readonly string[], at: number): void {
    this.of(at)?.add(parts, at);
  }

  /** What counts the requests of that time; null for what is none. */
  of(at: number): Counter | null {
    if (Number.isNaN(at)) return null;
    const number = Math.floor((at + this.#offsetOf(at)) / this.#span);
    if (number !== this.#last.number) this.#last = { number, counter: this.#counterOf(number) };
    return this.#last.counter;
  }

  #counterOf(number: number): Counter {
    const counter = this.#counts.get(number) ?? new Counter();
    this.#counts.set(number, counter);
    return counter;
  }

  /** Those that have requests, in their order. */
  rows(): SpanCount[] {
    const numbers = [...this.#counts].toSorted(([a], [b]) => a - b);
    return numbers.map(([number, counter]) => ({ start: number * this.#span, counter }));
  }
}
