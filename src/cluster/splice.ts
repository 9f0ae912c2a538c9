import { UserError } from '../errors.ts';
import type { Json } from '../json.ts';
import { readDocument } from '../yaml/document.ts';
import { editText, says } from '../yaml/edit.ts';
import { chompingOf, endOf, entriesOf, isBlockText, keyOf, nodeAt, nodesIn } from '../yaml/edit-places.ts';
import { type Operation, applyOperations } from '../yaml/json-patch.ts';
import type { YamlNode } from '../yaml/read.ts';
import { type Edit, EditRefusal, applyEdits, editsOfOriginal, toLf } from '../yaml/text-edits.ts';
import type { SpecDocument } from './documents.ts';
import type { KopsObject } from './types.ts';

/**
 * Carries RFC 6902 operations out on the text of one document of a spec file, as `editText` does: only the ranges that change are edited,
 * and the other documents are not read.
 *
 * @param text The file's text that the document was read from.
 * @param spellings How parts of the document are to be written again that hold nothing afterwards.
 * @returns The file's new text; the same text where the operations change nothing.
 * @throws PatchConflict where an operation does not fit (a `test` fails, a path is not there).
 * @throws UserError with the place, where the text has a form that can't be edited safely.
 */
export function splice(
  text: string,
  document: SpecDocument,
  operations: readonly Operation[],
  spellings: Spellings = {},
): string {
  const { start, end, source, readAs, form } = document;
  const original = text.slice(start, end);
  if (toLf(original) !== source) throw new TypeError('the document is not from this text');
  const value = asJson(document.value());
  try {
    const editable = { text: original, form: readAs, isJson: form === 'json', value, root: document.node() };
    const edited = editText(editable, operations);
    if (edited === original) return text;
    const respelt = respell(document, edited, () => applyOperations(value, operations), spellings);
    return text.slice(0, start) + respelt + text.slice(end);
  } catch (error) {
    if (error instanceof EditRefusal) throw unsafe(document, error);
    throw error;
  }
}

function asJson(value: KopsObject): Json {
  return { ...value };
}

function unsafe({ placeAt }: SpecDocument, { offset, explain }: EditRefusal): UserError {
  const { message, hint = BY_HAND } = explain((at) => placeAt(at).line);
  return new UserError(`cannot be edited safely: ${message}`, { place: placeAt(offset), hint });
}

const BY_HAND = 'Nothing was written. Write this part in the usual form, or make the change by hand.';

/**
 * How parts of a document that change hands were written before: by their key in `spec`, from behind the colon, those that hold nothing
 * (` ~`, ` { }`, or nothing); by `end` the mark of a block text that ends the document without a final newline.
 */
export type Spellings = Readonly<Record<string, string>>;

// With a tag or an anchor; or an alias of null: one of an empty map comes back as that.
const NOTHING = /^(?:\s+[&!]\S*)*(?:\s*(?:~|null|Null|NULL|\{\s*\}|\[\s*\])|\s+\*[\w-]+)?$/;

/** The spelling of keys of a Cluster's spec whose value is null or empty. One with a comment in it is not told: that stays where it is. */
export function emptySpellings(document: SpecDocument, keys: readonly string[]): Spellings {
  const { spec } = document.value();
  const empty = keys.filter((key) => Object.hasOwn(spec, key) && isEmpty(spec[key]));
  const found = empty.flatMap((key): [string, string][] => {
    const entry = entryIn(document.source, document.node(), key);
    const raw = entry && document.source.slice(entry.start, entry.end);
    const isTold = raw !== undefined && NOTHING.test(raw) && (spec[key] === null || !raw.includes('*'));
    return isTold ? [[key, raw]] : [];
  });
  const end = markAtEnd(document.source, document.node());
  return Object.fromEntries(end && end.text !== '-' ? [...found, ['end', end.text]] : found);
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** Where a key of `spec` is written, from behind its colon; undefined where it can't be told. */
function entryIn(source: string, root: YamlNode, key: string): Omit<Edit, 'text'> | undefined {
  const spec = nodeAt(root, '/spec').value;
  if (spec.kind !== 'map' || spec === root) return undefined;
  try {
    const found = entriesOf(source, spec).findLast((entry) => entry.key && keyOf(entry.key) === key);
    return found && { start: found.head, end: found.end };
  } catch (error) {
    if (error instanceof EditRefusal) return undefined; // a form that is too rare to edit
    throw error;
  }
}

/** The `|+` of a block text that ends a document which has no final newline. */
function markAtEnd(source: string, root: YamlNode): Edit | undefined {
  if (source.endsWith('\n')) return undefined;
  const last = [...nodesIn(root)].findLast((node) => node.style !== 'block');
  if (!last || !isBlockText(last) || endOf(source, last) < source.trimEnd().length) return undefined;
  const start = last.valueStart + (/\d/.test(source.charAt(last.valueStart + 1)) ? 2 : 1);
  const text = chompingOf(source, last);
  return { start, end: start + text.length, text };
}

/** The new text of a document with what holds nothing in it written as it once was, where that says the same. */
function respell({ readAs }: SpecDocument, text: string, wanted: () => Json, spellings: Spellings): string {
  let result = text;
  if (Object.keys(spellings).length === 0) return text;
  const expected = wanted();
  for (const [key, spelling] of Object.entries(spellings)) {
    const source = toLf(result);
    const root = readDocument(source, readAs).root();
    const place = root && (key === 'end' ? markAtEnd(source, root) : entryIn(source, root, key));
    const edits = place ? editsOfOriginal(result, [{ start: place.start, end: place.end, text: spelling }]) : [];
    const next = applyEdits(result, edits);
    if (next !== result && says(next, readAs, expected)) result = next;
  }
  return result;
}
