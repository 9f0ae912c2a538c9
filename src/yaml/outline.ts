import type { Json } from '../json.ts';
import { YamlProblem } from './characters.ts';
import { type JsonEntry, type JsonNode, depthAround } from './json-node.ts';
import { type YamlNode, readYaml } from './read.ts';
import { resolveScalar } from './resolve.ts';

const MAX_LEVELS = 30;

/** What stands where in a document that may be broken or cut off: every scalar is its text, tags and merges are not followed. */
export function outline(root: YamlNode): JsonNode {
  return outlineOf(root, new Map(), 0);
}

// Each node once, however many aliases mean it.
function outlineOf(node: YamlNode, known: Map<YamlNode, JsonNode>, level: number): JsonNode {
  const { start, end } = node;
  const real = node.target ?? node;
  const earlier = known.get(real);
  if (earlier) return { ...earlier, start, end };
  const text: JsonNode = { kind: 'string', start, end, value: real.value };
  if (real.kind === 'scalar' || level > MAX_LEVELS) return text;
  known.set(real, text);
  const found = collection(real, known, level + 1);
  known.set(real, found);
  return { ...found, start, end };
}

function collection(node: YamlNode, known: Map<YamlNode, JsonNode>, level: number): JsonNode {
  const { start, end, children } = node;
  const items = children.map((child) => outlineOf(child, known, level));
  if (node.kind === 'list') return { kind: 'list', start, end, items, depth: depthAround(items) };
  const entries = items.flatMap((value, at) => (at % 2 === 1 ? [entryOf(children[at - 1] as YamlNode, value)] : []));
  return { kind: 'map', start, end, entries, depth: depthAround(items) };
}

function entryOf(key: YamlNode, value: JsonNode): JsonEntry {
  return { key: (key.target ?? key).value, start: key.start, end: key.end, value };
}

/** What can be told of a text that may be broken: what each document holds, and what stands behind mistakes. */
export interface LenientReading {
  documents: Json[];
  /** What could be read again behind mistakes, from the next line on. */
  rest: Json[];
}

const DOCUMENT_MARK = /^(?=(?:---|\.\.\.)(?:[ \t\r\n]|$))/m;
// Comments and directives before a `---` or after a `...` are no document of their own.
const BESIDE_DOCUMENTS = /^(?:%|\s*(?:#|$))/;
const MOST_MISTAKES = 20;

/**
 * Reads as much of a text as can be read, mistakes or not. Of keys that stand twice the last counts; an alias is null unless it means a
 * scalar, merges are not followed, and what nests beyond 200 levels is left out: what stands there is seen where it is written. Never throws.
 */
export function readLeniently(text: string): LenientReading {
  const parts = text
    .split(DOCUMENT_MARK)
    .map((part) => part.replace(/^\.\.\.(?=\s).*\n?/, ''))
    .filter(holdsDocument);
  const reading: LenientReading = { documents: [], rest: [] };
  let mistakes = 0;
  for (const part of parts) {
    for (let left = part, first = true; left !== ''; first = false) {
      const { root, end, problem } = readYaml(left);
      (first ? reading.documents : reading.rest).push(root ? plainOf(root, 0) : null);
      const behind = problem ? behindLine(left, problem.offset) : left.slice(end);
      left = (problem || holdsDocument(behind)) && mistakes++ < MOST_MISTAKES ? behind : '';
    }
  }
  return reading;
}

function holdsDocument(part: string): boolean {
  return part.split('\n').some((line) => !BESIDE_DOCUMENTS.test(line));
}

function behindLine(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return end === -1 ? '' : text.slice(end + 1);
}

const DEEPEST = 200;

function plainOf(node: YamlNode, level: number): Json {
  if (node.kind === 'alias') return node.target?.kind === 'scalar' ? plainOf(node.target, level) : null;
  if (node.kind === 'scalar') return scalarOf(node);
  if (level === DEEPEST) return null;
  const inner = node.children.map((child) => plainOf(child, level + 1));
  if (node.kind === 'list') return inner;
  const entries = inner.flatMap((value, at): [string, Json][] => (at % 2 === 1 ? [[keyOf(inner[at - 1]), value]] : []));
  return Object.fromEntries(entries);
}

function keyOf(key: Json | undefined): string {
  return typeof key === 'object' ? JSON.stringify(key) : String(key);
}

// A tag that does not fit is passed over.
function scalarOf(node: YamlNode): Json {
  try {
    const { value } = { value: null, ...resolveScalar(node) };
    return typeof value === 'bigint' ? Number(value) : value;
  } catch (error) {
    if (error instanceof YamlProblem) return node.value;
    throw error;
  }
}
