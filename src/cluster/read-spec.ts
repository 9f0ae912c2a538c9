import type { Place } from '../errors.ts';
import { UserError } from '../errors.ts';
import { type JsonObject, isObject } from '../json.ts';
import { explainSyntax } from '../policy/load/syntax-help.ts';
import { PASTE_BLOCKS, templateMark } from '../policy/load/template-marks.ts';
import { type DocumentReading, type Form, plainJson, readDocument } from '../yaml/document.ts';
import type { JsonEntry, JsonNode } from '../yaml/json-node.ts';
import type { YamlNode } from '../yaml/read.ts';
import { AUDIT_KEYS } from './audit-keys.ts';
import type { KopsObject } from './types.ts';

/** A Cluster or InstanceGroup without a name; the rest of it can be read. */
export class NoNameError extends UserError {
  override name = 'NoNameError';
}

/** A document that can be read and is no map, such as the rules of a policy by themselves. */
export class NoMapError extends UserError {
  override name = 'NoMapError';
}

export interface SpecReading {
  value: KopsObject;
  /** The nodes of the text, for places and edits. */
  node: () => YamlNode;
}

/** Where in the file an offset of the source is. */
type Placer = (offset: number) => Place;

/**
 * Reads one document as kOps reads it (`pkg/kopscodecs` of 1.36.0: what begins with `{` is JSON for Go's `encoding/json`, anything else
 * YAML for go-yaml v2; it has go.yaml.in/yaml/v2 2.4.3, whose code is that of 2.4.4).
 *
 * @param source The document's text with LF line ends.
 * @throws UserError with the place: neither of both, a template, no map, or a key that stands twice in a Cluster or an
 * InstanceGroup (kOps takes the last one without a word, so what the other says, and an edit of it, does nothing).
 */
export function readSpec(source: string, form: Form, placeAt: Placer, needsName = true): SpecReading {
  // kOps hands what stands before a "---" to the reader by itself, directives too.
  const reading = readDocument(form === 'yaml' ? source.split('\n---\n', 1).join() : source, form);
  const fault = faultOf(source, form, reading);
  if (fault) throw unreadable(fault, placeAt);
  const value = reading.value && plainJson(reading.value);
  const root = reading.root();
  if (!isObject(value) || !root) {
    throw new NoMapError('is not a kOps document: that is a map with apiVersion, kind, metadata and spec', {
      place: placeAt(0),
    });
  }
  check(value, reading, placeAt, needsName);
  return { value: value as JsonObject & KopsObject, node: () => root };
}

/** Whether kOps takes a text for JSON (`IsJSONBuffer` of k8s.io/apimachinery). */
export function startsJson(source: string): boolean {
  return /^\s*\{/.test(source) && !source.startsWith('\uFEFF');
}

/** The value of a document that is strict JSON and an object, else undefined. */
export function parseJson(source: string): JsonObject | undefined {
  if (!startsJson(source)) return undefined;
  try {
    return JSON.parse(source) as JsonObject;
  } catch {
    return undefined;
  }
}

/** Why a text can't be read, and where. */
interface Fault {
  offset: number;
  message: string;
  hint?: string;
}

function faultOf(source: string, form: Form, { problem, value }: DocumentReading): Fault | undefined {
  if (problem?.isTooDeep) return { offset: problem.offset, message: `is ${problem.message}` };
  if (problem) return form === 'json' ? jsonFault(source, problem) : yamlFault(source, problem);
  return form === 'json' && value ? numberFault(source, value) : undefined;
}

function yamlFault(source: string, { offset, message }: Fault): Fault {
  const { code: _code, ...help } = explainSyntax(source, offset, message, 'spec');
  return { ...help, message: help.message.replace(/^(?=not valid)/, 'is ').replace(/^this (?=is)/, '') };
}

const JSON_HINT =
  'kOps reads as JSON only what begins with "{". If it is meant to be YAML, put a comment line above it.';

function jsonFault(source: string, { offset, message }: Fault): Fault {
  const template = templateMark(source, offset);
  if (!template) return { offset, message: `is not valid JSON: ${message}`, hint: JSON_HINT };
  const { offset: at, marks, hint } = template;
  return { offset: at, message: `is a template with ${marks}, not a spec`, hint: `${hint} ${PASTE_BLOCKS}` };
}

function numberFault(source: string, root: JsonNode): Fault | undefined {
  const fault = hugeNumber(root) ?? oddInteger(root);
  if (!fault) return undefined;
  const template = templateMark(source, fault.offset);
  return template ? jsonFault(source, fault) : fault;
}

// Go reads every number as a float64 first.
function hugeNumber(root: JsonNode): Fault | undefined {
  const waiting = [root];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (next.kind === 'number' && !Number.isFinite(Number(next.value)))
      return { offset: next.start, message: 'this number is larger than Go can hold', hint: 'Write a smaller one.' };
    if (next.kind === 'list') for (const item of next.items) waiting.push(item);
    else if (next.kind === 'map') for (const { value } of next.entries) waiting.push(value);
  }
  return undefined;
}

