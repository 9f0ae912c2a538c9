import type { PreparedChange } from '../../change/prepare.ts';
import type { Reading } from '../../change/reading.ts';
import type { Journal } from '../../change/journal/types.ts';
import type { JsonObject } from '../../cluster/types.ts';
import type { PlanCircumstances } from '../../report/plan-json.ts';
import type { PlanViewOptions } from '../../report/plan-view.ts';
import type { ChangeFlags, Output } from './flags.ts';

/** A prepared change, and what it means in the forms it can be shown in. */
export interface ShownChange extends PreparedChange {
  /** What it means, a line or more per topic. */
  view: (options: PlanViewOptions) => string;
  /** The whole of it, unmasked. */
  json: (circumstances: PlanCircumstances) => JsonObject;
  /** The text of the policy that the diff shows, to keep it out of kops' preview; empty where there is none. */
  policyText: string;
}

/** One command that changes a spec, wherever the spec lives. */
export interface ChangeRequest {
  flags: ChangeFlags;
  output: Output;
  journal: Journal;
  /** Plans the change of what was read, and judges it. */
  prepare: (reading: Reading) => ShownChange;
}
