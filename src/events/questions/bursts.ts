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
 * Looks for bursts in the events of a log, which it gets in any order: those of several API servers one after the other, each from its
 * beginning or its end. Its memory does not grow with the log: where very many ask for very much, who was quiet for longest is forgotten,
 * but for the bursts that were found until then.
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
/** So many different things within the time that counts are enough to know of. */
const THINGS = 100;
/** About 8 MB. */
const SIGHTINGS = 50_000;

/** When something was asked for, first and last, in one stretch of time. */
interface Sighting {
  first: number;
  last: number;
}

/** A stretch as long as the time that counts: what lies between the first and the last in it is in no window without one of both. */
interface Stretch extends Sighting {
  things: Map<string, Sighting>;
}

interface Party {
  username: string;
  address: string;
  stretches: Map<number, Stretch>;
  /** How many sightings are in them. */
  size: number;
}

function burstFinder(
  limit: { within: number; from: number },
  thingOf: (event: LoggedEvent) => string | undefined,
): BurstFinder {
  const parties = new Map<string, Party>();
  const forgotten: Burst[] = [];
  let size = 0;
  const partyOf = (username: string, address: string): Party => {
    const key = `${username}\n${address}`;
    const party = parties.get(key) ?? { username, address, stretches: new Map(), size: 0 };
    parties.delete(key);
    parties.set(key, party); // the last of the map is who was seen last
    return party;
  };
  const forgetOldest = (): void => {
    const [[key, party] = ['', undefined]] = parties;
    parties.delete(key);
    if (party) size -= party.size;
    if (party && forgotten.length < FOUND) forgotten.push(...burstsOf(party, limit));
  };
  return {
    add(event) {
      const { stage, at } = event;
      const thing = stage === 'ResponseComplete' ? thingOf(event) : undefined;
      if (thing === undefined || Number.isNaN(at) || !isOutsider(event)) return;
      const party = partyOf(event.user?.username ?? '', event.sourceIPs?.at(-1) ?? '');
      const before = party.size;
      see(party, thing, at, Math.floor(at / limit.within));
      size += party.size - before;
      if (size > SIGHTINGS || parties.size > PARTIES) forgetOldest();
    },
    found: () =>
      [...forgotten, ...[...parties.values()].flatMap((party) => burstsOf(party, limit))]
        .toSorted((a, b) => a.from - b.from)
        .slice(0, FOUND),
  };
}

function see(party: Party, thing: string, at: number, number: number): void {
  const stretch = party.stretches.get(number) ?? { first: at, last: at, things: new Map<string, Sighting>() };
  party.stretches.set(number, stretch);
  const sighting = stretch.things.get(thing) ?? { first: at, last: at };
  for (const each of [stretch, sighting]) {
    each.first = Math.min(each.first, at);
    each.last = Math.max(each.last, at);
  }
  if (stretch.things.has(thing) || stretch.things.size >= THINGS) return;
  stretch.things.set(thing, sighting);
  party.size += 1;
}

/** When each thing was asked for, in the order of time. */
function sightingsOf({ stretches }: Party): { thing: string; at: number }[] {
  const all = [...stretches.values()].flatMap(({ things, ...ends }) => {
    // What was too much in it is told as one of the others: enough are there in any case.
    const [any = ''] = things.size < THINGS ? [] : things.keys();
    const seen = [...things, ...(any === '' ? [] : [[any, ends] as const])];
    return seen.flatMap(([thing, { first, last }]) => [first, last].map((at) => ({ thing, at })));
  });
  return all.toSorted((a, b) => a.at - b.at || (a.thing < b.thing ? -1 : 1));
}

function burstsOf(party: Party, limit: { within: number; from: number }): Burst[] {
  const { username, address } = party;
  const bursts: (Burst & { things: string[] })[] = [];
  const seen = new Map<string, number>();
  let isOpen = false;
  for (const { thing, at } of sightingsOf(party)) {
    for (const [old, time] of seen) if (at - time > limit.within) seen.delete(old);
    seen.delete(thing);
    seen.set(thing, at);
    const last = bursts.at(-1);
    isOpen &&= last !== undefined && at <= last.to + limit.within;
    if (isOpen && last) extend(last, seen, at);
    else if (seen.size >= limit.from) {
      const [from = at] = seen.values();
      bursts.push({ username, address, from, to: at, things: [...seen.keys()].slice(0, SHOWN), most: seen.size });
      isOpen = true;
    }
  }
  return bursts;
}

function extend(burst: Burst & { things: string[] }, seen: ReadonlyMap<string, number>, at: number): void {
  burst.to = at;
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
