import type { JsonEntry, JsonNode, Path } from './json-node.ts';
import { isRfc3339 } from './resolve.ts';

/** What a JSON value may be: a scalar, a list, a map with keys of its own, or an object with known keys. */
export type Shape =
  | 'string'
  | 'boolean'
  /** A boolean that can be told from none. */
  | 'optional-boolean'
  | 'integer'
  | 'time'
  /** A `[]byte` of Go: base64 with its padding, or a list of bytes. */
  | 'bytes'
  | 'any'
  | { list: Shape }
  | { map: Shape }
  | { fields: Readonly<Record<string, Shape>> };

/** What Go holds of a value: nothing, a scalar, a slice, a struct. */
export type Held = undefined | string | boolean | HeldList | HeldStruct;

/** A Go slice: items behind its length are still there, and come back when it grows. */
export interface HeldList {
  items: Held[];
  length: number;
}

interface HeldStruct {
  [key: string]: Held;
}

export interface FillReport {
  /** A value of another type than its shape. */
  wrongType: (path: Path, expected: string, value: JsonNode) => void;
  /** A key that its object does not know, and the keys it knows. */
  unknownKey: (path: Path, entry: JsonEntry, known: readonly string[]) => void;
  /** A key that stood in its object already. */
  duplicateKey: (path: Path, entry: JsonEntry) => void;
}

/**
 * Fills a shape with a JSON value as `sigs.k8s.io/json` fills a struct (`decode.go`): keys are case-sensitive, what is under an unknown key is not
 * looked at, a key that stands twice is decoded over `before`, and null leaves text and booleans as they were. Tells each fault to `report`.
 */
export function fill(node: JsonNode, shape: Shape, report: FillReport, path: Path = [], before?: Held): Held {
  if (shape === 'any') return undefined;
  if (typeof shape === 'string') return fillScalar(node, shape, report, path, before);
  if ('list' in shape) return fillList(node, shape.list, report, path, before);
  if (node.kind === 'null') return 'map' in shape ? undefined : before;
  if (node.kind !== 'map') report.wrongType(path, 'a map', node);
  else if ('map' in shape) checkMap(node.entries, shape.map, report, path);
  else return fillStruct(node.entries, shape.fields, report, path, before as HeldStruct | undefined);
  return before;
}

type ScalarShape = Extract<Shape, string>;

function fillScalar(node: JsonNode, shape: ScalarShape, report: FillReport, path: Path, before: Held): Held {
  if (node.kind === 'null') return shape === 'optional-boolean' ? undefined : before;
  const { name, fits } = SCALARS[shape];
  if (fits(node)) return 'value' in node ? node.value : before;
  report.wrongType(path, name, node);
  return before;
}

const SCALARS: Readonly<Record<ScalarShape, { name: string; fits: (node: JsonNode) => boolean }>> = {
  string: { name: 'text', fits: ({ kind }) => kind === 'string' },
  boolean: { name: 'true or false', fits: ({ kind }) => kind === 'boolean' },
  'optional-boolean': { name: 'true or false', fits: ({ kind }) => kind === 'boolean' },
  integer: { name: 'a whole number', fits: (node) => node.kind === 'number' && isInt64(node.value) },
  time: { name: 'a time like 2026-01-02T03:04:05Z', fits: (node) => node.kind === 'string' && isRfc3339(node.value) },
  bytes: { name: 'base64', fits: isBytes },
  any: { name: 'anything', fits: () => true },
};

// Of a []byte (`encoding/json`): base64 as `StdEncoding` has it, line breaks passed over, or a list of numbers.
function isBytes(node: JsonNode): boolean {
  if (node.kind === 'list') return node.items.every((item) => item.kind === 'null' || isByte(item));
  if (node.kind !== 'string') return false;
  const packed = node.value.replaceAll(/[\r\n]/g, '');
  return packed.length % 4 === 0 && /^[\d+/A-Za-z]*={0,2}$/.test(packed);
}

function isByte(node: JsonNode): boolean {
  return node.kind === 'number' && /^\d{1,3}$/.test(node.value) && Number(node.value) < 256;
}

function isInt64(text: string): boolean {
  return /^-?\d{1,30}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

function fillList(node: JsonNode, shape: Shape, report: FillReport, path: Path, before: Held): Held {
  if (node.kind === 'null') return undefined;
  if (node.kind !== 'list') {
    report.wrongType(path, shape === 'string' ? 'a list of strings' : 'a list of maps', node);
    return before;
  }
  if (node.items.length === 0) return { items: [], length: 0 };
  const { items } = (before as HeldList | undefined) ?? { items: [] };
  for (const [at, item] of node.items.entries()) items[at] = fill(item, shape, report, [...path, at], items[at]);
  return { items, length: node.items.length };
}

function fillStruct(
  entries: readonly JsonEntry[],
  fields: Readonly<Record<string, Shape>>,
  report: FillReport,
  path: Path,
  before: HeldStruct = {},
): HeldStruct {
  const seen = new Set<string>();
  for (const entry of entries) {
    const { key, value } = entry;
    const shape = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (shape) before[key] = fill(value, shape, report, tell(entry, seen, report, path), before[key]);
    else report.unknownKey([...path, key], entry, Object.keys(fields));
  }
  return before;
}

function checkMap(entries: readonly JsonEntry[], shape: Shape, report: FillReport, path: Path): void {
  const seen = new Set<string>();
  for (const entry of entries) fill(entry.value, shape, report, tell(entry, seen, report, path));
}

function tell(entry: JsonEntry, seen: Set<string>, report: FillReport, path: Path): Path {
  const inner = [...path, entry.key];
  if (seen.has(entry.key)) report.duplicateKey(inner, entry);
  seen.add(entry.key);
  return inner;
}
