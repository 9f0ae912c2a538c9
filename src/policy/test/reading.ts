import { type Document, LineCounter, type Node, isAlias, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { TestMistake, TestPlace } from './types.ts';

/** A YAML text while it is read: its nodes, where they stand, and what was found wrong so far. */
export interface Reading {
  root: Node | null;
  mistakes: TestMistake[];
  /** The node that an alias stands for; other nodes as they are. */
  resolve: (node: Node | null | undefined) => Node | null;
  placeOf: (node: Node | null | undefined) => TestPlace;
  /** Notes a mistake at the node. */
  wrong: (node: Node | null | undefined, message: string, hint?: string) => void;
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
  const root = mistakes.length > before ? null : (document.contents as Node | null);
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
  DUPLICATE_KEY: { message: 'this key stands twice in its map', hint: 'Keep one of them.' },
  TAB_AS_INDENT: { message: 'a tab is no indentation in YAML', hint: 'Indent with blanks.' },
};

function yamlMistake({ code, message }: { code: string; message: string }, text: string): TestMistake {
  const known = YAML_MISTAKES[code];
  if (known) return known;
  if (message.includes('call stack')) return { message: TOO_DEEP };
  const hint = text.includes('{{') ? { hint: 'This looks like a template; render it first.' } : {};
  return { message: `not valid YAML: ${message.split('\n')[0]}`, ...hint };
}

/** What a node is, for messages: `a list`, `a map`, `nothing`, or the scalar itself. */
export function describe(node: Node | null): string {
  if (node === null || (isScalar(node) && node.value === null)) return 'nothing';
  if (isScalar(node)) return shown(String(node.source ?? node.value), node.type);
  return isSeq(node) ? 'a list' : 'a map';
}

function shown(source: string, type: string | undefined): string {
  const text = source.length > 40 ? `${source.slice(0, 39)}…` : source;
  return type === 'PLAIN' ? text : JSON.stringify(text);
}
