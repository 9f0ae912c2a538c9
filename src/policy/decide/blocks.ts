import type { GroupResources, Policy, PolicyRule } from '../types.ts';
import { decisionOf, matchesName } from './decide.ts';
import { type Room, roomForMore } from './room.ts';

/**
 * The rules of some policies in the form in which they are matched: as bits of 32-bit words. What a rule asks for is one bit, or
 * one for each different entry of its `resources`; up to 32 bits of one policy are a block. For each attribute of a request a
 * block has the word of the bits that ask for nothing there, and a table from the texts that its rules mention to the bits that
 * they satisfy. The lowest bit that all attributes satisfy is that of the rule that wins. All of it is numbers in one array.
 */
export interface Blocks {
  readonly room: Room;
  /** Where each policy begins. */
  readonly places: readonly number[];
}

/** The attributes by which a block is asked. The first ones have a word of the bits that ask for nothing there. */
export const VERB = 0;
export const RESOURCE = 1;
export const NAMESPACE = 2;
export const API_GROUP = 3;
export const USER = 4;
export const NAME = 5;
export const PATH = 6;
export const GROUP = 7;
export const SUBRESOURCE = 8;
export const PAIR = 9;
export const WHOLE = 10;
export const PREFIX = 11;

/** The words of the bits that can match a request for a resource, or for a path. */
export const FOR_RESOURCE = 8;
export const FOR_PATH = 9;
/** What else stands at the head of a block: its length, where what begins, and the number of the decision of each bit. */
export const LENGTH = 10;
export const PREFIXES = 11;
export const TABLE = 12;
const SHIFT = 13;
export const DECISIONS = 14;
const BITS = 32;

/** What stands at the head of a policy: the number of the decision where no rule matches, the length of all, and its blocks. */
export const NONE = 0;
export const TOTAL = 1;
export const FIRST_BLOCK = 2;

/** Gives the blocks of some policies. */
export function blocksOf(policies: readonly Policy[]): Blocks {
  const room = roomForMore();
  return { room, places: policies.map((policy) => addPolicy(room, policy)) };
}

function addPolicy(room: Room, policy: Policy): number {
  const place = room.used;
  room.add([room.numberOf(decisionOf(policy, 0)), 0]);
  const slots = policy.rules.flatMap((rule, at) => slotsOf(rule, at + 1));
  for (let at = 0; at < slots.length; at += BITS) addBlock(room, policy, slots.slice(at, at + BITS));
  room.flat[place + TOTAL] = room.used - place;
  return place;
}

function addBlock(room: Room, policy: Policy, slots: readonly Slot[]): void {
  if (slots.some(({ resources }) => resources.some(hasManySlashes))) room.odd.set(room.used, oddWordOf(slots));
  const words = new Words(room);
  for (const [at, slot] of slots.entries()) addSlot(words, slot, 1 << at);
  const prefixes = new Set(slots.flatMap(({ urls }) => urls.filter(isPrefix).map((url) => url.length - 1)));
  const decisions = slots.map(({ rule }) => room.numberOf(decisionOf(policy, rule)));
  room.add(words.block(decisions, [...prefixes]));
}

/** What one bit stands for. An empty list asks for nothing, but for URLs in a slot for paths. */
interface Slot {
  rule: number;
  target: 'any' | 'resource' | 'path';
  users: readonly string[];
  userGroups: readonly string[];
  verbs: readonly string[];
  namespaces: readonly string[];
  apiGroups: readonly string[];
  resources: readonly string[];
  resourceNames: readonly string[];
  urls: readonly string[];
}

function slotsOf(rule: PolicyRule, place: number): Slot[] {
  const { users = [], userGroups = [], verbs = [], namespaces = [], resources = [], nonResourceURLs: urls = [] } = rule;
  const rest = { apiGroups: [], resources: [], resourceNames: [], urls: [] };
  const common = { ...rest, rule: place, users, userGroups, verbs, namespaces };
  if (resources.length > 0) return entriesOf(resources).map((entry) => ({ ...common, target: 'resource', ...entry }));
  if (namespaces.length > 0 || urls.length === 0) return [{ ...common, target: 'any' }];
  return [{ ...common, target: 'path', urls }];
}

type Entry = Pick<Slot, 'apiGroups' | 'resources' | 'resourceNames'>;

/** Entries that differ by their group alone are one. Names without resources ask for nothing. */
function entriesOf(all: readonly GroupResources[]): Entry[] {
  const entries = new Map<string, Entry & { apiGroups: string[] }>();
  for (const { group = '', resources = [], resourceNames: names = [] } of all) {
    const resourceNames = resources.length === 0 ? [] : names;
    const key = JSON.stringify([resources, resourceNames]);
    const entry = entries.get(key) ?? { apiGroups: [], resources, resourceNames };
    entry.apiGroups.push(group);
    entries.set(key, entry);
  }
  return [...entries.values()];
}

/** The words of a block while it is built. */
class Words {
  readonly #names: Room['names'];
  readonly #free: Int32Array = new Int32Array(FOR_PATH + 1);
  readonly #table: Map<number, number> = new Map();

