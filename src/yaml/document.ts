import type { Json, JsonObject } from '../json.ts';
import { decodeYaml } from './decode.ts';
import { type JsonNode, type Stretch, depthOf } from './json-node.ts';
import { readJson } from './json.ts';
import { outline } from './outline.ts';
import { type YamlNode, readYaml } from './read.ts';

/** YAML is read as go-yaml does, JSON as `encoding/json` does. */
export type Form = 'yaml' | 'json';

/** What of one document was read, once for its value and for its places. */
export interface DocumentReading {
  /** Its value, with places; null for a text without content, and where there is a problem. */
  value: JsonNode | null;
  /** Why it can't be read, in the reader's words; what is too deep is no mistake at a place. */
  problem?: { offset: number; message: string; isTooDeep?: true };
  /** Its nodes, in the order of the text; null for a text without content. Of JSON they are made when asked for. */
  root: () => YamlNode | null;
  /** What is written where, with all keys that stand twice. */
  written: () => JsonNode | null;
}

/** The readers and writers of values are recursive. */
export const MAX_LEVELS = 250;

/** Reads the first document of a YAML text, or a JSON text, as Go does. Never throws. */
export function readDocument(text: string, form: Form): DocumentReading {
  const reading = form === 'json' ? readAsJson(text) : readAsYaml(text);
  const { value } = reading;
  if (!value || depthOf(value) <= MAX_LEVELS) return reading;
  return broken({ offset: 0, message: `nested more than ${MAX_LEVELS} levels deep`, isTooDeep: true });
}

function readAsYaml(text: string): DocumentReading {
  const { root, problem } = readYaml(text);
  const decoded = problem || !root ? undefined : decodeYaml(root);
  const flaw = decoded?.value.flaw;
  const found = problem ?? decoded?.problem ?? (flaw && { offset: flaw.start, message: flaw.message });
  if (found) return broken(found);
  const isTwice = decoded?.duplicates.some(({ merged }) => !merged) === true;
  const value = decoded?.value ?? null;
  return { value, root: () => root, written: () => (isTwice && root ? outline(root) : value) };
}

function readAsJson(text: string): DocumentReading {
  const { root, problem } = readJson(text);
  if (problem) return broken(problem);
  return { value: root, root: () => root && nodeOf(root), written: () => root };
}

function broken(problem: NonNullable<DocumentReading['problem']>): DocumentReading {
  return { value: null, problem, root: () => null, written: () => null };
}

const NO_CHILDREN: YamlNode[] = [];

/** A part of a JSON text as a node of YAML, which JSON is as far as places go. */
function nodeOf(json: JsonNode): YamlNode {
  if (json.kind === 'list') return { ...textNode(json), kind: 'list', style: 'flow', children: json.items.map(nodeOf) };
  if (json.kind === 'map') {
    const children = json.entries.flatMap((entry) => [textNode(entry, entry.key), nodeOf(entry.value)]);
    return { ...textNode(json), kind: 'map', style: 'flow', children };
  }
  if (json.kind === 'string') return textNode(json, json.value);
  return { ...textNode(json, json.kind === 'null' ? 'null' : String(json.value)), implicit: true, style: 'plain' };
}

function textNode({ start, end }: Stretch, value = ''): YamlNode {
  const places = { start, valueStart: start, end };
  return {
    ...places,
    kind: 'scalar',
    value,
    tag: '',
    implicit: false,
    anchor: '',
    style: 'double',
    children: NO_CHILDREN,
  };
}

/** The value without its places. Of a key that stands twice the last value is taken. */
export function plainJson(node: JsonNode): Json {
  if (node.kind === 'null') return null;
  if (node.kind === 'number') return Number(node.value);
  if (node.kind === 'list') return node.items.map(plainJson);
  return node.kind === 'map' ? plainMap(node) : node.value;
}

// `fromEntries` makes members of its own also of names such as `__proto__`.
function plainMap({ entries }: JsonNode & { kind: 'map' }): JsonObject {
  return Object.fromEntries(entries.map(({ key, value }) => [key, plainJson(value)]));
}
