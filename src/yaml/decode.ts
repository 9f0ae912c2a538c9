import { YamlProblem } from './characters.ts';
import { type JsonEntry, type JsonNode, depthAround, depthOf, type KeyId } from './json-node.ts';
import type { YamlNode } from './read.ts';
import { resolveScalar } from './resolve.ts';

/** A YAML document as JSON: what Go makes of it, the keys that stood twice, and why go-yaml would refuse it. */
export interface DecodedYaml {
  value: JsonNode;
  duplicates: Duplicate[];
  problem?: { offset: number; message: string };
}

/**
 * Decodes a document as go-yaml v2.4.4 (`decode.go`) and `sigs.k8s.io/yaml` v1.6.0 do. What JSON can't say (null as a key, infinity) is a flaw
 * of its node, since Go looks for it only in what is left in the end. Never throws.
 */
export function decodeYaml(root: YamlNode): DecodedYaml {
  const decoding = startDecoding();
  const { duplicates } = decoding;
  try {
    countSteps(decoding, root);
    return { value: decodeSimple(root, decoding) ?? runSteps(decodeDeep(root, decoding)), duplicates };
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    const { start, end } = root;
    return {
      value: { kind: 'null', start, end },
      duplicates,
      problem: { offset: error.offset, message: error.message },
    };
  }
}

// The work of decoding what `decodeSimple` has counted and left.
function* decodeDeep(node: YamlNode, decoding: Decoding): Steps<JsonNode> {
  if (node.kind === 'alias') return yield decodeUnknownAlias(node, decoding);
  const before = decoding.steps - 1;
  if (node.anchor !== '') decoding.known.set(node, undefined);
  const value = yield node.kind === 'list' ? decodeList(node, decoding) : decodeMap(node, decoding);
  if (node.anchor !== '') decoding.known.set(node, { value, steps: decoding.steps - before });
  return value;
}

// A scalar, or an alias of what is decoded already: nearly every node is one. Counts each node once.
function decodeSimple(node: YamlNode, decoding: Decoding): JsonNode | undefined {
  countSteps(decoding, node);
  if (node.kind === 'alias') return decodeKnownAlias(node, decoding);
  if (node.kind !== 'scalar') return undefined;
  const value = decodeScalar(node);
  if (node.anchor !== '') decoding.known.set(node, { value, steps: 1 });
  return value;
}

function decodeKnownAlias(node: YamlNode, decoding: Decoding): JsonNode | undefined {
  const known = node.target && decoding.known.get(node.target);
  if (!known) return undefined;
  decoding.aliasDepth++;
  countSteps(decoding, node, known.steps);
  decoding.aliasDepth--;
  return { ...known.value, start: node.start, end: node.end };
}

// Only where a merged list is read backwards.
function* decodeUnknownAlias(node: YamlNode, decoding: Decoding): Steps<JsonNode> {
  const target = node.target as YamlNode;
  if (decoding.known.has(target)) throw new YamlProblem(`the anchor "${node.value}" contains itself`, node.start);
  decoding.aliasDepth++;
  const value = decodeSimple(target, decoding) ?? (yield decodeDeep(target, decoding));
  decoding.aliasDepth--;
  return { ...value, start: node.start, end: node.end };
}

function* decodeList(node: YamlNode, decoding: Decoding): Steps<JsonNode> {
  const items: JsonNode[] = [];
  for (const child of node.children) items.push(decodeSimple(child, decoding) ?? (yield decodeDeep(child, decoding)));
  const flaw = items.find((item) => item.flaw)?.flaw;
  return { kind: 'list', start: node.start, end: node.end, items, depth: depthAround(items), flaw };
}

/** The work of decoding a map (`mapping` and `merge` of `decode.go`): of keys that stand twice the last wins. */
function* decodeMap(node: YamlNode, decoding: Decoding): Steps<JsonNode> {
  const into: Entries = new Map();
  for (let at = 0; at < node.children.length; at += 2) {
    const key = node.children[at] as YamlNode;
    const value = node.children[at + 1] as YamlNode;
    if (isMerge(key)) {
      for (const source of mergeSources(value))
        mergeInto(into, decodeSimple(source, decoding) ?? (yield decodeDeep(source, decoding)), decoding, key);
    } else {
      const name = nameOf(key, decodeSimple(key, decoding) ?? (yield decodeDeep(key, decoding)));
      setEntry(
        into,
        { ...name, value: decodeSimple(value, decoding) ?? (yield decodeDeep(value, decoding)) },
        decoding,
      );
    }
  }
  return mapOf(node, into);
}

