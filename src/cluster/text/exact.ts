import type { Json, JsonObject } from '../../json.ts';
import { explainSyntax } from '../../policy/load/syntax-help.ts';
import { decodeYaml } from '../../yaml/decode.ts';
import { depthOf, type JsonEntry, type JsonNode } from '../../yaml/json-node.ts';
import { readJson } from '../../yaml/json.ts';
import { outline } from '../../yaml/outline.ts';
import { readYaml } from '../../yaml/read.ts';
import { AUDIT_KEYS } from '../audit-keys.ts';

/** Why a text can't be read, and where. */
export interface Fault {
  offset: number;
  message: string;
  hint?: string;
}

/** A key that stands twice in one map. */
interface DuplicateKey {
  key: string;
  /** Offsets of the keys. */
  first: number;
  second: number;
}

/** What kOps reads from a text. */
export interface ExactReading {
  value?: Json;
  /** The offset at which the value begins. */
  start?: number;
  fault?: Fault;
  tooDeep?: boolean;
  /** The first key that stands twice in its map; what is merged does not count. */
  duplicate: () => DuplicateKey | undefined;
}

/** Reads a text as go-yaml v2 and `sigs.k8s.io/yaml` do (kOps 1.36.0 has go.yaml.in/yaml/v2 2.4.3, whose code is that of 2.4.4). */
export function exactYaml(text: string): ExactReading {
  const { root, problem } = readYaml(text);
  const decoded = problem || !root ? undefined : decodeYaml(root);
  const flaw = decoded?.value.flaw;
  const found = problem ?? decoded?.problem ?? (flaw && { offset: flaw.start, message: flaw.message });
  if (found) return { fault: explained(text, found), duplicate: () => undefined };
  if (!decoded || !root) return { value: null, duplicate: () => undefined };
  return reading(decoded.value, () => outline(root));
}

function explained(text: string, { offset, message }: Fault): Fault {
  const { code: _code, ...help } = explainSyntax(text, offset, message, 'spec');
  return { ...help, message: help.message.replace(/^(?=not valid)/, 'is ').replace(/^this (?=is)/, '') };
}

const INTEGERS: readonly string[] = AUDIT_KEYS.filter(({ type }) => type === 'integer').map(({ name }) => name);

// YAML's 1e3 reaches kOps as 1000, that of JSON as it is, which no int32 takes.
function oddInteger(root: JsonNode): Fault | undefined {
  const server = entriesAt(root, ['spec', 'kubeAPIServer']);
  const odd = server.find(
    ({ key, value }) => INTEGERS.includes(key) && value.kind === 'number' && /[.eE]/.test(value.value),
  );
  if (!odd) return undefined;
  const message = `${odd.key} is written with a point or an exponent, which kOps refuses in JSON`;
  return { offset: odd.value.start, message, hint: 'Write a whole number in digits.' };
}

function entriesAt(root: JsonNode, path: readonly string[]): readonly JsonEntry[] {
  let node: JsonNode | undefined = root;
  for (const step of path)
    node = node?.kind === 'map' ? node.entries.findLast(({ key }) => key === step)?.value : undefined;
  return node?.kind === 'map' ? node.entries : [];
}

/** Reads a text as Go's `encoding/json` does. Of a key that stands twice the last value is taken. */
export function exactJson(text: string): ExactReading {
  const { root, problem } = readJson(text);
  const fault = problem
    ? { ...problem, message: `is not valid JSON: ${problem.message}` }
    : root
      ? numberFault(root)
      : undefined;
  if (fault || !root) return { ...(fault ? { fault } : { value: null }), duplicate: () => undefined };
  return reading(root, () => root);
}

function numberFault(root: JsonNode): Fault | undefined {
  const huge = hugeNumber(root);
  if (!huge) return oddInteger(root);
  return { offset: huge.start, message: 'this number is larger than Go can hold', hint: 'Write a smaller one.' };
}

// Go reads every number as a float64 first.
function hugeNumber(node: JsonNode): (JsonNode & { kind: 'number' }) | undefined {
  const waiting = [node];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (next.kind === 'number' && !Number.isFinite(Number(next.value))) return next as JsonNode & { kind: 'number' };
    if (next.kind === 'list') for (const item of next.items) waiting.push(item);
    else if (next.kind === 'map') for (const { value } of next.entries) waiting.push(value);
  }
  return undefined;
}

/** The parser that finds the places is recursive, and so is all that walks a value. */
const MAX_LEVELS = 250;

function reading(root: JsonNode, written: () => JsonNode): ExactReading {
  if (depthOf(root) > MAX_LEVELS) return { tooDeep: true, duplicate: () => undefined };
  return { value: plain(root), start: root.start, duplicate: () => duplicateIn(written(), new Set()) };
}

function plain(node: JsonNode): Json {
  if (node.kind === 'null') return null;
  if (node.kind === 'number') return Number(node.value);
  if (node.kind === 'list') return node.items.map(plain);
  return node.kind === 'map' ? plainMap(node) : node.value;
}

// `fromEntries` makes members of its own also of names such as `__proto__`.
function plainMap({ entries }: JsonNode & { kind: 'map' }): JsonObject {
  return Object.fromEntries(entries.map(({ key, value }) => [key, plain(value)]));
}

// What an alias means is the same list of parts wherever it is used.
function duplicateIn(node: JsonNode, seen: Set<unknown>): DuplicateKey | undefined {
  const parts = node.kind === 'map' ? node.entries : node.kind === 'list' ? node.items : undefined;
  if (!parts || seen.has(parts)) return undefined;
  seen.add(parts);
  if (node.kind === 'list') return firstOf(node.items, seen);
  return node.kind === 'map'
    ? (twiceIn(node.entries) ??
        firstOf(
          node.entries.map(({ value }) => value),
          seen,
        ))
    : undefined;
}

function firstOf(nodes: readonly JsonNode[], seen: Set<unknown>): DuplicateKey | undefined {
  for (const node of nodes) {
    const found = duplicateIn(node, seen);
    if (found) return found;
  }
  return undefined;
}

function twiceIn(entries: readonly { key: string; start: number }[]): DuplicateKey | undefined {
  const starts = new Map<string, number>();
  for (const { key, start } of entries) {
    const first = key === '<<' ? undefined : starts.get(key);
    if (first !== undefined) return { key, first, second: start };
    starts.set(key, start);
  }
  return undefined;
}
