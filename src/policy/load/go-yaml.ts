import { Composer, Document, Parser, YAMLParseError, isAlias, isMap, isScalar, isSeq, visit } from 'yaml';
import type { Alias, CST, LineCounter, Node, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { GoScalarError, goScalar } from './go-scalar.ts';

/** YAML that go-yaml v2 refuses although its syntax is fine; `offset` counts UTF-16 units from the start of the text. */
export class GoYamlError extends Error {
  override name = 'GoYamlError';
  readonly offset: number;

  constructor(message: string, node: Node | null | undefined) {
    super(message);
    this.offset = node?.range?.[0] ?? 0;
  }
}

export interface GoValueOptions {
  /** The document the node is from. Needed only for a part of a document whose aliases point out of it. */
  document?: Document;
  /** Called with each key that stands twice in its map (also a key that overrides a merged one, as Go counts). */
  onDuplicate?: (key: Node) => void;
}

const PARSE_OPTIONS = { schema: 'failsafe', version: '1.1', uniqueKeys: false, logLevel: 'silent' } as const;

/**
 * Parses the first document of a YAML text, as kube-apiserver and kOps do (`sigs.k8s.io/yaml`); what follows is not looked at.
 * Scalars stay text: read values with `goValue`. Never throws: syntax errors are in `errors` of the document. Offsets are those of
 * the text as given. A comment glued to a quote or bracket, which Go reads, is no error.
 */
export function parseGoYaml(text: string, lines?: LineCounter): Document {
  const composer = new Composer(PARSE_OPTIONS);
  const source = firstDocument(text).replaceAll(/\r(?!\n)|[\u0085\u2028\u2029]/g, '\n');
  for (const token of new Parser(lines?.addNewLine).parse(source)) {
    if (token.type === 'document' && isTooDeep(token)) return tooDeep(token.offset);
    for (const document of composer.next(token)) return withGoErrors(document);
  }
  for (const document of composer.end(true, source.length)) return withGoErrors(document);
  throw new TypeError('the YAML composer gave no document');
}

/** Cuts a YAML text before its second document (`---`, or what follows `...`), where go-yaml stops reading. */
function firstDocument(text: string): string {
  let started = false;
  for (const match of text.matchAll(/^(?:---(?=\s|$)|\.\.\.(?=\s|$)|[^\s#%].*)/gm)) {
    const isMark = /^(---|\.\.\.)/.test(match[0]) && match[0].length === 3;
    if (isMark && started) return text.slice(0, match.index);
    started = true;
  }
  return text;
}

function withGoErrors(document: Document): Document {
  document.errors = document.errors.filter(({ message }) => !message.startsWith('Comments must be separated'));
  return document;
}

/**
 * Gives the JSON value that go-yaml v2 and `sigs.k8s.io/yaml` read from a node of a document parsed with `parseGoYaml`:
 * YAML 1.1 words and numbers, duplicate keys (the last wins), merge keys (a later `<<` wins over keys before it), tags, aliases,
 * numbers and booleans as keys. Throws GoYamlError where Go fails (a null key, an unknown anchor, `<<` of a scalar).
 */
export function goValue(node: Node | null, options: GoValueOptions = {}): unknown {
  const root = options.document?.contents ?? node;
  return read(node, { root, options, open: new Set(), decoded: 0, fromAliases: 0 });
}

const MAX_DEPTH = 250;

// The composer is recursive: from about 800 levels on it overflows the stack, which can end the process.
function isTooDeep(document: CST.Token): boolean {
  const waiting: [CST.Token | null | undefined, number][] = [[document, 0]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [token, depth] = next;
    if (depth > MAX_DEPTH) return true;
    if (token?.type === 'document') waiting.push([token.value, depth]);
    else if (token && 'items' in token) {
      for (const item of token.items) waiting.push([item.key, depth + 1], [item.value, depth + 1]);
    }
  }
  return false;
}

function tooDeep(offset: number): Document {
  const document = new Document(null, PARSE_OPTIONS);
  const message = `nested more than ${MAX_DEPTH} levels deep`;
  document.errors.push(new YAMLParseError([offset, offset + 1], 'RESOURCE_EXHAUSTION', message));
  return document;
}

interface Reading {
  root: Node | null;
  options: GoValueOptions;
  targets?: Map<Alias, Node>;
  /** The aliases being followed. */
  open: Set<Alias>;
  decoded: number;
  fromAliases: number;
}

function read(node: Node | null, reading: Reading): unknown {
  count(node, reading);
  if (node === null) return null;
  if (isScalar(node)) return scalar(node);
  if (isSeq(node)) return (node as YAMLSeq<Node | null>).items.map((item) => read(item, reading));
  if (isMap(node)) return mapInto({}, node as NodeMap, reading);
  return alias(node as Alias, reading);
}

type NodeMap = YAMLMap<Node | null, Node | null>;

// go-yaml's decode.go: a document of which nearly everything comes from aliases is refused.
function count(node: Node | null, reading: Reading): void {
  reading.decoded++;
  if (reading.open.size > 0) reading.fromAliases++;
  const { decoded, fromAliases } = reading;
  if (fromAliases <= 100 || decoded <= 1000) return;
  const scaled = Math.min(1, Math.max(0, (decoded - 400_000) / 3_600_000));
  if (fromAliases / decoded > 0.99 - 0.89 * scaled) throw new GoYamlError('the document has too many aliases', node);
}

function scalar(node: Scalar): unknown {
  if (typeof node.value !== 'string') return node.value;
  try {
    return goScalar({ text: node.value, plain: (node.type ?? 'PLAIN') === 'PLAIN', tag: node.tag });
  } catch (error) {
    if (error instanceof GoScalarError) throw new GoYamlError(error.message, node);
    throw error;
  }
}

function mapInto(into: Record<string, unknown>, map: NodeMap, reading: Reading): Record<string, unknown> {
  for (const { key, value } of map.items) {
    if (isMergeKey(key)) {
      merge(into, value, reading);
      continue;
    }
    const name = keyName(key, reading);
    if (key && Object.hasOwn(into, name)) reading.options.onDuplicate?.(key);
    setOwn(into, name, read(value, reading));
  }
  return into;
}

function isMergeKey(key: Node | null): boolean {
  if (!isScalar(key) || key.value !== '<<') return false;
  if (key.tag !== undefined) return key.tag === '!' || key.tag === 'tag:yaml.org,2002:merge';
  return (key.type ?? 'PLAIN') === 'PLAIN';
}

function merge(into: Record<string, unknown>, value: Node | null, reading: Reading): void {
  // Backwards: of several maps the first one wins.
  const sources = isSeq(value) ? (value as YAMLSeq<Node | null>).items.toReversed() : [value];
  for (const source of sources) {
    const map = isAlias(source) ? target(source, reading) : source;
    if (!isMap(map)) throw new GoYamlError('"<<" needs a map or a list of maps', source ?? value);
    if (isAlias(source)) follow(source, reading, () => mapInto(into, map as NodeMap, reading));
    else mapInto(into, map as NodeMap, reading);
  }
}

function keyName(key: Node | null, reading: Reading): string {
  const name = read(key, reading);
  if (typeof name === 'string') return name;
  if (typeof name === 'number' || typeof name === 'boolean') return String(name);
  throw new GoYamlError('a key must be text, not null, a list or a map', key);
}

function setOwn(into: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') into[name] = value;
  else Object.defineProperty(into, name, { value, enumerable: true, writable: true, configurable: true });
}

function alias(node: Alias, reading: Reading): unknown {
  const found = target(node, reading);
  return follow(node, reading, () => read(found, reading));
}

function follow<T>(node: Alias, reading: Reading, decode: () => T): T {
  if (reading.open.has(node)) throw new GoYamlError(`the anchor "${node.source}" contains itself`, node);
  reading.open.add(node);
  const value = decode();
  reading.open.delete(node);
  return value;
}

function target(node: Alias, reading: Reading): Node {
  reading.targets ??= bindAliases(reading.root);
  const found = reading.targets.get(node);
  if (!found) throw new GoYamlError(`there is no anchor "${node.source}" before this alias`, node);
  return found;
}

// An alias means the last anchor of its name that stands before it.
function bindAliases(root: Node | null): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const bound = new Map<Alias, Node>();
  visit(root, (_key, node) => {
    if (isAlias(node)) {
      const found = anchors.get(node.source);
      if (found) bound.set(node, found);
    } else if (isScalar(node) || isMap(node) || isSeq(node)) {
      if (node.anchor) anchors.set(node.anchor, node);
    }
  });
  return bound;
}
