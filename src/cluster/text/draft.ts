import type { Document, Node } from 'yaml';
import type { Json } from '../../json.ts';
import type { AnchorUses } from './anchors.ts';
import type { SpecDocument } from './documents.ts';
import type { Collection, Entry } from './entries.ts';

/**
 * A value on its way from the old text to the new one: `kept` still has its text as it is, `new` has none yet, and `open` is a map
 * or list of which parts are kept, changed, new or removed.
 */
export type Draft = KeptDraft | NewDraft | OpenDraft;

interface KeptDraft {
  state: 'kept';
  node: Node | null;
}

export interface NewDraft {
  state: 'new';
  value: Json;
}

export interface OpenDraft {
  state: 'open';
  node: Collection;
  /** In the order of the new text; the removed ones stay where they were. */
  slots: Slot[];
}

/** A place in an open map or list. */
export interface Slot {
  /** The key as text; in a list nothing. */
  key: string;
  /** Where it was in the old text; undefined for a new one. */
  entry: Entry | undefined;
  /** What it becomes; undefined where it is removed. */
  draft: Draft | undefined;
  /** A `<<`: no path leads to it. */
  isMerge: boolean;
}

/** What is known of the document while it is changed. */
export interface Drafting {
  document: SpecDocument;
  root: Document;
  uses: AnchorUses;
}
