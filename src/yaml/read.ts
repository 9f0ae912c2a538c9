import { type Event, type NodeStyle, parseStreamStart, parseNode, type Parser } from './parser.ts';
import { YamlProblem } from './characters.ts';
import { type Comment, type Scanner, startScanning } from './tokens.ts';

/** A node of a YAML document. `start` and `end` are offsets in the text. */
export interface YamlNode {
  kind: 'scalar' | 'list' | 'map' | 'alias';
  start: number;
  end: number;
  /** Where the value itself begins: behind its tag and anchor. */
  valueStart: number;
  /** A scalar's text, an alias' name. */
  value: string;
  tag: string;
  /** A scalar whose type its text tells. */
  implicit: boolean;
  /** The name by which aliases may mean it; empty for none. */
  anchor: string;
  style: NodeStyle;
  /** The items of a list; the keys of a map, each followed by its value. */
  children: YamlNode[];
  /** What an alias stands for. */
  target?: YamlNode | undefined;
}

/** What of a text could be read: the first document, null for an empty text, and why reading ended early. */
export interface YamlReading {
  root: YamlNode | null;
  problem?: { offset: number; message: string };
  /** The offset at which the first document ends. */
  end: number;
  /** The comments up to there, in order. */
  comments: readonly Comment[];
}

interface Composing {
  root: YamlNode | null;
  /** The lists and maps that are not closed yet. */
  open: YamlNode[];
  anchors: Map<string, YamlNode>;
  end: number;
}

/** What was read of the last few small texts: one run looks at the same text for its value, its edits and its secrets. */
const READ = new Map<string, YamlReading>();
const MOST_READ = 8;
const LARGEST = 65_536;

/**
 * Reads the first document of a YAML text as go-yaml v2.4.4 does (`decode.go`), up to the first problem. `wide`: the text was UTF-16.
 * Never throws. Its nodes must not be changed.
 */
export function readYaml(text: string, wide = false): YamlReading {
  if (wide || text.length > LARGEST) return readAnew(text, wide);
  const reading = READ.get(text) ?? readAnew(text, wide);
  READ.delete(text);
  READ.set(text, reading);
  for (const oldest of READ.keys()) if (READ.size > MOST_READ) READ.delete(oldest);
  return reading;
}

function readAnew(text: string, wide: boolean): YamlReading {
  const composing: Composing = { root: null, open: [], anchors: new Map(), end: text.length };
  let scanner: Scanner | undefined;
  try {
    scanner = startScanning(text, wide);
    const parser: Parser = {
      scanner,
      state: parseStreamStart,
      states: [],
      tagPrefixes: new Map(),
      parseNode,
    };
    while (take(composing, parser.state(parser)));
    return { root: composing.root, end: composing.end, comments: scanner.comments };
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    const problem = { offset: error.offset, message: error.message };
    return { root: cutOff(composing), end: text.length, comments: scanner?.comments ?? [], problem };
  }
}

// Tells whether more is to come.
function take(composing: Composing, event: Event): boolean {
  const { type } = event;
  if (type === 'document-end' || type === 'stream-end') {
    composing.end = event.start;
    return false;
  }
  if (type === 'sequence-end' || type === 'mapping-end') closeLast(composing, event);
  else if (type !== 'stream-start' && type !== 'document-start') add(composing, event);
  return true;
}

function closeLast(composing: Composing, { type, start, end }: Event): void {
  const node = composing.open.pop();
  if (!node) return;
  const bracketed = end > start && type.endsWith('-end');
  node.end = Math.max(node.end, bracketed ? end : (node.children.at(-1)?.end ?? node.end));
  widen(composing, node);
}

function add(composing: Composing, event: Event): void {
  const node = nodeOf(composing, event);
  const parent = composing.open.at(-1);
  if (parent) parent.children.push(node);
  else composing.root = node;
  if (event.anchor !== '') composing.anchors.set(event.anchor, node);
  if (node.kind === 'list' || node.kind === 'map') composing.open.push(node);
  else widen(composing, node);
}

// A collection reaches at least to the end of what is in it.
function widen({ open }: Composing, { start, end }: YamlNode): void {
  const parent = open.at(-1);
  if (parent && end > start) parent.end = Math.max(parent.end, end);
}

const KINDS: Readonly<Partial<Record<Event['type'], YamlNode['kind']>>> = {
  'sequence-start': 'list',
  'mapping-start': 'map',
  alias: 'alias',
};

const NO_CHILDREN: YamlNode[] = [];

function nodeOf({ anchors }: Composing, event: Event): YamlNode {
  const { type, start, end, valueStart, value, tag, implicit, anchor, style } = event;
  const kind = KINDS[type] ?? 'scalar';
  const target = kind === 'alias' ? anchors.get(value) : undefined;
  if (kind === 'alias' && !target) throw new YamlProblem(`there is no anchor "${value}" before this alias`, start);
  const children = kind === 'list' || kind === 'map' ? [] : NO_CHILDREN;
  return { kind, start, end, valueStart, value, tag, implicit, anchor, style, children, target };
}

// A map that was cut off at a key has null there.
function cutOff({ root, open }: Composing): YamlNode | null {
  for (const node of open)
    if (node.kind === 'map' && node.children.length % 2 === 1) node.children.push(nothing(node.end));
  return root;
}

function nothing(at: number): YamlNode {
  return {
    kind: 'scalar',
    start: at,
    end: at,
    valueStart: at,
    value: '',
    tag: '',
    implicit: true,
    anchor: '',
    style: 'plain',
    children: NO_CHILDREN,
  };
}
