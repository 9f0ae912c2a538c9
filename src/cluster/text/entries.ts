import type { Node, YAMLMap, YAMLSeq } from 'yaml';
import { isMap, isScalar, isSeq } from 'yaml';
import type { SpecDocument } from './documents.ts';
import { unsafe } from './unsafe.ts';

/** A key with its value in a map, or an item of a list, and where its parts stand in the source. */
export interface Entry {
  key: Node | null;
  value: Node | null;
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

export type Collection = YAMLMap<Node | null, Node | null> | YAMLSeq<Node | null>;

/**
 * Finds the entries of a map or list in the order of the text.
 *
 * @throws UserError for forms that are too rare to edit: `? key`, keys that are lists or maps, pairs in flow lists.
 */
export function entriesOf(document: SpecDocument, collection: Collection): Entry[] {
  const { source } = document;
  const isFlow = collection.flow === true;
  const entries: Entry[] = [];
  let cursor = (collection.range?.[0] ?? 0) + (isFlow ? 1 : 0);
  if (isFlow && !'[{'.includes(source[cursor - 1]!))
    throw unsafe(document, cursor - 1, 'this pair stands in a list without braces');
  for (const item of collection.items) {
    const start = skipBlank(source, source[skipBlank(source, cursor)] === ',' ? skipBlank(source, cursor) + 1 : cursor);
    const entry = isSeq(collection)
      ? itemEntry(document, item as Node | null, start, isFlow)
      : pairEntry(document, item as Pair, start);
    entries.push(entry);
    cursor = entry.end;
  }
  return entries;
}

/** The offset of the next character that is no blank, newline or comment. */
export function skipBlank(source: string, offset: number): number {
  const blank = /(?:\s|#[^\n]*)*/y;
  blank.lastIndex = offset;
  blank.exec(source);
  return blank.lastIndex;
}

/** Where the text of a node ends: behind its last character, blank lines at the end of a block text left out where they mean nothing. */
export function endOf(source: string, node: Node | null): number {
  const [start = 0, end = 0] = node?.range ?? [];
  if (isScalar(node) && node.type?.startsWith('BLOCK')) return blockTextEnd(source, start, end);
  if ((isMap(node) || isSeq(node)) && node.flow !== true) {
    const last: unknown = node.items.at(-1);
    const { key, value } = isSeq(node) ? { key: null, value: last as Node | null } : (last as Pair);
    return Math.max(endOf(source, key), endOf(source, value), isSeq(node) ? start : 0);
  }
  // Nothing written has its place behind the blank that follows the colon.
  return start === end ? source.slice(0, end).trimEnd().length : end;
}

interface Pair {
  key: Node | null;
  value: Node | null;
}

// With "+" the blank lines at the end are text.
function blockTextEnd(source: string, start: number, end: number): number {
  const text = source.slice(start, end);
  const keeps = /^[|>]\d?\+/.test(text);
  return start + text.replace(keeps ? /\n$/ : /\n+$/, '').length;
}

function itemEntry(document: SpecDocument, value: Node | null, start: number, isFlow: boolean): Entry {
  const { source } = document;
  if (!isFlow && source[start] !== '-') throw unsafe(document, start, 'a dash was looked for here');
  const head = isFlow ? start : start + 1;
  const end = Math.max(head, endOf(source, value));
  return {
    key: null,
    value,
    start,
    head,
    hasColon: false,
    valueStart: end > head ? skipBlank(source, head) : undefined,
    end,
  };
}

function pairEntry(document: SpecDocument, { key, value }: Pair, start: number): Entry {
  const { source } = document;
  if (!isScalar(key) || /^\?\s/.test(source.slice(start, start + 2)))
    throw unsafe(document, start, 'this key is not a plain text');
  const colon = skipBlank(source, key.range?.[1] ?? start);
  const hasColon = source[colon] === ':';
  const head = hasColon ? colon + 1 : (key.range?.[1] ?? start);
  const end = Math.max(head, endOf(source, value));
  return { key, value, start, head, hasColon, valueStart: end > head ? skipBlank(source, head) : undefined, end };
}
