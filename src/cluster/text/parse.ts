import type { Document, Node } from 'yaml';
import { isCollection, isMap, isPair, isScalar, visit } from 'yaml';
import type { Place } from '../../errors.ts';
import { UserError } from '../../errors.ts';
import { goRefusals } from '../../policy/load/go-refusals.ts';
import { GoYamlError, goValue, parseGoYaml } from '../../policy/load/go-yaml.ts';
import { forbiddenCharacter } from '../../policy/load/text.ts';
import { isObject } from '../json.ts';
import type { JsonObject, KopsObject } from '../types.ts';

export interface ParsedSource {
  value: KopsObject;
  node: Document;
}

/** Where in the file an offset of the source is. */
export type Placer = (offset: number) => Place;

/**
 * Reads one document as kOps reads it (`sigs.k8s.io/yaml`; JSON where it is JSON).
 * @param source The document's text with LF line ends.
 * @throws UserError with the place: not YAML, a template, no map, or a key that stands twice in a Cluster (kOps takes the last one
 * without a word, so an edit of the other would do nothing).
 */
export function parseSource(source: string, placeAt: Placer): ParsedSource {
  checkCharacters(source, placeAt);
  const node = parseGoYaml(source);
  const problem = firstProblem(source, node);
  if (problem) throw unreadable(source, problem, placeAt);
  dropFinalNewline(source, node);
  const value = parseJson(source) ?? readValue(source, node, placeAt);
  if (!isObject(value)) {
    throw new UserError('is not a kOps document: that is a map with apiVersion, kind, metadata and spec', {
      place: placeAt(0),
    });
  }
  if (value['kind'] === 'Cluster') checkDuplicates(node, placeAt);
  if (value['kind'] === 'Cluster' || value['kind'] === 'InstanceGroup')
    checkParts(value, placeAt(startOf(node.contents as Node)));
  return { value: value as JsonObject & KopsObject, node };
}

function checkParts({ kind, metadata, spec }: JsonObject, place: Place): void {
  const name = isObject(metadata) ? metadata['name'] : undefined;
  if (typeof name !== 'string' || name === '') {
    throw new UserError(`this ${String(kind)} has no metadata.name`, {
      place,
      hint: 'A text is needed there; numbers and words such as n, y, on and off need quotes.',
    });
  }
  if (!isObject(spec))
    throw new UserError(`${String(kind)} ${name} has no spec`, { place, hint: 'A map is needed below `spec:`.' });
}

/** The value of a document that is strict JSON and an object, else undefined. */
export function parseJson(source: string): JsonObject | undefined {
  if (!/^\s*\{/.test(source)) return undefined;
  try {
    return JSON.parse(source) as JsonObject;
  } catch {
    return undefined;
  }
}

function checkCharacters(source: string, placeAt: Placer): void {
  const offset = forbiddenCharacter(source);
  if (offset < 0) return;
  const code = source.codePointAt(offset)!.toString(16).toUpperCase().padStart(4, '0');
  throw new UserError(`the character U+${code} is not allowed in YAML`, {
    place: placeAt(offset),
    hint: 'Take it out; in a text in double quotes write it as an escape such as \\x07.',
  });
}

interface Problem {
  offset: number;
  message: string;
  hint?: string;
}

function firstProblem(source: string, node: Document): Problem | undefined {
  const [first] = node.errors;
  if (!first) return parseJson(source) ? undefined : goRefusals(source, node)[0];
  const error = node.errors.find(({ pos }) => lineAt(source, pos[0]).includes('{{')) ?? first;
  const unclosed = error.message.startsWith('Missing closing') ? openQuote(node, error.pos[0]) : undefined;
  if (unclosed !== undefined) return { offset: unclosed, message: 'the quote that opens here is not closed' };
  const message = error.message.split('\n')[0]!.replace(/:$/, '');
  const isTab = error.code === 'TAB_AS_INDENT' || /^ *\t/.test(lineAt(source, error.pos[0]));
  return { offset: error.pos[0], message, ...(isTab ? { hint: 'YAML is indented with spaces, not with tabs.' } : {}) };
}

// The parser names the place where it gave up.
function openQuote(node: Document, offset: number): number | undefined {
  let start: number | undefined;
  visit(node, {
    Scalar: (_key, { type, range }) => {
      if (type?.startsWith('QUOTE') && range && range[0] < offset && offset <= range[2]) start = range[0];
    },
  });
  return start;
}

function readValue(source: string, node: Document, placeAt: Placer): unknown {
  try {
    return goValue(node.contents);
  } catch (error) {
    if (!(error instanceof GoYamlError)) throw error;
    throw unreadable(source, { offset: error.offset, message: error.message }, placeAt);
  }
}

function unreadable(source: string, { offset, message, hint }: Problem, placeAt: Placer): UserError {
  const braces = lineAt(source, offset).indexOf('{{');
  const form = source.trimStart().startsWith('{') ? 'JSON or YAML' : 'YAML';
  if (braces === -1)
    return new UserError(`is not valid ${form}: ${message}`, { place: placeAt(offset), ...(hint ? { hint } : {}) });
  return new UserError('is a template with {{ }}, not a spec', {
    place: placeAt(source.lastIndexOf('\n', offset - 1) + 1 + braces),
    hint: 'Render it first, with `kops toolbox template`, or write the audit settings into the template yourself.',
  });
}

function lineAt(source: string, offset: number): string {
  const end = source.indexOf('\n', offset);
  return source.slice(source.lastIndexOf('\n', offset - 1) + 1, end === -1 ? undefined : end);
}

/**
 * go-yaml v2 (`yaml_parser_scan_block_scalar`) reads no newline at the end of a block text that ends the input without one.
 * That happens to every block text at the end of a document which kOps cuts off before "\n---\n".
 */
function dropFinalNewline(source: string, node: Document): void {
  const last = lastNode(node.contents as Node | null);
  if (!isScalar(last) || !last.type?.startsWith('BLOCK') || last.range?.[1] !== source.length) return;
  if (lineAt(source, source.length).trim() === '') return;
  last.value = String(last.value).replace(/\n$/, '');
}

function lastNode(node: Node | null): Node | null {
  if (!isCollection(node) || node.flow) return node;
  const last = node.items.at(-1);
  return lastNode((isPair(last) ? last.value : last) as Node | null);
}

function checkDuplicates(node: Document, placeAt: Placer): void {
  visit(node, (_key, map) => {
    if (!isMap(map)) return;
    const seen = new Map<string, Node>();
    for (const { key } of map.items) {
      const name = isScalar(key) && key.value !== '<<' ? String(goValue(key)) : undefined;
      const first = name === undefined ? undefined : seen.get(name);
      if (first) throw standsTwice(name!, placeAt(startOf(first)), placeAt(startOf(key as Node)));
      if (name !== undefined) seen.set(name, key as Node);
    }
  });
}

function standsTwice(name: string, first: Place, second: Place): UserError {
  return new UserError(
    `the key ${JSON.stringify(name)} stands twice in one map, in lines ${first.line} and ${second.line}`,
    {
      place: second,
      hint: 'kOps takes the last one without a word. Delete the one that is not meant.',
    },
  );
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}
