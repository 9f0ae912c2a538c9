import {
  type Document,
  LineCounter,
  type Node,
  isAlias,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  isMap,
  isNode,
} from 'yaml';
import { nearest } from '../nearest.ts';

/** Where in a test file something stands; both count from 1. */
export interface TestPlace {
  line: number;
  column: number;
}

/** Something wrong with a test file, or with the policy it names. `file` is left out for the test file itself. */
export interface TestMistake extends Partial<TestPlace> {
  file?: string;
  message: string;
  hint?: string;
}

/** What may stand somewhere: nothing, or a key with nothing behind it, counts as no node. */
export type MaybeNode = Node | null | undefined;

/** A YAML text while it is read: its nodes, where they stand, and what was found wrong so far. */
export interface Reading {
  root: Node | null;
  mistakes: TestMistake[];
  /** The node that an alias stands for; other nodes as they are. */
  resolve: (node: MaybeNode) => Node | null;
  placeOf: (node: MaybeNode) => TestPlace;
  /** Notes a mistake at the node. */
  wrong: (node: MaybeNode, message: string, hint?: string) => void;
}

const MAX_LENGTH = 1024 * 1024;

/** Parses the text of a test file (YAML 1.2, one document). What is no YAML is among the mistakes, and `root` is null then. */
export function startReading(text: string): Reading {
  if (text.length > MAX_LENGTH) return unreadable([{ message: 'a test file of more than 1 MiB is not read' }]);
  try {
    return parse(text);
  } catch (error) {
    // The parser calls itself for each level: thousands of them are too many for the stack.
    if (error instanceof RangeError) return unreadable([{ message: TOO_DEEP }]);
    throw error;
  }
}

const TOO_DEEP = 'the YAML is nested too deeply';

function parse(text: string): Reading {
  const lines = new LineCounter();
  const options = { version: '1.2', prettyErrors: false, logLevel: 'error', lineCounter: lines } as const;
  const document = parseDocument(text, options);
  const mistakes = [...document.errors, ...document.warnings].map((problem) => ({
    ...yamlMistake(problem, text),
    ...placeAt(problem.pos[0], lines),
  }));
  const isReadable = document.errors.every(({ code }) => code === 'DUPLICATE_KEY');
  return isReadable ? readingOf(document, lines, mistakes) : unreadable(mistakes);
}

function unreadable(mistakes: TestMistake[]): Reading {
  const placeOf = (): TestPlace => ({ line: 1, column: 1 });
  return { root: null, mistakes, resolve: () => null, placeOf, wrong: () => {} };
}

function placeAt(offset: number, lines: LineCounter): TestPlace {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function readingOf(document: Document, lines: LineCounter, mistakes: TestMistake[]): Reading {
  const placeOf: Reading['placeOf'] = (node) => placeAt(node?.range?.[0] ?? 0, lines);
  const wrong: Reading['wrong'] = (node, message, hint) => {
    mistakes.push({ message, ...(hint ? { hint } : {}), ...placeOf(node) });
  };
  const before = mistakes.length;
  const targets = aliasTargets(document, wrong);
  const resolve: Reading['resolve'] = (node) => (isAlias(node) ? targets.get(node) : node) ?? null;
  const root = mistakes.length > before ? null : document.contents;
  return { root, mistakes, resolve, placeOf, wrong };
}

// The yaml package walks the whole document for each alias that it resolves.
function aliasTargets(document: Document, wrong: Reading['wrong']): Map<Node, Node> {
  const anchored = new Map<string, Node>();
  const targets = new Map<Node, Node>();
  visit(document, {
    Alias: (_, alias) => {
      const target = anchored.get(alias.source);
      if (target) targets.set(alias, target);
      else wrong(alias, `there is no anchor &${alias.source} above`);
    },
    Value: (_, node) => {
      if (node.anchor) anchored.set(node.anchor, node);
    },
  });
  return targets;
}

const YAML_MISTAKES: Readonly<Record<string, { message: string; hint: string }>> = {
  MULTIPLE_DOCS: { message: 'a second document begins here', hint: 'A test file has one; write another file.' },
  DUPLICATE_KEY: { message: 'this key appears twice in its map', hint: 'Keep one of them.' },
  TAB_AS_INDENT: { message: 'YAML does not allow a tab as indentation', hint: 'Indent with spaces.' },
};

function yamlMistake({ code, message }: { code: string; message: string }, text: string): TestMistake {
  const known = YAML_MISTAKES[code];
  if (known) return known;
  if (message.includes('call stack')) return { message: TOO_DEEP };
  const hint = text.includes('{{') ? { hint: 'This looks like a template; render it first.' } : {};
  return { message: `not valid YAML: ${message.split('\n')[0]}`, ...hint };
}

/** What a node is, for messages: `a list`, `a map`, `nothing`, or the scalar itself. */
export function describe(node: MaybeNode): string {
  if (!node || (isScalar(node) && node.value === null)) return 'nothing';
  if (isScalar(node)) return shown(String(node.source ?? node.value), node.type);
  return isSeq(node) ? 'a list' : 'a map';
}

function shown(source: string, type: string | undefined): string {
  const text = source.length > 40 ? `${source.slice(0, 39)}…` : source;
  return type === 'PLAIN' ? text : JSON.stringify(text);
}

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

/** What npm yaml calls unknown, as it also keeps values there that are no nodes (never in a text that was parsed). */
export function nodeOr(value: unknown): MaybeNode {
  return isNode(value) ? value : null;
}

/** The keys of a map and the nodes below them, aliases followed. A key with nothing behind it is there, as null. */
export type Fields = ReadonlyMap<string, Node | null>;

/** Reads a map, and notes each key that it does not know or does not have. Undefined where the node is no map. */
export function readFields(reading: Reading, node: MaybeNode, { what, known, required }: KeySet): Fields | undefined {
  if (!isMap(node)) {
    reading.wrong(node, `${what} must be a map, not ${describe(node)}`, `Its keys are ${known.join(', ')}.`);
    return undefined;
  }
  const fields = new Map<string, Node | null>();
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : '';
    if (known.includes(name)) fields.set(name, reading.resolve(nodeOr(value)));
    else reading.wrong(nodeOr(key), `${what} has no key ${JSON.stringify(name)}`, keyHint(name, known));
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
export function readText(reading: Reading, node: MaybeNode, what: string): string | undefined {
  if (isScalar(node) && typeof node.value === 'string' && node.value.trim() !== '') return node.value;
  const isOther = isScalar(node) && node.value !== null && typeof node.value !== 'string';
  const hint = isOther ? `Put it in quotes: "${String(node.source ?? node.value)}".` : undefined;
  reading.wrong(node, `${what} must be a string, not ${describe(node)}`, hint);
  return undefined;
}

/** Reads one of the given words; notes anything else, with the word that was probably meant. */
export function readWord<Word extends string>(
  reading: Reading,
  node: MaybeNode,
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
  node: MaybeNode,
  what: string,
  { mayBeEmpty = false }: { mayBeEmpty?: boolean } = {},
): Node[] {
  if (!isSeq(node)) {
    const hint = isScalar(node) && node.value !== null ? `Write [${describe(node)}].` : undefined;
    reading.wrong(node, `${what} must be a list, not ${describe(node)}`, hint);
    return [];
  }
  if (node.items.length === 0 && !mayBeEmpty) reading.wrong(node, `${what} must not be empty`);
  return node.items.flatMap((item) => reading.resolve(nodeOr(item)) ?? []);
}
