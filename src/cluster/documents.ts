import type { Place } from '../errors.ts';
import { UserError } from '../errors.ts';
import { type Json, type JsonObject, isObject } from '../json.ts';
import type { Form } from '../yaml/document.ts';
import { isCollection, nodeAt, nodesIn } from '../yaml/edit-places.ts';
import type { YamlNode } from '../yaml/read.ts';
import { toLf } from '../yaml/text-edits.ts';
import { type DocumentHead, sniffHead } from './document-head.ts';
import { type SpecReading, parseJson, readSpec, startsJson } from './read-spec.ts';
import { type Section, isBlankYaml, jsonElements, lineCounter, splitDocuments } from './sections.ts';
import { type KopsObject, SpecError } from './types.ts';

/** One document of a spec file: its place, its head, and on demand its value. */
export interface SpecDocument extends DocumentHead {
  /** The file's name as the person gave it; `-` is stdin. */
  file: string;
  /** Where its text is in the file's text (UTF-16 units), without the separators around it. */
  start: number;
  end: number;
  /** The line its text begins at, counted from 1; blank lines before it do not count. */
  line: number;
  /** JSON is written by stricter rules. */
  form: Form;
  /** The rules by which kOps reads it: also JSON is YAML for it where a `---` or a byte order mark stands before it. */
  readAs: Form;
  /** Its text as kOps reads it: CRLF became LF. Offsets of nodes count in this text. */
  source: string;
  /**
   * The value as kOps reads it. Throws UserError with the place where the text can't be read, or where a Cluster or InstanceGroup
   * has no name or no spec. Of other kinds nothing is sure but the map. Don't change it.
   */
  value: () => KopsObject;
  /** The document with an empty name where it has none. Throws as `value` does but for that. */
  unnamed: () => SpecReading;
  /** The nodes behind the value, with their offsets in `source`. Throws as `value` does. */
  node: () => YamlNode;
  /** Where in the file an offset of `source` is. */
  placeAt: (offset: number) => PlaceInText;
}

export type PlaceInText = Required<Place>;

/**
 * Reads the text of a spec file: YAML documents, one JSON object, or a JSON array of objects as `kops get -o json` prints (each
 * element is then a document). Documents without content are left out. Only a document whose kind is not plain to see is parsed;
 * the others when their `value` is asked for.
 * @param text Line ends as they are; a byte order mark may come first.
 * @param file The name for messages; `-` is stdin.
 * @throws UserError where there is no document, or one that has to be parsed can't be.
 */
export function readDocuments(text: string, file: string): SpecDocument[] {
  checkText(text, file);
  const elements = jsonElements(text, file);
  const sections = elements ?? splitDocuments(text).filter(({ start, end }) => !isBlankYaml(text.slice(start, end)));
  if (sections.length === 0) throw noDocument(file, elements !== undefined);
  const lineAt = lineCounter(text);
  return sections.map((section) => specDocument(text, file, section, lineAt));
}

function checkText(text: string, file: string): void {
  if (text.startsWith('k8s\0')) {
    throw new UserError("is in Kubernetes' protobuf encoding, which kops-audit does not read", {
      place: { file },
      hint: 'Write it as YAML or JSON.',
    });
  }
  if (text.includes('\0')) {
    throw new UserError('is not a text file, or not in UTF-8', {
      place: { file },
      hint: 'If it is UTF-16, save it as UTF-8.',
    });
  }
  if (text.startsWith('\uFEFF\uFEFF')) {
    throw new UserError('begins with two byte order marks: kOps skips one and fails on the other', {
      place: { file, line: 1, column: 1 },
      hint: 'Save the file as UTF-8 without a byte order mark.',
    });
  }
  if (/^\s*\/\//.test(text)) {
    throw new UserError('begins with a comment that is valid in neither YAML nor JSON', {
      place: { file, line: 1, column: 1 },
      hint: 'Is it from `kops get --full`? That is not a spec to edit: use `kops get cluster -o yaml`.',
    });
  }
}

function noDocument(file: string, isArray: boolean): UserError {
  const message = isArray ? 'is an empty JSON list' : 'holds no document';
  return new UserError(message, {
    place: { file },
    hint: 'Give a file with kOps objects, such as the output of `kops get all -o yaml`.',
  });
}

type LineCounter = (offset: number) => number;

/**
 * Makes the document that stands in a section of a file's text. It is parsed here only where its head is in doubt.
 * @param lineAt Tells the line of an offset in the file's text.
 * @throws UserError with the place where it has to be parsed and can't be.
 */
