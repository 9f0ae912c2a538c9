import { type Json, sameJson } from '../json.ts';
import { type Form, plainJson, readDocument } from './document.ts';
import { blockEdits } from './edit-block.ts';
import { type OpenDraft, anchorEdits, draftOf } from './edit-draft.ts';
import { flowEdits } from './edit-flow.ts';
import { type Entry, type Page, chompingOf, nodeAt, pageOf } from './edit-places.ts';
import { type Operation, applyOperations } from './json-patch.ts';
import type { YamlNode } from './read.ts';
import { type Edit, EditRefusal, applyEdits, editsOfOriginal, toLf, withNewline } from './text-edits.ts';

/** A YAML or JSON document as it was read. */
export interface EditableDocument {
  /** Line ends as they are. */
  text: string;
  form: Form;
  /** Whether new parts are written as JSON wants them. */
  isJson: boolean;
  value: Json;
  /** Its nodes, by the offsets of the text with LF line ends. */
  root: YamlNode | null;
}

/**
 * Carries RFC 6902 operations out on the text of one document, by editing only the ranges that change. What the new text says is compared
 * with what the operations say before it is given back.
 *
 * New keys go to their place where the keys around are sorted, else to the end. A key that goes takes with it the comment in its
 * line, and the comment lines right above it in its own column (no blank line between), also where it is the first of its map.
 *
 * Adding keys and items and removing them again gives the text back byte for byte, but for what the first step could not keep: a
 * `[ ]`, `{ }` or null that was filled comes back as `[]`, `{}` or `null` beside its key, an alias or merge as the copy of what it
 * meant, and a block text that ended a document without a final newline keeps its `-`. What only stands elsewhere as an alias moves to the
 * first alias where its own text is removed.
 *
 * @returns The new text; the same text where the operations change nothing.
 * @throws PatchConflict where an operation does not fit (a `test` fails, a path is not there).
 * @throws EditRefusal where the text has a form that can't be edited safely.
 */
export function editText(document: EditableDocument, operations: readonly Operation[]): string {
  const { text, form, isJson, value, root } = document;
  const expected = applyOperations(value, operations);
  if (sameJson(value, expected)) return text;
  const source = toLf(text);
  checkLineEnds(source, form);
  if (!root) throw new EditRefusal(0, 'the document is empty');
  const edits = editsFor(pageOf(withNewline(source), isJson, root), operations, source.length);
  const whole = withNewline(text);
  const edited = applyEdits(whole, editsOfOriginal(whole, edits));
  const found = endings(text, edited).find((each) => says(each, form, expected));
  if (found === undefined) throw misread(root, operations);
  return found;
}

/** Whether a text says that value and nothing else, by Go's reading. */
export function says(text: string, form: Form, expected: Json): boolean {
  const { value, problem } = readDocument(toLf(text), form);
  return !problem && sameJson(value && plainJson(value), expected);
}

/** A final newline that is missing stays missing; only a block text that ends the document now may need it. */
function endings(text: string, edited: string): string[] {
  return text.endsWith('\n') ? [edited] : [edited.replace(/\r?\n$/, ''), edited];
}

// go-yaml takes these for line ends, an editor does not.
function checkLineEnds(source: string, form: Form): void {
  const offset = form === 'json' ? -1 : source.search(/[\r\u0085\u2028\u2029]/);
  if (offset === -1) return;
  const code = source.charCodeAt(offset).toString(16).toUpperCase().padStart(4, '0');
  throw new EditRefusal(offset, () => ({
    message: `kOps takes the character U+${code} for the end of a line`,
    hint: 'Take it out, or write it as an escape in double quotes.',
  }));
}

function editsFor(page: Page, operations: readonly Operation[], end: number): Edit[] {
  const { source, root } = page;
  const draft = draftOf(source, root, operations);
  if (draft.state !== 'open') throw new EditRefusal(0, 'nothing of the document would stay as it is');
  const edits = [...collectionEdits(page, draft), ...anchorEdits(source, root, draft)];
  return keepLastText(page, edits, end);
}

/**
 * Makes the edits for what has changed in an open map or list, at least one slot of which is still there.
 * @param parent The entry whose value it is; undefined for the whole document.
 */
function collectionEdits(page: Page, draft: OpenDraft, parent?: Entry): Edit[] {
  const inner = (next: OpenDraft, entry: Entry): Edit[] => collectionEdits(page, next, entry);
  return draft.node.style === 'flow' ? flowEdits(page, draft, inner) : blockEdits(page, draft, parent, inner);
}

/**
 * A block text at the very end of a document without a final newline has none either. When something is put behind it, it would get one;
 * `-` keeps its value what it is.
 */
function keepLastText({ source, textsByEnd }: Page, edits: Edit[], end: number): Edit[] {
  const text = textsByEnd.get(source.length);
  if (!text || end === source.length || !edits.some(({ start }) => start === source.length)) return edits;
  const start = text.valueStart;
  const chomping = chompingOf(source, text);
  const isGoing = edits.some((edit) => edit.start <= start && start < edit.end);
  if (isGoing || chomping === '-') return edits;
  const at = start + (/^\d/.test(source.slice(start + 1)) ? 2 : 1);
  return [...edits, { start: at, end: at + chomping.length, text: '-' }];
}

function misread(root: YamlNode, operations: readonly Operation[]): EditRefusal {
  const path = operations.findLast(({ op }) => op !== 'test')?.path ?? '';
  const message = `in the form this has, the change of ${path} would do something else as well`;
  return new EditRefusal(nodeAt(root, path).value.valueStart, message);
}
