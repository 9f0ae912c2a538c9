import type { Decision, GroupResources, Policy, PolicyRule } from '../types.ts';
import { decisionOf, matchesName } from './decide.ts';
import { type Names, sharedNames } from './names.ts';

/**
 * The rules of some policies in the form in which they are matched: as bits of 32-bit words. What a rule asks for is one bit, or
 * one for each different entry of its `resources`; up to 32 bits of one policy are a block. For each attribute of a request a
 * block has the word of the bits that ask for nothing there, and a table from the texts that its rules mention to the bits that
 * they satisfy. The lowest bit that all attributes satisfy is that of the rule that wins. All of it is numbers in one array: where
 * many policies are asked in turn, what a decision costs is the memory it touches.
 */
export interface Blocks {
  readonly flat: Int32Array;
  readonly names: Names;
  /** By policy. */
  readonly parts: readonly Part[];
  /** How long the URLs are that end in `*`, without it: each length once. */
  readonly prefixes: readonly number[];
  /** By place of a block, where a rule mentions a resource with more slashes than one: no table has those. */
  readonly odd: ReadonlyMap<number, readonly Slot[]> | undefined;
}

/** The blocks of one policy. */
interface Part {
  /** Where the first one begins. */
  readonly from: number;
  /** Where the last one ends. */
  readonly to: number;
  /** By rule, from 1; 0 is that of no rule. They are frozen and shared. */
  readonly decisions: readonly Decision[];
  readonly none: Decision;
}

/** The attributes by which a block is asked. The first ones have a word of bits that ask for nothing there. */
const USER = 0;
const GROUP = 1;
export const VERB = 2;
export const NAMESPACE = 3;
export const API_GROUP = 4;
const RESOURCE = 5;
export const NAME = 6;
const PATH = 7;
const [SUBRESOURCE, PAIR, WHOLE, PREFIX] = [8, 9, 10, 11] as const;
const DIMENSIONS = 16;

/** Where a block has what, behind the words of the bits that ask for nothing. */
const [LENGTH, SHIFT, TABLE, RULES] = [8, 9, 10, 11] as const;
const BITS = 32;

/** Gives the blocks of some policies. */
export function blocksOf(policies: readonly Policy[]): Blocks {
  const names = sharedNames();
  const blocks: { place: number; slots: readonly Slot[]; numbers: Int32Array }[] = [];
  let to = 0;
  const parts = policies.map((policy) => {
    const from = to;
    for (const slots of slotsOfBlocks(policy)) {
      const numbers = blockOf(slots, names);
      blocks.push({ place: to, slots, numbers });
      to += numbers.length;
    }
    return { from, to, decisions: decisionsOf(policy), none: frozen(decisionOf(policy, 0)) };
  });
  const flat = new Int32Array(to);
  for (const { place, numbers } of blocks) flat.set(numbers, place);
  const slots = blocks.flatMap((block) => block.slots);
  const prefixes = new Set(slots.flatMap(({ urls }) => urls.filter(isPrefix).map((url) => url.length - 1)));
  const isOdd = slots.some(({ resources }) => resources.some(hasManySlashes));
  const odd = isOdd ? new Map(blocks.map((block) => [block.place, block.slots])) : undefined;
  return { flat, names, parts, prefixes: [...prefixes], odd };
}

function decisionsOf(policy: Policy): Decision[] {
  return [undefined, ...policy.rules].map((_, rule) => frozen(decisionOf(policy, rule)));
}

function frozen(decision: Decision): Decision {
  return Object.freeze({ ...decision, omitStages: Object.freeze([...decision.omitStages]) });
}