export function specDocument(text: string, file: string, section: Section, lineAt: LineCounter): SpecDocument {
  const source = toLf(text.slice(section.start, section.end));
  const before = text.slice(Math.max(0, section.start - 100), section.start);
  const isMarked = before === '\uFEFF' || /^\uFEFF?---[ \t]*\r?\n\s*$/.test(before);
  const readAs = startsJson(source) && !isMarked ? 'json' : 'yaml';
  const placeAt = placer(text, file, section, source, lineAt);
  const parsed = keeping(() => readSpec(source, readAs, placeAt));
  const json = parseJson(source);
  return {
    file,
    ...section,
    ...(json ? headOf(json) : (sniffHead(source) ?? headOf(parsed.value()))),
    line: placeAt(source.search(/\S|$/)).line,
    form: json ? 'json' : 'yaml',
    readAs,
    source,
    value: parsed.value,
    unnamed: () => withName(readSpec(source, readAs, placeAt, false)),
    node: parsed.node,
    placeAt,
  };
}

function placer(
  text: string,
  file: string,
  { start, end }: Section,
  source: string,
  lineAt: LineCounter,
): (offset: number) => PlaceInText {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineInSource = source.length === end - start ? undefined : lineCounter(source);
  return (offset) => {
    const ownStart = source.lastIndexOf('\n', offset - 1) + 1;
    const line = lineInSource ? lineAt(start) + lineInSource(ownStart) - 1 : lineAt(start + ownStart);
    return { file, line, column: offset - ownStart + 1 + (ownStart === 0 ? start - lineStart : 0) };
  };
}

// The nodes of a Cluster are kept, as they are needed again. Those of many instance groups would fill the memory.
function keeping(read: () => SpecReading): Pick<SpecDocument, 'value' | 'node'> {
  let value: KopsObject | undefined;
  let kept: SpecReading | undefined;
  const again = (): SpecReading => {
    const reading = kept ?? read();
    value = reading.value;
    if (value.kind === 'Cluster') kept = reading;
    return reading;
  };
  return { value: () => value ?? again().value, node: () => again().node() };
}

function withName({ value, node }: SpecReading): SpecReading {
  return { value: { ...value, metadata: { ...objectOf(value.metadata), name: '' } }, node };
}

function headOf(value: { kind?: Json; apiVersion?: Json; metadata?: Json }): DocumentHead {
  const metadata = objectOf(value.metadata);
  const labels = objectOf(metadata['labels']);
  return {
    kind: textOf(value.kind),
    apiVersion: textOf(value.apiVersion),
    name: textOf(metadata['name']),
    clusterLabel: textOf(labels['kops.k8s.io/cluster']),
  };
}

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/**
 * Finds the line and column of the value that a JSON pointer leads to; where it leads nowhere, of the nearest part on the way.
 *
 * @throws UserError where the document can't be read.
 */
export function placeOf(document: SpecDocument, pointer: string): PlaceInText {
  const { key, value } = nodeAt(document.node(), pointer);
  return document.placeAt((value.start === value.end && key ? key : value).valueStart);
}

/** Runs what reads a spec from a document; an error about a value in it then names the file, line and column. */
export function withPlaces<T>(document: SpecDocument, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    throw new UserError(error.message, {
      place: placeOf(document, error.pointer),
      ...(error.hint ? { hint: error.hint } : {}),
    });
  }
}

/**
 * Where to show what is said of a JSON pointer: a value of one line; the key of a map or list, or of nothing; else the first line of
 * the value, for which `end` is undefined. Of what is not there the nearest part on the way.
 *
 * @throws UserError where the document can't be read.
 */
export function rangeOf(document: SpecDocument, pointer: string): { start: PlaceInText; end: PlaceInText | undefined } {
  const { key, value } = nodeAt(document.node(), pointer);
  const isShownByKey = isCollection(value) || value.start === value.end;
  if (isShownByKey && !key) return { start: document.placeAt(value.valueStart), end: undefined };
  const shown = (isShownByKey && key) || value;
  const [start, end] = [document.placeAt(shown.valueStart), document.placeAt(shown.end)];
  return { start, end: start.line === end.line ? end : undefined };
}

/**
 * The lines of a file that a text of several lines takes, from that of its mark or quote on, for each in the order of the document. Plain
 * texts do not count.
 */
export function longTexts(document: SpecDocument): { first: number; last: number }[] {
  const found: { first: number; last: number }[] = [];
  for (const { kind, style, valueStart, end } of nodesIn(document.node())) {
    if (kind !== 'scalar' || style === 'plain') continue;
    const [first, last] = [document.placeAt(valueStart).line, document.placeAt(end).line];
    if (last > first) found.push({ first, last });
  }
  return found;
}

/**
 * The line of a file at which the literal block (`|`) that a JSON pointer leads to begins, and the blanks in front of each of its lines;
 * undefined for texts whose lines are not lines of the file (quoted or folded text, JSON).
 */
export function literalAt(document: SpecDocument, pointer: string): { firstLine: number; indent: number } | undefined {
  const { style, valueStart } = nodeAt(document.node(), pointer).value;
  if (style !== 'literal') return undefined;
  const [, indent = ''] = /\n( *)[^\s]/.exec(document.source.slice(valueStart)) ?? [];
  return { firstLine: document.placeAt(valueStart).line + 1, indent: indent.length };
}
