import { UserError } from '../../errors.ts';
import { sameJson, type Json } from '../../json.ts';
import { GoYamlError, goValue } from '../../policy/load/go-yaml.ts';
import { applyOperations } from '../../yaml/json-patch.ts';
import type { KopsObject, Operation } from '../types.ts';
import { anchorUses } from './anchors.ts';
import { withoutBlankRuns } from './blank-runs.ts';
import { change } from './change.ts';
import { collectionEdits } from './collection-edits.ts';
import type { SpecDocument } from './documents.ts';
import { settled } from './draft-value.ts';
import type { Draft, Drafting } from './draft.ts';
import { applyEdits, editsOfOriginal, toLf, type Edit, withNewline } from './edits.ts';
import { parseJson, parseSource } from './parse.ts';
import { placeOf } from './place.ts';
import { pointerKeys } from '../../yaml/json-patch.ts';
import { chompingOf, printingOf, type Printing } from './printing.ts';
import { spellingEdit, type Spellings } from './spelling.ts';
import { unsafe } from './unsafe.ts';

/**
 * Carries RFC 6902 operations out on the text of one document of a spec file, by editing only the ranges that change. What the new
 * text says is compared with what the operations say before it is given back; the other documents are not read again.
 *
 * New keys go to their place where the keys around are sorted, else to the end. A key that goes takes with it the comment in its
 * line, and the comment lines right above it in its own column (no blank line between), also where it is the first of its map.
 *
 * Adding keys and items and removing them again gives the file back byte for byte, but for what the first step could not keep: a
 * `[ ]`, `{ }` or null that was filled comes back as `[]`, `{}` or `null` beside its key, an alias or merge as the copy of what it
 * meant, and a block text that ended a document without a final newline keeps its `-`.
 *
 * @param text The file's text that the document was read from.
 * @param spellings How keys of `spec` are to be written that hold nothing afterwards.
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
  const { start, end, source } = document;
  const original = text.slice(start, end);
  const isShortened = document.back(source.length) > source.length;
  if (!isShortened && toLf(original) !== source) throw new TypeError('the document is not from this text');
  const before = document.value();
  const expected = applyOperations(before, operations);
  if (isSame(before, expected)) return text;
  checkForm(document);
  const edits = editsFor(document, operations);
  const added = applied(document, withNewline(source), edits);
  const edited = endings(source, added).find((each) => says(document, each, expected));
  if (edited === undefined) throw misread(document, operations);
  const inWhole = edits.map((edit) => ({ ...edit, start: document.back(edit.start), end: document.back(edit.end) }));
  const whole = applied(document, withNewline(original), editsOfOriginal(withNewline(original), inWhole));
  const plain = edited === added ? whole : whole.replace(/\r?\n$/, '');
  if (isShortened && !says(document, toLf(plain), expected)) throw misread(document, operations);
  return text.slice(0, start) + respelt(document, plain, expected, spellings) + text.slice(end);
}

/** The new text of a document with what holds nothing in it written as it once was, where that says the same. */
function respelt(document: SpecDocument, text: string, expected: KopsObject, spellings: Spellings): string {
  let result = text;
  for (const [key, spelling] of Object.entries(spellings)) {
    const { text: source, back } = withoutBlankRuns(toLf(result), document.form === 'json');
    const { value, node } = parseSource(source, document.placeAt, document.form === 'yaml');
    const edit = spellingEdit({ ...document, source, value: () => value, node }, key, spelling);
    const inWhole = edit && { ...edit, start: back(edit.start), end: back(edit.end) };
    const next = inWhole && applyEdits(result, editsOfOriginal(result, [inWhole]));
    if (next !== undefined && says(document, toLf(next), expected)) result = next;
  }
  return result;
}

/** A final newline that is missing stays missing; only a block text that ends the document now may need it. */
function endings(source: string, added: string): string[] {
  return source.endsWith('\n') ? [added] : [added.replace(/\n$/, ''), added];
}

function isSame(a: KopsObject, b: KopsObject): boolean {
  return sameJson(a as unknown as Json, b as unknown as Json);
}

// go-yaml takes these for line ends, an editor does not.
function checkForm(document: SpecDocument): void {
  const offset = document.form === 'json' ? -1 : document.source.search(/[\r\u0085\u2028\u2029]/);
  if (offset === -1) return;
  const code = document.source.charCodeAt(offset).toString(16).toUpperCase().padStart(4, '0');
  throw unsafe(
    document,
    offset,
    `kOps takes the character U+${code} for the end of a line`,
    'Take it out, or write it as an escape in double quotes.',
  );
}

function editsFor(document: SpecDocument, operations: readonly Operation[]): Edit[] {
  const root = document.node();
  if (!isSame(nodeValue(root), document.value()))
    throw unsafe(document, 0, 'kOps reads this text in a way that its editor does not');
  const drafting: Drafting = { document, root, uses: anchorUses(root) };
  let draft: Draft = { state: 'kept', node: root.contents as Drafting['root']['contents'] };
  for (const operation of operations) draft = change(draft, pointerKeys(operation.path), operation, drafting);
  const next = settled(draft, drafting);
  if (next.state !== 'open') throw unsafe(document, 0, 'nothing of the document would stay as it is');
  const printing = printingOf(drafting);
  return keepLastText(printing, collectionEdits(printing, next));
}

/** What the nodes say that the edits go by; they are not those of the reader. */
function nodeValue(root: Drafting['root']): KopsObject {
  try {
    return goValue(root.contents) as KopsObject;
  } catch (error) {
    if (error instanceof GoYamlError) return { apiVersion: '', kind: '', metadata: { name: '' }, spec: {} };
    throw error;
  }
}

/**
 * A block text at the very end of a document has lost its final newline (see `splitDocuments`). When something is put behind it, it
 * would get that newline; `-` keeps its value what it is.
 */
function keepLastText({ document, source, textsByEnd }: Printing, edits: Edit[]): Edit[] {
  const text = textsByEnd.get(source.length);
  if (!text || source === document.source || !edits.some(({ start }) => start === source.length)) return edits;
  const [start = 0] = text.range ?? [];
  const chomping = chompingOf(source, text);
  const isGoing = edits.some((edit) => edit.start <= start && start < edit.end);
  if (isGoing || chomping === '-') return edits;
  const at = start + /^[|>]\d?/.exec(source.slice(start))![0].length;
  return [...edits, { start: at, end: at + chomping.length, text: '-' }];
}

function applied(document: SpecDocument, text: string, edits: readonly Edit[]): string {
  try {
    return applyEdits(text, edits);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw unsafe(document, 0, 'the changes would run into each other');
  }
}

/** Whether a text says what the operations say, to the last value. */
function says(document: SpecDocument, source: string, expected: KopsObject): boolean {
  const value = reread(document, source);
  return value !== undefined && isSame(value, expected);
}

function misread(document: SpecDocument, operations: readonly Operation[]): UserError {
  const path = operations.findLast(({ op }) => op !== 'test')?.path ?? '';
  return new UserError(
    `cannot be edited safely: in the form this has, the change of ${path} would do something else as well`,
    {
      place: placeOf(document, path),
      hint: 'Nothing was written. Write this part in the usual form, or make the change by hand.',
    },
  );
}

function reread({ form, placeAt }: SpecDocument, source: string): KopsObject | undefined {
  if (form === 'json') return parseJson(source) as KopsObject | undefined;
  try {
    return parseSource(source, placeAt, true).value;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