const INTEGERS: readonly string[] = AUDIT_KEYS.filter(({ type }) => type === 'integer').map(({ name }) => name);

// YAML's 1e3 reaches kOps as 1000, that of JSON as it is, which no int32 takes.
function oddInteger(root: JsonNode): Fault | undefined {
  const server = entriesAt(root, ['spec', 'kubeAPIServer']);
  const odd = server.find(
    ({ key, value }) => INTEGERS.includes(key) && value.kind === 'number' && /[.eE]/.test(value.value),
  );
  if (!odd) return undefined;
  const message = `${odd.key} is written with a decimal point or an exponent, which kOps refuses in JSON`;
  return { offset: odd.value.start, message, hint: 'Write a whole number in digits.' };
}

function entriesAt(root: JsonNode, path: readonly string[]): readonly JsonEntry[] {
  let node: JsonNode | undefined = root;
  for (const step of path)
    node = node?.kind === 'map' ? node.entries.findLast(({ key }) => key === step)?.value : undefined;
  return node?.kind === 'map' ? node.entries : [];
}

function check(
  value: JsonObject,
  { value: node, written }: DocumentReading,
  placeAt: Placer,
  needsName: boolean,
): void {
  const { kind } = value;
  const isOfKops = kind === 'Cluster' || kind === 'InstanceGroup';
  const root = isOfKops ? written() : undefined;
  const twice = root && duplicateIn(root, new Set());
  if (twice) throw standsTwice(twice.key, placeAt(twice.first), placeAt(twice.second));
  if (isOfKops) checkParts(value, placeAt(node?.start ?? 0), needsName);
}

function checkParts({ kind, metadata, spec }: JsonObject, place: Place, needsName: boolean): void {
  const name = isObject(metadata) ? metadata['name'] : undefined;
  if (needsName && (typeof name !== 'string' || name === '')) {
    throw new NoNameError(`this ${String(kind)} has no metadata.name`, {
      place,
      hint: 'It must be a string: numbers and words such as n, y, on and off need quotes.',
    });
  }
  if (!isObject(spec))
    throw new UserError(`${String(kind)} ${name} has no spec`, { place, hint: 'There must be a map below `spec:`.' });
}

/** The place tells which text is meant: the text itself may be a secret, as anything in a spec. */
function unreadable({ offset, message, hint }: Fault, placeAt: Placer): UserError {
  const clean = (text: string): string =>
    text.replaceAll(/anchor "[^"]{4,}"/g, 'anchor of this name').replaceAll(/"(?:[^"\\]|\\.){4,}"/g, 'this text');
  return new UserError(clean(message), { place: placeAt(offset), ...(hint ? { hint: clean(hint) } : {}) });
}

/** A key that stands twice in one map, with the offsets of both. */
interface DuplicateKey {
  key: string;
  first: number;
  second: number;
}

// What an alias means is the same list of parts wherever it is used.
function duplicateIn(node: JsonNode, seen: Set<unknown>): DuplicateKey | undefined {
  const parts = node.kind === 'map' ? node.entries : node.kind === 'list' ? node.items : undefined;
  if (!parts || seen.has(parts)) return undefined;
  seen.add(parts);
  const twice = node.kind === 'map' ? twiceIn(node.entries) : undefined;
  if (twice) return twice;
  for (const part of parts) {
    const found = duplicateIn('value' in part && 'key' in part ? part.value : part, seen);
    if (found) return found;
  }
  return undefined;
}

function twiceIn(entries: readonly JsonEntry[]): DuplicateKey | undefined {
  const starts = new Map<string, number>();
  for (const { key, start } of entries) {
    const first = key === '<<' ? undefined : starts.get(key);
    if (first !== undefined) return { key, first, second: start };
    starts.set(key, start);
  }
  return undefined;
}

function standsTwice(name: string, first: Place, second: Place): UserError {
  return new UserError(
    `the key ${JSON.stringify(name)} appears twice in one map, on lines ${first.line} and ${second.line}`,
    {
      place: second,
      hint: 'kOps silently takes the last one. Delete the wrong one.',
    },
  );
}