/** What is known while a document is decoded. */
interface Decoding {
  /** The keys that stood in their map already. */
  duplicates: Duplicate[];
  /** The entries that came from a merge. */
  merged: Set<JsonEntry>;
  /** What an alias may mean, with the number of steps that decoding it took; undefined while it is being decoded. */
  known: Map<YamlNode, Known | undefined>;
  steps: number;
  stepsInAliases: number;
  aliasDepth: number;
}

interface Known {
  value: JsonNode;
  steps: number;
}

/** A key that stood in its map already. `merged`: one of the two came from a merge (`<<`). */
interface Duplicate {
  key: string;
  start: number;
  end: number;
  merged: boolean;
}

function startDecoding(): Decoding {
  return { duplicates: [], merged: new Set(), known: new Map(), steps: 0, stepsInAliases: 0, aliasDepth: 0 };
}

const LOW = 400_000;
const HIGH = 4_000_000;

/**
 * Counts decode steps. go-yaml v2.4.4 refuses a document of which nearly all comes from aliases (`decode.go`).
 *
 * @throws YamlProblem
 */
function countSteps(decoding: Decoding, node: YamlNode, steps = 1): void {
  decoding.steps += steps;
  if (decoding.aliasDepth > 0) decoding.stepsInAliases += steps;
  const { steps: all, stepsInAliases } = decoding;
  if (stepsInAliases <= 100 || all <= 1000) return;
  if (stepsInAliases / all > allowedRatio(all)) throw new YamlProblem('the document has too many aliases', node.start);
}

function allowedRatio(steps: number): number {
  if (steps <= LOW) return 0.99;
  return steps >= HIGH ? 0.1 : 0.99 - 0.89 * ((steps - LOW) / (HIGH - LOW));
}

/** The entries of a map that is being decoded, by what tells their keys apart. */
type Entries = Map<KeyId | string, JsonEntry>;

/** Whether a key says that what follows is merged into its map. */
export function isMerge({ kind, value, implicit, tag }: YamlNode): boolean {
  return kind === 'scalar' && value === '<<' && (implicit || tag === 'tag:yaml.org,2002:merge');
}

/** The maps to merge, backwards: of several the first one wins. Throws YamlProblem for what is no map. */
function mergeSources(value: YamlNode): YamlNode[] {
  const sources = value.kind === 'list' ? value.children.toReversed() : [value];
  const wrong = sources.find((source) => (source.target ?? source).kind !== 'map');
  if (wrong) throw new YamlProblem('"<<" needs a map or a list of maps', wrong.start);
  return sources;
}

/** Puts what is in a map into another. `key`: where the merge is written. */
function mergeInto(into: Entries, source: JsonNode, decoding: Decoding, key: YamlNode): void {
  if (source.kind !== 'map') return;
  for (const entry of source.entries) setEntry(into, entry, decoding, key);
}

/** The key of an entry, from its node and what that says. Throws YamlProblem for a list or a map. */
function nameOf(key: YamlNode, decoded: JsonNode): Omit<JsonEntry, 'value'> {
  const { start, end } = key;
  if (decoded.kind === 'string') return { key: decoded.value, start, end };
  const message = 'a key must be text, not null, a list or a map';
  if (decoded.kind === 'list' || decoded.kind === 'map') throw new YamlProblem(message, start);
  const { isFlawed, ...name } = decodeKey(key.target ?? key);
  return { ...name, start, end, ...(isFlawed ? { flaw: { start, end, message } } : {}) };
}

