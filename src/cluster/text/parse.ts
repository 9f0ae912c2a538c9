import type { Document } from 'yaml';
import { UserError, type Place } from '../../errors.ts';
import { isObject, type JsonObject } from '../../json.ts';
import { templateMark } from '../../policy/load/template-marks.ts';
import type { KopsObject } from '../types.ts';
import { exactJson, exactYaml, type ExactReading, type Fault } from './exact.ts';
import { jsonNodesOf, nodesOf } from './nodes.ts';

/** A Cluster or InstanceGroup without a name; the rest of it can be read. */
export class NoNameError extends UserError {
  override name = 'NoNameError';
}

export interface ParsedSource {
  value: KopsObject;
  /** The nodes of the text, for places and edits. */
  node: () => Document;
}

/** Where in the file an offset of the source is. */
export type Placer = (offset: number) => Place;

/**
 * Reads one document as kOps reads it (`pkg/kopscodecs` of 1.36.0: what begins with `{` is JSON for Go's `encoding/json`, anything else
 * YAML for go-yaml v2).
 *
 * @param source The document's text with LF line ends.
 * @param isMarked A `---` stands before it that kOps hands to the reader as well, so that it is YAML also where it begins with `{`.
 * @throws UserError with the place: neither of both, a template, no map, or a key that stands twice in a Cluster (kOps takes the last one
 * without a word, so an edit of the other would do nothing).
 */
export function parseSource(source: string, placeAt: Placer, isMarked = false, needsName = true): ParsedSource {
  const isJson = startsJson(source) && !isMarked;
  const exact = isJson ? exactJson(source) : exactYaml(source);
  if (exact.tooDeep) throw unreadable({ offset: 0, message: 'is nested more than 250 levels deep' }, placeAt);
  if (exact.fault) throw unreadable(isJson ? jsonFault(source, exact.fault) : exact.fault, placeAt);
  const { value } = exact;
  if (!isObject(value)) {
    throw new UserError('is not a kOps document: that is a map with apiVersion, kind, metadata and spec', {
      place: placeAt(0),
    });
  }
  check(value, exact, placeAt, needsName);
  return { value: value as JsonObject & KopsObject, node: () => (isJson ? jsonNodesOf : nodesOf)(source) };
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

const JSON_HINT =
  'kOps reads as JSON only what begins with "{". If it is meant to be YAML, put a comment line above it.';

function jsonFault(source: string, { offset, message, hint }: Fault): Fault {
  const template = templateMark(source, offset);
  if (!template) return { offset, message, hint: hint ?? JSON_HINT };
  return { offset: template.offset, message: `is a template with ${template.marks}, not a spec`, hint: template.hint };
}

function check(value: JsonObject, { duplicate, start = 0 }: ExactReading, placeAt: Placer, needsName: boolean): void {
  const { kind } = value;
  const twice = kind === 'Cluster' ? duplicate() : undefined;
  if (twice) throw standsTwice(twice.key, placeAt(twice.first), placeAt(twice.second));
  if (kind === 'Cluster' || kind === 'InstanceGroup') checkParts(value, placeAt(start), needsName);
}

function checkParts({ kind, metadata, spec }: JsonObject, place: Place, needsName: boolean): void {
  const name = isObject(metadata) ? metadata['name'] : undefined;
  if (needsName && (typeof name !== 'string' || name === '')) {
    throw new NoNameError(`this ${String(kind)} has no metadata.name`, {
      place,
      hint: 'A text is needed there; numbers and words such as n, y, on and off need quotes.',
    });
  }
  if (!isObject(spec))
    throw new UserError(`${String(kind)} ${name} has no spec`, { place, hint: 'A map is needed below `spec:`.' });
}

/** The place tells which text is meant: the text itself may be a secret, as anything in a spec. */
function unreadable({ offset, message, hint }: Fault, placeAt: Placer): UserError {
  const clean = (text: string): string =>
    text.replaceAll(/anchor "[^"]{4,}"/g, 'anchor of this name').replaceAll(/"(?:[^"\\]|\\.){4,}"/g, 'this text');
  return new UserError(clean(message), { place: placeAt(offset), ...(hint ? { hint: clean(hint) } : {}) });
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
