import type { Decision, Policy, RequestAttributes } from '../types.ts';
import * as blocks from './blocks.ts';
import type { Room } from './room.ts';

/**
 * Makes a function that tells what each of some audit policies does with a request, in their order: `decide`, but fast for many
 * requests. The decisions are frozen and shared. The policies must not be changed afterwards.
 */
export function compilePolicy(policies: readonly Policy[]): (request: RequestAttributes) => Decision[] {
  const { room, places } = blocks.blocksOf(policies);
  const [only = 0] = places;
  if (places.length === 1) return (request) => [decisionIn(room, only, request)];
  return (request) => places.map((policy) => decisionIn(room, policy, request));
}

function decisionIn(room: Room, policy: number, request: RequestAttributes): Decision {
  const { flat } = room;
  const end = policy + (flat[policy + blocks.TOTAL] ?? 0);
  for (let block = policy + blocks.FIRST_BLOCK; block < end; block += flat[block + blocks.LENGTH] ?? 0) {
    const word = wordIn(room, block, request);
    if (word !== 0) return room.decision(flat[block + blocks.DECISIONS + lowestBit(word)]);
  }
  return room.decision(flat[policy + blocks.NONE]);
}

/** What each of some policies does with requests of which the parts come again and again: who sends them, and what they are about. */
export interface Parts {
  /** The bits of all blocks that who sends a request satisfies, by `user` and `groups`. */
  who(request: Pick<RequestAttributes, 'user' | 'groups'>): readonly number[];
  /** Those that all the rest of it satisfies. */
  what(request: RequestAttributes): readonly number[];
  /** Puts the rule of each policy that decides a request of both parts into numbers, at a place and behind it: from 1; 0 for none. */
  rules(who: readonly number[], what: readonly number[], into: Int32Array, at: number): void;
}

/** The same as `compilePolicy`, in two parts: each is looked at once, and what both together are costs next to nothing. */
export function compileParts(policies: readonly Policy[]): Parts {
  const { room, places } = blocks.blocksOf(policies);
  const all = places.flatMap((policy) => blocksIn(room, policy));
  const rulesOfBits = all.map((block) => rulesIn(room, block));
  const byPolicy = places.map((policy) => blocksIn(room, policy).map((block) => all.indexOf(block)));
  return {
    who: (request) => all.map((block) => wordOver(room, block, OF_WHO, request)),
    what: (request) => all.map((block) => wordOfWhat(room, block, request)),
    rules: (who, what, into, at) => {
      for (let policy = 0; policy < byPolicy.length; policy++)
        into[at + policy] = ruleIn(byPolicy[policy] ?? [], rulesOfBits, who, what);
    },
  };
}

/** The rule of the first block with a bit that both parts have. */
function ruleIn(
  own: readonly number[],
  rulesOfBits: readonly number[][],
  who: readonly number[],
  what: readonly number[],
): number {
  for (const at of own) {
    const both = (who[at] ?? 0) & (what[at] ?? 0);
    if (both !== 0) return rulesOfBits[at]?.[lowestBit(both)] ?? 0;
  }
  return 0;
}

function blocksIn({ flat }: Room, policy: number): number[] {
  const places: number[] = [];
  const end = policy + (flat[policy + blocks.TOTAL] ?? 0);
  for (let block = policy + blocks.FIRST_BLOCK; block < end; block += flat[block + blocks.LENGTH] ?? 0)
    places.push(block);
  return places;
}

function rulesIn(room: Room, block: number): number[] {
  const end = block + (room.flat[block + blocks.PREFIXES] ?? 0);
  const decisions = room.flat.subarray(block + blocks.DECISIONS, end);
  return Array.from(decisions, (decision) => room.decision(decision).rule);
}

const OF_WHO = [blocks.USER, blocks.GROUP];
const OF_RESOURCE = [blocks.VERB, blocks.NAMESPACE, blocks.API_GROUP, blocks.RESOURCE, blocks.NAME];
const OF_PATH = [blocks.VERB, blocks.PATH];

function wordOfWhat(room: Room, block: number, request: RequestAttributes): number {
  const isResource = request.isResourceRequest === true;
  const word = room.flat[block + (isResource ? blocks.FOR_RESOURCE : blocks.FOR_PATH)] ?? 0;
  return word & wordOver(room, block, isResource ? OF_RESOURCE : OF_PATH, request);
}