  constructor({ names }: Room) {
    this.#names = names;
  }

  /** The bit asks for nothing there. */
  free(dimension: number, bit: number): void {
    this.#free[dimension] = (this.#free[dimension] ?? 0) | bit;
  }

  /** The bit is satisfied by this number of a text. */
  by(dimension: number, number: number, bit: number): void {
    const key = keyOf(dimension, number);
    this.#table.set(key, (this.#table.get(key) ?? 0) | bit);
  }

  /** The bit is satisfied by any of these, or asks for nothing if there are none. */
  list(dimension: number, texts: readonly string[], bit: number): void {
    if (texts.length === 0) this.free(dimension, bit);
    for (const text of texts) this.by(dimension, this.#names.add(text), bit);
  }

  /** `res/sub` is a resource of this odd name, too, for whoever asks so. */
  resource(text: string, bit: number): void {
    if (text === '*') this.free(RESOURCE, bit);
    const [resource = '', subresource] = text.split('/', 2);
    this.by(RESOURCE, this.#names.add(text), bit);
    if (subresource === undefined) return;
    if (subresource === '*') this.by(RESOURCE, this.#names.add(resource), bit);
    if (subresource === '*') this.by(WHOLE, this.#names.add(resource), bit);
    if (resource === '*') this.by(SUBRESOURCE, this.#names.add(subresource), bit);
    this.by(PAIR, this.#names.addPair(resource, subresource), bit);
  }

  url(text: string, bit: number): void {
    if (text === '*') this.free(PATH, bit);
    if (isPrefix(text)) this.by(PREFIX, this.#names.add(text.slice(0, -1)), bit);
    this.by(PATH, this.#names.add(text), bit);
  }

  /** @param prefixes how long the URLs are that end in `*`, without it. */
  block(decisions: readonly number[], prefixes: readonly number[]): Int32Array {
    const log = Math.max(1, Math.ceil(Math.log2(this.#table.size / MOST_FULL)));
    const table = DECISIONS + decisions.length + prefixes.length;
    const flat = new Int32Array(table + 2 * 2 ** log);
    flat.set(this.#free);
    flat.set([flat.length, DECISIONS + decisions.length, table, BITS - log, ...decisions, ...prefixes], LENGTH);
    for (const [key, word] of this.#table) {
      const at = placeOf(flat, 0, key);
      flat[at] = key;
      flat[at + 1] = word;
    }
    return flat;
  }
}

function addSlot(words: Words, slot: Slot, bit: number): void {
  words.list(USER, slot.users, bit);
  words.list(GROUP, slot.userGroups, bit);
  words.list(VERB, slot.verbs, bit);
  words.list(NAMESPACE, slot.namespaces, bit);
  if (slot.target !== 'path') addResources(words, slot, bit);
  if (slot.target === 'any') words.free(PATH, bit);
  if (slot.target !== 'resource' && slot.namespaces.length === 0) words.free(FOR_PATH, bit);
  for (const url of slot.urls) words.url(url, bit);
}

function addResources(words: Words, { apiGroups, resources, resourceNames }: Slot, bit: number): void {
  words.free(FOR_RESOURCE, bit);
  words.list(API_GROUP, apiGroups, bit);
  if (apiGroups.includes('*')) words.free(API_GROUP, bit);
  if (resources.length === 0) words.free(RESOURCE, bit);
  for (const name of resources) if (!hasManySlashes(name)) words.resource(name, bit);
  words.list(NAME, resourceNames, bit);
}

function hasManySlashes(resource: string): boolean {
  return resource.indexOf('/') !== resource.lastIndexOf('/');
}

function isPrefix(url: string): boolean {
  return url.endsWith('*');
}

/** Gives the key of a text in a table. */
export function keyOf(dimension: number, number: number): number {
  return number * DIMENSIONS + dimension;
}

const DIMENSIONS = 16;

/** Gives where in the table of a block a key is, or where it would be. */
export function placeOf(flat: Int32Array, block: number, key: number): number {
  const shift = flat[block + SHIFT] ?? 0;
  const table = block + (flat[block + TABLE] ?? 0);
  let place = Math.imul(key, SPREAD) >>> shift;
  for (;;) {
    const at = table + 2 * place;
    const there = flat[at];
    if (there === key || there === 0) return at;
    place = (place + 1) & (-1 >>> shift);
  }
}

/** Fuller tables are slow: so much of the places. */
const MOST_FULL = 0.75;
/** 2³² divided by the golden ratio: keys that follow each other come to lie apart. */
const SPREAD = 0x9e3779b1;

/** For resources with a slash where a rule mentions one with several, which no table has. */
function oddWordOf(slots: readonly Slot[]): (resource: string, subresource: string) => number {
  return (resource, subresource) => {
    const isMatched = ({ target, resources }: Slot): boolean =>
      target !== 'path' &&
      (resources.length === 0 || resources.some((name) => matchesName(name, resource, subresource)));
    return slots.reduce((word, slot, at) => word | (isMatched(slot) ? 1 << at : 0), 0);
  };
}
