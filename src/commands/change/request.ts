import type { Journal, ListedEntry } from '../../change/journal/entry.ts';
import type { PreparedChange } from '../../change/prepare.ts';
import type { Reading } from '../../change/reading.ts';
import type { JsonObject } from '../../json.ts';
import type { PlanCircumstances } from '../../report/plan.ts';
import type { ViewOptions } from '../../report/text.ts';
import type { ChangeFlags, Output } from './flags.ts';

/** A prepared change, and what it means in the forms it can be shown in. */
export interface ShownChange extends PreparedChange {
  /** What it means, a line or more per topic. */
  view: (options: ViewOptions) => string;
  /** The whole of it, unmasked. */
  json: (circumstances: PlanCircumstances) => JsonObject;
  /** The text of the policy that the diff shows, to keep it out of kops' preview; empty where there is none. */
  policyText: string;
  /** The whole text the file shall have, where more is known than the operations; undefined: they are carried out in the text as it is. */
  textAfter?: string | undefined;
}

/** One command that changes a spec, wherever the spec lives. */
export interface ChangeRequest {
  flags: ChangeFlags;
  output: Output;
  journal: Journal;
  /** The change is made from what is recorded. */
  needsJournal?: boolean;
  /** Plans the change of what was read, and judges it; `earlier` are the recorded changes of the same spec, newest first. */
  prepare: (reading: Reading, earlier: readonly ListedEntry[]) => ShownChange;
}