/** Sets an entry. Of a key that stood already it is noted; `mergeKey`: where the merge is written that sets it. */
function setEntry(into: Entries, entry: JsonEntry, decoding: Decoding, mergeKey?: YamlNode): void {
  const id = entry.id ?? entry.key;
  const earlier = into.get(id);
  if (earlier) {
    const { start, end } = mergeKey ?? entry;
    decoding.duplicates.push({
      key: entry.key,
      start,
      end,
      merged: mergeKey !== undefined || decoding.merged.has(earlier),
    });
  }
  if (mergeKey) decoding.merged.add(entry);
  into.set(id, entry);
}

/** The map of all entries. */
function mapOf({ start, end }: YamlNode, into: Entries): JsonNode {
  const entries = [...into.values()];
  let depth = 0;
  let flaw: JsonNode['flaw'];
  for (const entry of entries) {
    depth = Math.max(depth, depthOf(entry.value));
    flaw ??= entry.flaw ?? entry.value.flaw;
  }
  return { kind: 'map', start, end, entries, depth: depth + 1, flaw };
}

/**
 * The JSON value of a scalar.
 *
 * @throws YamlProblem where its tag says something else than its text.
 */
function decodeScalar(node: YamlNode): JsonNode {
  const { start, end } = node;
  const resolved = resolveScalar(node);
  if (resolved.type === 'null') return { kind: 'null', start, end };
  if (resolved.type === 'bool') return { kind: 'boolean', start, end, value: resolved.value };
  const value = String(resolved.value);
  if (resolved.type === 'str') return { kind: 'string', start, end, value };
  if (Number.isFinite(Number(resolved.value))) return { kind: 'number', start, end, value };
  return {
    kind: 'number',
    start,
    end,
    value,
    flaw: { start, end, message: `"${node.value}" is not a number that JSON can hold` },
  };
}

/** A scalar as the key of a JSON map: its text, and what tells it apart from keys of other types with that text. */
interface ScalarKey {
  key: string;
  id?: KeyId;
  /** Null and numbers beyond 63 bits are no keys. */
  isFlawed: boolean;
}

/** The key that a scalar makes (`convertToJSONableObject` of `sigs.k8s.io/yaml`). Throws YamlProblem as `decodeScalar` does. */
export function decodeKey(node: YamlNode): ScalarKey {
  const resolved = resolveScalar(node);
  if (resolved.type === 'str') return { key: resolved.value, isFlawed: false };
  if (resolved.type === 'null') return { key: 'null', id: NULL, isFlawed: true };
  const { type, value } = resolved;
  const key = type === 'float' ? floatKey(value) : String(value);
  // No NaN equals another.
  return { key, id: Number.isNaN(value) ? Symbol(key) : value, isFlawed: type === 'uint' };
}

const NULL = Symbol('null');

/** A float as a key: as `strconv.FormatFloat(value, 'g', -1, 32)` of Go writes it, so rounded to 32 bits. */
function floatKey(value: number): string {
  const rounded = Math.fround(value);
  if (Number.isNaN(rounded)) return '.nan';
  if (!Number.isFinite(rounded)) return rounded < 0 ? '-.inf' : '.inf';
  const text = shortest(rounded);
  const [mantissa = '', exponent = ''] = text.split('e');
  if (Number(exponent) >= -4 && Number(exponent) < 6) return Object.is(rounded, -0) ? '-0' : String(Number(text));
  return `${mantissa}e${exponent.replace(/^([-+])(\d)$/, '$10$2')}`;
}

// The fewest digits that say a number of 32 bits.
function shortest(value: number): string {
  for (let digits = 0; digits < 8; digits++) {
    const text = value.toExponential(digits);
    if (Math.fround(Number(text)) === value) return text;
  }
  return value.toExponential(8);
}

/** Work on a tree of any depth: each `yield` hands over the work on a child and gets its result back. */
interface Steps<T> extends Generator<Steps<T>, T, T> {}

/** Does the work without recursion, so that deep trees do not overflow the stack. */
function runSteps<T>(first: Steps<T>): T {
  const open = [first];
  let result: T | undefined;
  for (let steps = open.at(-1); steps; steps = open.at(-1)) {
    const { done, value } = steps.next(result as T);
    if (done) open.pop();
    else open.push(value);
    result = done ? value : undefined;
  }
  return result as T;
}
