import { blockEdits } from './block-edits.ts';
import type { OpenDraft } from './draft.ts';
import type { Edit } from './edits.ts';
import type { Entry } from './entries.ts';
import { flowEdits } from './flow-edits.ts';
import type { Printing } from './printing.ts';

/** Makes the edits of an open map or list that is the value of an entry. */
export type InnerEdits = (draft: OpenDraft, entry: Entry) => Edit[];

/**
 * Makes the edits for what has changed in an open map or list, at least one slot of which is still there.
 * @param parent The entry whose value it is; undefined for the whole document.
 */
export function collectionEdits(printing: Printing, draft: OpenDraft, parent?: Entry): Edit[] {
  const inner: InnerEdits = (next, entry) => collectionEdits(printing, next, entry);
  return draft.node.flow === true ? flowEdits(printing, draft, inner) : blockEdits(printing, draft, parent, inner);
}
