import type { LoggedEvent } from '../event.ts';
import { isDone, isOutsider } from './traits.ts';

/** Somebody who asked for several different things within a short time, from one address. */
interface Burst {
  username: string;
  address: string;
  /** When the first and the last of them were asked for, in microseconds since 1970. */
  from: number;
  to: number;
  /** What was asked for; the first of them where there are many. */
  things: readonly string[];
  /** How many different things within the time that counts, at most. */
  most: number;
}

/**
 * Looks for bursts in the events of a log, which it gets in the order of time, from its beginning or its end: those of several API servers
 * one after the other. Its memory does not grow with the log.
 */
export interface BurstFinder {
  add(event: LoggedEvent): void;
  /** Those found so far, the earliest first. */
  found(): Burst[];
}

/** So many different secrets within so long are more than somebody looks at by chance (Elastic's rule has the same three). */
export function secretBursts(): BurstFinder {
  return burstFinder({ within: 600_000_000, from: 3 }, (event) => {
    if (event.verb !== 'get') return undefined;
    const { resource, apiGroup = '', subresource = '', namespace = '', name = '' } = event.objectRef ?? {};
    const isRead = resource === 'secrets' && apiGroup === '' && subresource === '';
    return isRead && isDone(event) ? `${namespace}/${name}` : undefined;
  });
}

/** Who lists three kinds of objects within a minute looks around (Elastic's rule has the same). */
export function listBursts(): BurstFinder {
  return burstFinder({ within: 60_000_000, from: 3 }, ({ verb, code, objectRef }) =>
    verb === 'list' && code > 0 ? (objectRef?.resource ?? undefined) : undefined,
  );
}

const PARTIES = 10_000;
const FOUND = 1_000;
const SHOWN = 20;

interface Recent {
  /** When each thing was asked for last. */
  seen: Map<string, number>;
  burst: (Burst & { things: string[] }) | null;
}

function burstFinder(
  limit: { within: number; from: number },
  thingOf: (event: LoggedEvent) => string | undefined,
): BurstFinder {
  const parties = new Map<string, Recent>();
  const bursts: Burst[] = [];
  const partyOf = (key: string): Recent => {
    const party = parties.get(key) ?? { seen: new Map(), burst: null };
    parties.delete(key);
    parties.set(key, party); // the last of the map is who was seen last
    if (parties.size > PARTIES) parties.delete(parties.keys().next().value ?? '');
    return party;
  };
  return {
    add(event) {
      const { stage, at } = event;
      const thing = stage === 'ResponseComplete' ? thingOf(event) : undefined;
      if (thing === undefined || Number.isNaN(at) || !isOutsider(event)) return;
      const { username = '' } = event.user ?? {};
      const address = event.sourceIPs?.at(-1) ?? '';
      const party = partyOf(`${username}\n${address}`);
      for (const [old, time] of party.seen) if (Math.abs(at - time) > limit.within) party.seen.delete(old);
      party.seen.delete(thing);
      party.seen.set(thing, at);
      if (party.burst && !isNear(party.burst, at, limit.within)) party.burst = null;
      if (party.burst) extend(party.burst, party.seen, at);
      else if (party.seen.size >= limit.from && bursts.length < FOUND) {
        party.burst = {
          username,
          address,
          ...spanOf(party.seen),
          things: [...party.seen.keys()],
          most: party.seen.size,
        };
        bursts.push(party.burst);
      }
      // Enough to know that it is a burst; the oldest goes first.
      if (party.seen.size > SHOWN * 5) party.seen.delete(party.seen.keys().next().value ?? '');
    },
    found: () => bursts.toSorted((a, b) => a.from - b.from),
  };
}

function isNear({ from, to }: Burst, at: number, within: number): boolean {
  return at >= from - within && at <= to + within;
}

function spanOf(seen: ReadonlyMap<string, number>): { from: number; to: number } {
  return { from: Math.min(...seen.values()), to: Math.max(...seen.values()) };
}

function extend(burst: Burst & { things: string[] }, seen: ReadonlyMap<string, number>, at: number): void {
  burst.from = Math.min(burst.from, at);
  burst.to = Math.max(burst.to, at);
  burst.most = Math.max(burst.most, seen.size);
  for (const thing of seen.keys())
    if (burst.things.length < SHOWN && !burst.things.includes(thing)) burst.things.push(thing);
}

/** Addresses and programs of users that a log of before does not have. */
interface Newcomer {
  username: string;
  what: 'user' | 'address' | 'agent';
  value: string;
  at: number;
}

/** Who is new against a log of before: give it that one first, then the other. Its memory is bounded by the number of users. */
export interface NewcomerFinder {
  learn(event: LoggedEvent): void;
  add(event: LoggedEvent): void;
  found(): Newcomer[];
}

const KNOWN = 200_000;

/** Finds users who were not there before, and addresses and programs that they did not use. */
export function newcomers(): NewcomerFinder {
  const known = new Set<string>();
  const found: Newcomer[] = [];
  const isNew = (key: string): boolean => {
    if (known.has(key) || known.size >= KNOWN) return false;
    known.add(key);
    return true;
  };
  const traits = (event: LoggedEvent): [Newcomer['what'], string][] => {
    const username = event.user?.username;
    if (username === undefined || !isOutsider(event)) return [];
    const agent = (event.userAgent ?? '').split(/[/ ]/)[0] ?? '';
    return [
      ['user', username],
      ['address', event.sourceIPs?.at(-1) ?? ''],
      ['agent', agent],
    ];
  };
  return {
    learn(event) {
      for (const [what, value] of traits(event)) isNew(`${event.user?.username}\n${what}\n${value}`);
    },
    add(event) {
      for (const [what, value] of traits(event)) {
        const isFirst = isNew(`${event.user?.username}\n${what}\n${value}`);
        if (!isFirst || found.length >= FOUND) continue;
        found.push({ username: event.user?.username ?? '', what, value, at: event.at });
        if (what === 'user')
          for (const [other, own] of traits(event)) isNew(`${event.user?.username}\n${other}\n${own}`);
        if (what === 'user') break;
      }
    },
    found: () => found,
  };
}
