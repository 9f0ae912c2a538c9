import { decodeKey, isMerge } from './decode.ts';
import { pointerKeys } from './json-patch.ts';
import type { YamlNode } from './read.ts';
import { EditRefusal } from './text-edits.ts';

/** What is known of the old text of a document while edits of it are made. */
export interface Page {
  /** Whether new parts are written as JSON wants them. */
  isJson: boolean;
  /** LF line ends, and one at its end even if it has none, so that every line is whole. */
  source: string;
  root: YamlNode;
  layout: Layout;
  /** The block texts of the source, by the offset behind their last line. */
  textsByEnd: ReadonlyMap<number, YamlNode>;
}

/** How a document is indented, in columns. */
export interface Layout {
  /** From a key to the keys of the map below it. */
  step: number;
  /** From a key to the dashes of the list below it: 0 as kOps prints, or more. */
  dash: number;
  /** From a dash to the map or list that begins beside it: 2 or more. */
  gap: number;
}

/** Collects what the edits of a document need to know of its text. */
export function pageOf(source: string, isJson: boolean, root: YamlNode): Page {
  const found: Partial<Layout> = {};
  const textsByEnd = new Map<number, YamlNode>();
  if (!isJson) {
    for (const node of nodesIn(root)) {
      if (isBlockText(node)) textsByEnd.set(lineEnd(source, endOf(source, node)), node);
      else if (node.style !== 'flow') measure(source, node, found);
    }
  }
  return { isJson, source, root, layout: { step: 2, dash: 0, gap: 2, ...found }, textsByEnd };
}

/** A node and all that are in it, in the order of the text. */
export function* nodesIn(root: YamlNode): Generator<YamlNode> {
  const waiting = [root];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    yield node;
    for (let at = node.children.length - 1; at >= 0; at--) waiting.push(node.children[at] as YamlNode);
  }
}

