import { type JsonNode, MAX_DEPTH, depthOf } from './json-node.ts';

/** What of a JSON text could be read, and where it went wrong. */
export interface JsonReading {
  root: JsonNode | null;
  problem?: { offset: number; message: string };
}

interface Reading {
  readonly text: string;
  at: number;
  root: JsonNode | null;
  /** The lists and maps that are not closed yet. */
  open: Collection[];
  /** The key whose value comes next. */
  key: { key: string; start: number; end: number } | null;
}

type Collection = Extract<JsonNode, { kind: 'list' | 'map' }>;

/** What may come next. */
type State = (reading: Reading) => State | null;

class JsonProblem extends Error {
  override name = 'JsonProblem';
}

/**
 * Reads a JSON text as Go's `encoding/json` does: keys that stand twice are both kept, at most 10,000 levels. Never throws.
 */
export function readJson(text: string): JsonReading {
  const reading: Reading = { text, at: 0, root: null, open: [], key: null };
  try {
    for (let state: State | null = readValue; state;) {
      skipBlanks(reading);
      state = state(reading);
    }
    return { root: reading.root };
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    return { root: reading.root, problem: { offset: Math.min(reading.at, text.length), message: error.message } };
  }
}

function skipBlanks(reading: Reading): void {
  while (' \t\r\n'.includes(reading.text.charAt(reading.at) || 'end')) reading.at++;
}

function readValue(reading: Reading): State {
  const { text, at } = reading;
  const first = text.charAt(at);
  if (first === '{') return openCollection(reading, { kind: 'map', start: at, end: at + 1, entries: [], depth: 1 });
  if (first === '[') return openCollection(reading, { kind: 'list', start: at, end: at + 1, items: [], depth: 1 });
  place(reading, first === '"' ? readString(reading) : readLiteral(reading));
  return readNext;
}

function openCollection(reading: Reading, collection: Collection): State {
  place(reading, collection);
  reading.open.push(collection);
  if (reading.open.length > MAX_DEPTH) throw new JsonProblem(`nested more than ${MAX_DEPTH} levels deep`);
  reading.at++;
  return collection.kind === 'map' ? readFirstKey : readFirstItem;
}

function place(reading: Reading, node: JsonNode): void {
  const parent = reading.open.at(-1);
  if (!parent) reading.root = node;
  else if (parent.kind === 'list') parent.items.push(node);
  else if (reading.key) parent.entries.push({ ...reading.key, value: node });
}

function readString(reading: Reading): JsonNode {
  const { text, at: start } = reading;
  const end = stringEnd(text, start);
  reading.at = end < 0 ? -1 - end : end;
  if (end < 0) throw new JsonProblem('this text in quotes is broken');
  return { kind: 'string', start, end, value: unquote(text.slice(start, end)) };
}

const LITERAL = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;

function readLiteral(reading: Reading): JsonNode {
  const { text, at: start } = reading;
  LITERAL.lastIndex = start;
  const [value] = LITERAL.exec(text) ?? [];
  if (value === undefined) throw new JsonProblem('a value is missing here');
  const end = start + value.length;
  reading.at = end;
  if (value === 'null') return { kind: 'null', start, end };
  if (value === 'true' || value === 'false') return { kind: 'boolean', start, end, value: value === 'true' };
  return { kind: 'number', start, end, value };
}

function readFirstItem(reading: Reading): State | null {
  return reading.text.charAt(reading.at) === ']' ? close(reading) : readValue(reading);
}

function readFirstKey(reading: Reading): State | null {
  return reading.text.charAt(reading.at) === '}' ? close(reading) : readKey(reading);
}

function readKey(reading: Reading): State {
  if (reading.text.charAt(reading.at) !== '"') throw new JsonProblem('a key in double quotes is missing here');
  const { start, end, ...name } = readString(reading);
  reading.key = { key: 'value' in name ? String(name.value) : '', start, end };
  return readColon;
}

function readColon(reading: Reading): State {
  if (reading.text.charAt(reading.at) !== ':') throw new JsonProblem('a ":" is missing here');
  reading.at++;
  return readValue;
}

// Behind a value.
function readNext(reading: Reading): State | null {
  const parent = reading.open.at(-1);
  const character = reading.text.charAt(reading.at);
  if (!parent) return readEnd(reading);
  if (character === (parent.kind === 'map' ? '}' : ']')) return close(reading);
  if (character !== ',') throw new JsonProblem(`a "," or "${parent.kind === 'map' ? '}' : ']'}" is missing here`);
  reading.at++;
  return parent.kind === 'map' ? readKey : readValue;
}

function readEnd({ text, at }: Reading): null {
  if (at < text.length) throw new JsonProblem('something follows the closing brace');
  return null;
}

function close(reading: Reading): State {
  reading.at++;
  const closed = reading.open.pop();
  const parent = reading.open.at(-1);
  if (closed) closed.end = reading.at;
  if (closed && parent) parent.depth = Math.max(parent.depth, depthOf(closed) + 1);
  return readNext;
}

const QUOTE = 34;
const BACKSLASH = 92;

/**
 * Finds the end of a JSON string that begins at a quote: the offset behind the closing quote; or minus one minus the offset of what is wrong.
 * The grammar is that of Go's `encoding/json` (`scanner.go`).
 */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code < 32) return -1 - at;
    if (code !== BACKSLASH) continue;
    const width = escapeWidth(text, at);
    if (width === 0) return -1 - at;
    at += width - 1;
  }
  return -1 - text.length;
}

function escapeWidth(text: string, at: number): number {
  if ('"\\/bfnrt'.includes(text.charAt(at + 1) || 'none')) return 2;
  return /^\\u[\da-fA-F]{4}$/.test(text.slice(at, at + 6)) ? 6 : 0;
}

const LONE = /[\ud800-\udfff]/gu;

/** What a JSON string in its quotes says; halves of characters, and bytes that are no UTF-8, are U+FFFD, as Go reads them. */
function unquote(quoted: string): string {
  const whole = quoted.replaceAll(LONE, '\uFFFD');
  return whole.includes('\\') ? String(JSON.parse(whole)).replaceAll(LONE, '\uFFFD') : whole.slice(1, -1);
}