function wordOver(room: Room, block: number, dimensions: readonly number[], request: RequestAttributes): number {
  let word = -1;
  for (const dimension of dimensions) word &= wordFor(room, block, dimension, request);
  return word;
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/**
 * Gives the bits of a block that a request satisfies, of which only the lowest is sure: an attribute is looked at only where the lowest
 * bit that is left asks for it. Each text that is looked at costs more than all else.
 */
function wordIn(room: Room, block: number, request: RequestAttributes): number {
  const { flat } = room;
  const isResource = request.isResourceRequest === true;
  let word = flat[block + (isResource ? blocks.FOR_RESOURCE : blocks.FOR_PATH)] ?? 0;
  let asked = isResource ? OF_PATHS : OF_RESOURCES;
  for (let dimension = 0; dimension <= blocks.GROUP; dimension++) {
    const isFree = ((flat[block + dimension] ?? 0) & word & -word) !== 0;
    if (isFree || (asked & (1 << dimension)) !== 0) continue;
    word &= wordFor(room, block, dimension, request);
    if (word === 0) return 0;
    asked |= 1 << dimension;
    dimension = -1;
  }
  return word;
}

const OF_PATHS = 1 << blocks.PATH;
const OF_RESOURCES = (1 << blocks.RESOURCE) | (1 << blocks.API_GROUP) | (1 << blocks.NAME) | (1 << blocks.NAMESPACE);

function wordFor(room: Room, block: number, dimension: number, request: RequestAttributes): number {
  switch (dimension) {
    case blocks.VERB:
      return wordOf(room, block, blocks.VERB, request.verb ?? '');
    case blocks.RESOURCE:
      return wordOfResource(room, block, request.resource ?? '', request.subresource ?? '');
    case blocks.NAMESPACE:
      return wordOf(room, block, blocks.NAMESPACE, request.namespace ?? '');
    case blocks.API_GROUP:
      return wordOf(room, block, blocks.API_GROUP, request.apiGroup ?? '');
    case blocks.USER:
      return wordOf(room, block, blocks.USER, request.user);
    case blocks.NAME:
      return wordOf(room, block, blocks.NAME, request.name ?? '');
    case blocks.PATH:
      return wordOfPath(room, block, request.path ?? '');
    default:
      return wordOfGroups(room, block, request.user, request.groups ?? []);
  }
}

/** Gives the bits that are satisfied by the text of a number; none for 0. */
function wordBy(flat: Int32Array, block: number, dimension: number, number: number): number {
  return number === 0 ? 0 : (flat[blocks.placeOf(flat, block, blocks.keyOf(dimension, number)) + 1] ?? 0);
}

/** Gives the bits of a block that a text satisfies, or that ask for nothing there: only these for undefined. */
function wordOf({ flat, names }: Room, block: number, dimension: number, text: string | undefined): number {
  const free = flat[block + dimension] ?? 0;
  return text === undefined ? free : free | wordBy(flat, block, dimension, names.of(text));
}

/** Gives those of the groups of a user; undefined is one who failed to authenticate. */
function wordOfGroups(room: Room, block: number, user: string | undefined, groups: readonly string[]): number {
  const { flat, names } = room;
  let word = flat[block + blocks.GROUP] ?? 0;
  if (user !== undefined) for (const group of groups) word |= wordBy(flat, block, blocks.GROUP, names.of(group));
  return word;
}

/** Gives those of a resource and its subresource, whatever its group and its name are. */
function wordOfResource(room: Room, block: number, resource: string, subresource: string): number {
  const { flat, names, odd } = room;
  const oddWord = odd.size > 0 && (resource.includes('/') || subresource.includes('/')) ? odd.get(block) : undefined;
  if (oddWord) return oddWord(resource, subresource);
  if (subresource === '') return wordOf(room, block, blocks.RESOURCE, resource);
  const wild =
    wordBy(flat, block, blocks.WHOLE, names.of(resource)) |
    wordBy(flat, block, blocks.SUBRESOURCE, names.of(subresource));
  return (
    (flat[block + blocks.RESOURCE] ?? 0) | wild | wordBy(flat, block, blocks.PAIR, names.ofPair(resource, subresource))
  );
}

/** Gives those of a path. */
function wordOfPath(room: Room, block: number, path: string): number {
  const { flat, names } = room;
  let word = wordOf(room, block, blocks.PATH, path);
  const end = block + (flat[block + blocks.TABLE] ?? 0);
  for (let at = block + (flat[block + blocks.PREFIXES] ?? 0); at < end; at++) {
    const length = flat[at] ?? 0;
    if (length <= path.length) word |= wordBy(flat, block, blocks.PREFIX, names.of(path.slice(0, length)));
  }
  return word;
}
