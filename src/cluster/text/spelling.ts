import { isMap, isScalar } from 'yaml';
import { UserError } from '../../errors.ts';
import type { SpecDocument } from './documents.ts';
import type { Edit } from './edits.ts';
import { type Collection, entriesOf } from './entries.ts';

/** How parts of a spec that hold nothing were written, from behind the colon: ` ~`, ` { }`, or nothing; by their key in `spec`. */
export type Spellings = Readonly<Record<string, string>>;

/** The spelling of keys of a Cluster's spec whose value is null or empty. One with a comment in it is not told: that stays where it is. */
export function emptySpellings(document: SpecDocument, keys: readonly string[]): Spellings {
  const { spec } = document.value();
  const empty = keys.filter((key) => Object.hasOwn(spec, key) && isEmpty(spec[key]));
  if (empty.length === 0) return {};
  const found = empty.flatMap((key): [string, string][] => {
    const entry = entryIn(document, key);
    const raw = entry && document.source.slice(entry.head, entry.end);
    return raw === undefined || !/^\s*(?:~|null|Null|NULL|\{\s*\}|\[\s*\])?$/.test(raw) ? [] : [[key, raw]];
  });
  return Object.fromEntries(found);
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** The edit that writes a key of `spec` as it once was; undefined where it can't be told what would be replaced. */
export function spellingEdit(document: SpecDocument, key: string, raw: string): Edit | undefined {
  const entry = entryIn(document, key);
  return entry && { start: entry.head, end: entry.end, text: raw };
}

function entryIn(document: SpecDocument, key: string): { head: number; end: number } | undefined {
  const root = document.node().contents;
  const spec = isMap(root) ? root.get('spec', true) : undefined;
  if (!isMap(spec)) return undefined;
  try {
    return entriesOf(document, spec as Collection).findLast((entry) => isScalar(entry.key) && entry.key.value === key);
  } catch (error) {
    if (error instanceof UserError) return undefined; // a form that is too rare to edit
    throw error;
  }
}
