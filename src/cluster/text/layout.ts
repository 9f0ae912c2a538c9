import type { Document } from 'yaml';
import { isCollection, isMap, isScalar, isSeq, visit } from 'yaml';

/** How a document is indented, in columns. */
export interface Layout {
  /** From a key to the keys of the map below it. */
  step: number;
  /** From a key to the dashes of the list below it: 0 as kOps prints, or more. */
  dash: number;
  /** From a dash to the map or list that begins beside it: 2 or more. */
  gap: number;
}

/** Finds a document's way of indenting from the first map and list below a key and the first item; kOps' own where it has none. */
export function layoutOf(source: string, document: Document): Layout {
  const found: Partial<Layout> = {};
  visit(document, {
    Pair: (_key, { key, value }) => {
      if (!isScalar(key) || !isCollection(value) || value.flow === true || !key.range || !value.range) return;
      const shift = columnOf(source, value.range[0]) - columnOf(source, key.range[0]);
      if (isMap(value) && shift > 0) found.step ??= shift;
      if (isSeq(value) && shift >= 0) found.dash ??= shift;
    },
    Seq: (_key, { items, range, flow }) => {
      const item: unknown = items[0];
      if (flow === true || !range || !isCollection(item) || item.flow === true || !item.range) return;
      const gap = /^-( +)[^ \n#&!]/.exec(source.slice(range[0], item.range[0] + 1))?.[1];
      if (gap) found.gap ??= gap.length + 1;
    },
  });
  return { step: 2, dash: 0, gap: 2, ...found };
}

/** How many columns are before an offset in its line. */
export function columnOf(source: string, offset: number): number {
  return offset - lineStart(source, offset);
}

export function lineStart(source: string, offset: number): number {
  return source.lastIndexOf('\n', offset - 1) + 1;
}

/** Behind the newline that ends the line of an offset, or the end of the source. */
export function lineEnd(source: string, offset: number): number {
  const newline = source.indexOf('\n', offset);
  return newline === -1 ? source.length : newline + 1;
}