// The first map and list below a key and the first item tell; kOps' own way where there are none.
function measure(source: string, list: YamlNode, found: Partial<Layout>): void {
  const { kind, children } = list;
  const [first] = children;
  if (kind === 'list' && found.gap === undefined && first && isBlockCollection(first)) {
    const beside = source.slice(list.valueStart, first.valueStart + 1);
    const gap = /^-( +)[^ \n#&!]/.exec(beside)?.[1];
    if (gap) found.gap = gap.length + 1;
  }
  if (kind !== 'map' || (found.step !== undefined && found.dash !== undefined)) return;
  for (const [at, value] of children.entries()) {
    const key = at % 2 === 1 ? children[at - 1] : undefined;
    if (!key || !isBlockCollection(value)) continue;
    const shift = columnOf(source, value.valueStart) - columnOf(source, key.valueStart);
    if (value.kind === 'map' && shift > 0) found.step ??= shift;
    if (value.kind === 'list' && shift >= 0) found.dash ??= shift;
  }
}

/** How many columns are before an offset in its line. */
export function columnOf(source: string, offset: number): number {
  return offset - lineStart(source, offset);
}

/** Where the line of an offset begins. */
export function lineStart(source: string, offset: number): number {
  return source.lastIndexOf('\n', offset - 1) + 1;
}

/** Behind the newline that ends the line of an offset, or the end of the source. */
export function lineEnd(source: string, offset: number): number {
  const newline = source.indexOf('\n', offset);
  return newline === -1 ? source.length : newline + 1;
}

/** The offset of the next character that is no blank, newline or comment. */
export function skipBlank(source: string, offset: number): number {
  let at = behindBlanks(source, offset);
  while (source[at] === '#') at = behindBlanks(source, lineEnd(source, at));
  return at;
}

// One class of characters: a run of millions takes no memory.
const BLANKS = /[ \t\r\n]*/y;

function behindBlanks(source: string, offset: number): number {
  BLANKS.lastIndex = offset;
  BLANKS.test(source);
  return BLANKS.lastIndex;
}

/** Whether nothing is written where a node is. */
function isNothing({ start, end }: YamlNode): boolean {
  return start === end;
}

/** Whether it is a list or a map. */
export function isCollection({ kind }: YamlNode): boolean {
  return kind === 'list' || kind === 'map';
}

/** Whether it is a collection without brackets. */
export function isBlockCollection({ style }: YamlNode): boolean {
  return style === 'block';
}

/** Whether it is a text with `|` or `>`. */
export function isBlockText({ style }: YamlNode): boolean {
  return style === 'literal' || style === 'folded';
}

/** How a block text ends: with one newline (''), none ('-') or all that follow ('+'). */
export function chompingOf(source: string, text: YamlNode): string {
  const start = text.valueStart;
  return /^[|>]\d?([-+]?)/.exec(source.slice(start, start + 3))?.[1] ?? '';
}

/** How far the lines of a block text are indented, where the text itself shows it. */
export function textColumn(source: string, text: YamlNode): number | undefined {
  const start = text.valueStart;
  const first = behindBlanks(source, lineEnd(source, start));
  if (first >= text.end || /^[|>][-+]?\d/.test(source.slice(start, start + 3))) return undefined;
  return columnOf(source, first);
}

/** A key with its value in a map, or an item of a list, and where its parts stand in the source. */
export interface Entry {
  key: YamlNode | null;
  value: YamlNode;
  /** The key, or in a block list the dash. */
  start: number;
  /** Behind the colon or the dash; behind the key where there is no colon; the item itself in a flow list. */
  head: number;
  hasColon: boolean;
  /** Where the value begins, its anchor and tag included; undefined where nothing is written. */
  valueStart: number | undefined;
  /** Behind the last character of the value; comments and newlines after it do not count, nor does a comma. */
  end: number;
}

/**
 * Finds the entries of a map or list in the order of the text.
 *
 * @throws EditRefusal for forms that are too rare to edit: `? key`, keys that are lists or maps, pairs in flow lists.
 */
export function entriesOf(source: string, collection: YamlNode): Entry[] {
  const { kind, children } = collection;
  const isInBrackets = collection.style === 'flow';
  if (isInBrackets && !'[{'.includes(source.charAt(collection.valueStart)))
    throw new EditRefusal(collection.valueStart, 'this pair is in a list, without braces');
  let cursor = collection.valueStart + (isInBrackets ? 1 : 0);
  const entries: Entry[] = [];
  for (let at = 0; at < children.length; at += kind === 'map' ? 2 : 1) {
    const next = skipBlank(source, cursor);
    const start = source[next] === ',' ? skipBlank(source, next + 1) : next;
    const child = children[at] as YamlNode;
    const entry =
      kind === 'map'
        ? pairEntry(source, child, children[at + 1] as YamlNode, start)
        : itemEntry(source, child, start, isInBrackets);
    entries.push(entry);
    cursor = entry.end;
  }
  return entries;
}

function itemEntry(source: string, value: YamlNode, start: number, isInBrackets: boolean): Entry {
  if (!isInBrackets && source[start] !== '-') throw new EditRefusal(start, 'a dash was looked for here');
  const head = isInBrackets ? start : start + 1;
  return { key: null, start, head, hasColon: false, ...valuePart(source, value, head) };
}

function pairEntry(source: string, key: YamlNode, value: YamlNode, start: number): Entry {
  const isPlainText = (key.target ?? key).kind === 'scalar' && !isNothing(key);
  if (!isPlainText || /^\?\s/.test(source.slice(start, start + 2)))
    throw new EditRefusal(start, 'this key is not a plain text');
  const colon = skipBlank(source, key.end);
  const hasColon = source[colon] === ':';
  const head = hasColon ? colon + 1 : key.end;
  return { key, start, head, hasColon, ...valuePart(source, value, head) };
}

function valuePart(source: string, value: YamlNode, head: number): Pick<Entry, 'value' | 'valueStart' | 'end'> {
  const end = isNothing(value) ? head : Math.max(head, endOf(source, value));
  return { value, valueStart: end > head ? skipBlank(source, head) : undefined, end };
}

/** The key's text; of a `<<` that merges none, as no path leads to it. */
export function keyOf(key: YamlNode): string | undefined {
  return isMerge(key) ? undefined : decodeKey(key.target ?? key).key;
}

/** Where the text of a node ends: behind its last character, blank lines at the end of a block text left out where they mean nothing. */
export function endOf(source: string, node: YamlNode): number {
  if (isBlockText(node)) return blockTextEnd(source, node);
  const last = node.children.at(-1);
  if (!last || node.style === 'flow') return node.end;
  const key = node.kind === 'map' ? node.children.at(-2) : undefined;
  const end = Math.max(key ? endOf(source, key) : 0, endOf(source, last));
  return isNothing(last) ? behindWritten(source, end) : end;
}

// Nothing may have its place as far as what follows.
function behindWritten(source: string, offset: number): number {
  let end = offset;
  while (end > 0 && /\s/.test(source.charAt(end - 1))) end--;
  return end;
}

// With "+" the blank lines at the end are text, and so is what of a blank line is deeper than the text.
function blockTextEnd(source: string, text: YamlNode): number {
  const blank = source.slice(text.end, behindBlanks(source, text.end));
  if (chompingOf(source, text) === '+') return text.end + Math.max(0, blank.lastIndexOf('\n'));
  const column = blank.includes(' ') ? textColumn(source, text) : undefined;
  if (column === undefined) return text.end;
  const deeper = [...blank.matchAll(/\n( +)(?=\n)/g)].findLast(([, spaces = '']) => spaces.length > column);
  return text.end + (deeper ? deeper.index + deeper[0].length : 0);
}

/**
 * Where an entry of a block collection ends: behind its last line and the comments below that are deeper than its key or dash,
 * for those belong to what is in it.
 */
export function regionEnd(source: string, { start, end }: Entry): number {
  return behindDeeperComments(source, lineEnd(source, end), columnOf(source, start));
}

/** Behind the comment lines from an offset on that are deeper than a column, blank lines between them included. */
export function behindDeeperComments(source: string, offset: number, column: number): number {
  let end = offset;
  for (let comment = commentFrom(source, offset); comment !== undefined; comment = commentFrom(source, end)) {
    if (columnOf(source, comment) <= column) break;
    end = lineEnd(source, comment);
  }
  return end;
}

// The comment that is the next thing in the lines from an offset on.
function commentFrom(source: string, offset: number): number | undefined {
  const at = behindBlanks(source, offset);
  return source[at] === '#' ? at : undefined;
}

/**
 * Whether lines of the source that follow an offset would become part of a block text that is put before them: a comment as deep
 * as the text, or a line of more blanks.
 */
export function wouldTakeIn(source: string, offset: number, column: number): boolean {
  const at = behindBlanks(source, offset);
  const blank = source.slice(offset, at);
  if (blank.includes(' '.repeat(column + 1)) && new RegExp(`(?:^|\n) {${column + 1},}(?=\n)`).test(blank)) return true;
  return source[at] === '#' && columnOf(source, at) >= column;
}

/** The start of the next line that holds something. */
export function writtenLine(source: string, offset: number): number {
  const at = behindBlanks(source, offset);
  return at === source.length ? at : Math.max(offset, lineStart(source, at));
}

/** Where the comments begin that stand right above an entry, in its own column and with no blank line between; not before `bound`. */
export function ownStart(source: string, { start }: Entry, bound: number): number {
  const column = columnOf(source, start);
  let from = start - column;
  while (from > bound) {
    const above = lineStart(source, from - 1);
    const first = source.slice(above, from).search(/[^ ]/);
    if (first !== column || source[above + column] !== '#' || above < bound) break;
    from = above;
  }
  return from;
}

/** Where a path leads: a value, and its key where it is a member of a map. */
interface Found {
  key: YamlNode | undefined;
  value: YamlNode;
}

/** Finds what a JSON pointer (RFC 6901) leads to, through aliases; where it leads nowhere, the nearest part on the way. */
export function nodeAt(root: YamlNode, pointer: string): Found {
  let found: Found = { key: undefined, value: root };
  for (const step of pointerKeys(pointer)) {
    const next = childOf(found.value.target ?? found.value, step);
    if (!next) break;
    found = next;
  }
  return found;
}

function childOf({ kind, children }: YamlNode, step: string): Found | undefined {
  if (kind === 'list') {
    const value = /^\d+$/.test(step) ? children[Number(step)] : undefined;
    return value && { key: undefined, value };
  }
  if (kind !== 'map') return undefined;
  const at = children.findLastIndex((key, index) => index % 2 === 0 && isText(key) && keyOf(key) === step);
  const [key, value] = at === -1 ? [] : children.slice(at, at + 2);
  return key && value && { key, value };
}

function isText(key: YamlNode): boolean {
  return !isCollection(key.target ?? key);
}
