import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { nearest } from '../nearest.ts';
import { describe, type Reading } from './reading.ts';

/** The keys of a test file, of a case, of what it expects, and of a request written as a map; `required` must be there. */
export const KEYS: Readonly<Record<'test' | 'case' | 'expect' | 'request', KeySet>> = {
  test: {
    what: 'a policy test',
    known: ['policy', 'set', 'kubernetesVersion', 'cases'],
    required: ['policy', 'cases'],
  },
  case: { what: 'a case', known: ['name', 'request', 'requests', 'expect'], required: ['expect'] },
  expect: { what: 'an expectation', known: ['level', 'rule', 'stages', 'omitManagedFields'], required: ['level'] },
  request: {
    what: 'a request',
    known: ['user', 'groups', 'verb', 'apiGroup', 'resource', 'subresource', 'namespace', 'name', 'path'],
    required: ['verb'],
  },
};

/** Which keys a map has. */
interface KeySet {
  /** What the map is, for messages. */
  what: string;
  known: readonly string[];
  required: readonly string[];
}

/** What is often written instead of a key. */
const USUAL_KEYS: Readonly<Record<string, string>> = {
  tests: 'cases',
  rules: 'cases',
  expected: 'expect',
  description: 'name',
  managedFields: 'omitManagedFields',
  omitStages: 'stages',
  as: 'user',
  username: 'user',
  asGroup: 'groups',
  asGroups: 'groups',
  userGroups: 'groups',
  group: 'apiGroup',
  url: 'path',
  nonResourceURL: 'path',
  version: 'kubernetesVersion',
};

/** The keys of a map and the nodes below them, aliases followed. A key with nothing behind it is there, as null. */
export type Fields = ReadonlyMap<string, Node | null>;

/** Reads a map, and notes each key that it does not know or does not have. Undefined where the node is no map. */
export function readFields(reading: Reading, node: Node | null, { what, known, required }: KeySet): Fields | undefined {
  if (!isMap(node)) {
    reading.wrong(node, `${what} must be a map, not ${describe(node)}`, `Its keys are ${known.join(', ')}.`);
    return undefined;
  }
  const fields = new Map<string, Node | null>();
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : '';
    if (known.includes(name)) fields.set(name, reading.resolve(value as Node | null));
    else reading.wrong(key as Node, `${what} has no key ${JSON.stringify(name)}`, keyHint(name, known));
  }
  for (const name of required.filter((key) => !fields.has(key))) reading.wrong(node, `${what} needs the key ${name}`);
  return fields;
}

function keyHint(name: string, known: readonly string[]): string {
  const usual = Object.hasOwn(USUAL_KEYS, name) ? USUAL_KEYS[name] : undefined;
  const meant = usual !== undefined && known.includes(usual) ? usual : nearest(name, known);
  return meant === undefined ? `Its keys are ${known.join(', ')}.` : `Did you mean ${meant}?`;
}

/** Reads a text that is not empty; notes anything else. */
export function readText(reading: Reading, node: Node | null, what: string): string | undefined {
  if (isScalar(node) && typeof node.value === 'string' && node.value.trim() !== '') return node.value;
  const isOther = isScalar(node) && node.value !== null && typeof node.value !== 'string';
  const hint = isOther ? `Put it in quotes: "${String(node.source ?? node.value)}".` : undefined;
  reading.wrong(node, `${what} must be a text, not ${describe(node)}`, hint);
  return undefined;
}

/** Reads one of the given words; notes anything else, with the word that was probably meant. */
export function readWord<Word extends string>(
  reading: Reading,
  node: Node | null,
  what: string,
  words: readonly Word[],
): Word | undefined {
  const text = isScalar(node) ? String(node.source ?? node.value) : '';
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  const near = nearest(text, words);
  const hint = near === undefined ? `It is one of ${words.join(', ')}.` : `Did you mean ${near}?`;
  reading.wrong(node, `${what} cannot be ${describe(node)}`, hint);
  return undefined;
}

/** The items of a list, aliases followed; notes what is no list, and an empty one unless `mayBeEmpty`. */
export function readList(
  reading: Reading,
  node: Node | null,
  what: string,
  { mayBeEmpty = false }: { mayBeEmpty?: boolean } = {},
): Node[] {
  if (!isSeq(node)) {
    const hint = isScalar(node) && node.value !== null ? `Write [${describe(node)}].` : undefined;
    reading.wrong(node, `${what} must be a list, not ${describe(node)}`, hint);
    return [];
  }
  if (node.items.length === 0 && !mayBeEmpty) reading.wrong(node, `${what} must not be empty`);
  return node.items.flatMap((item) => reading.resolve(item as Node) ?? []);
}