function slotsOfBlocks({ rules }: Policy): Slot[][] {
  const slots = rules.flatMap((rule, at) => slotsOf(rule, at + 1));
  return Array.from({ length: Math.ceil(slots.length / BITS) }, (_, block) =>
    slots.slice(block * BITS, (block + 1) * BITS),
  );
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
  readonly #names: Names;
  readonly #free: Int32Array = new Int32Array(LENGTH);
  readonly #table: Map<number, number> = new Map();

  constructor(names: Names) {
    this.#names = names;
  }

  /** The bit asks for nothing there. */
  free(dimension: number, bit: number): void {
    this.#free[dimension] = (this.#free[dimension] ?? 0) | bit;
  }

  /** The bit is satisfied by this number of a text. */
  by(dimension: number, number: number, bit: number): void {
    const key = number * DIMENSIONS + dimension;
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

  block(rules: readonly number[]): Int32Array {
    const log = Math.ceil(Math.log2(this.#table.size + 1)) + 1;
    const table = RULES + rules.length;
    const flat = new Int32Array(table + 2 * 2 ** log);
    flat.set(this.#free);
    flat.set([flat.length, BITS - log, table, ...rules], LENGTH);
    for (const [key, word] of this.#table) {
      const at = placeOf(flat, 0, key);
      flat[at] = key;
      flat[at + 1] = word;
    }
    return flat;
  }
}

function blockOf(slots: readonly Slot[], names: Names): Int32Array {
  const words = new Words(names);
  for (const [at, slot] of slots.entries()) {
    const bit = 1 << at;
    words.list(USER, slot.users, bit);
    words.list(GROUP, slot.userGroups, bit);
    words.list(VERB, slot.verbs, bit);
    words.list(NAMESPACE, slot.namespaces, bit);
    if (slot.target !== 'path') addResources(words, slot, bit);
    if (slot.target === 'any') words.free(PATH, bit);
    for (const url of slot.urls) words.url(url, bit);
  }
  return words.block(slots.map(({ rule }) => rule));
}

function addResources(words: Words, { apiGroups, resources, resourceNames }: Slot, bit: number): void {
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

/** Gives where in the table of a block a key is, or where it would be. */
function placeOf(flat: Int32Array, block: number, key: number): number {
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

/** 2³² divided by the golden ratio: keys that follow each other come to lie apart. */
const SPREAD = 0x9e3779b1;

/** Gives the bits that are satisfied by the text of a number; none for 0. */
function wordBy(flat: Int32Array, block: number, dimension: number, number: number): number {
  return number === 0 ? 0 : (flat[placeOf(flat, block, number * DIMENSIONS + dimension) + 1] ?? 0);
}

/** Gives the bits of a block that a text satisfies, or that ask for nothing there: only these for undefined. */
export function wordOf({ flat, names }: Blocks, block: number, dimension: number, text: string | undefined): number {
  const free = flat[block + dimension] ?? 0;
  return text === undefined ? free : free | wordBy(flat, block, dimension, names.of(text));
}

/** Gives those of a user in groups; undefined is a request that failed to authenticate. */
export function wordOfUser(blocks: Blocks, block: number, user: string | undefined, groups: readonly string[]): number {
  const { flat, names } = blocks;
  let inGroups = flat[block + GROUP] ?? 0;
  if (user !== undefined) for (const group of groups) inGroups |= wordBy(flat, block, GROUP, names.of(group));
  return inGroups & wordOf(blocks, block, USER, user);
}

/** Gives those of a resource, "" for no subresource. */
export function wordOfResource(blocks: Blocks, block: number, resource: string, subresource: string): number {
  const { flat, names, odd } = blocks;
  if (odd && (resource.includes('/') || subresource.includes('/')))
    return oddWord(odd.get(block) ?? [], resource, subresource);
  if (subresource === '') return wordOf(blocks, block, RESOURCE, resource);
  const wild = wordBy(flat, block, WHOLE, names.of(resource)) | wordBy(flat, block, SUBRESOURCE, names.of(subresource));
  return (flat[block + RESOURCE] ?? 0) | wild | wordBy(flat, block, PAIR, names.ofPair(resource, subresource));
}

/** Gives those of a path. */
export function wordOfPath(blocks: Blocks, block: number, path: string): number {
  const { flat, names, prefixes } = blocks;
  let word = wordOf(blocks, block, PATH, path);
  for (const length of prefixes) {
    if (length <= path.length) word |= wordBy(flat, block, PREFIX, names.of(path.slice(0, length)));
  }
  return word;
}

/** For a resource with a slash, where a rule mentions one with several. */
function oddWord(slots: readonly Slot[], resource: string, subresource: string): number {
  const isMatched = ({ target, resources }: Slot): boolean =>
    target !== 'path' && (resources.length === 0 || resources.some((name) => matchesName(name, resource, subresource)));
  return slots.reduce((word, slot, at) => word | (isMatched(slot) ? 1 << at : 0), 0);
}

/** Gives where the next block begins. */
export function after({ flat }: Blocks, block: number): number {
  return block + (flat[block + LENGTH] ?? 0);
}

/** Gives the rule of the lowest bit of a word of a block, from 1. */
export function ruleOfLowest({ flat }: Blocks, block: number, word: number): number {
  return flat[block + RULES + BITS - 1 - Math.clz32(word & -word)] ?? 0;
}

/** Gives the rules of all bits of a block, from 1; 0 where there is none. */
export function rulesOf({ flat }: Blocks, block: number): number[] {
  const rules = flat.subarray(block + RULES, block + (flat[block + TABLE] ?? 0));
  return Array.from({ length: BITS }, (_, bit) => rules[bit] ?? 0);
}
