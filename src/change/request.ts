import type { DisableOptions } from '../cluster/disable.ts';
import type { EnableOptions } from '../cluster/options.ts';
import type { EnableRequest, Plan } from '../cluster/plan.ts';
import type { SpecChange } from '../cluster/spec-change.ts';
import type { JsonObject } from '../json.ts';
import type { Reading } from './change.ts';
import type { ListedEntry } from './journal/entry.ts';
import type { SavedPlan } from './plan-file.ts';
import {
  prepareDisable,
  prepareEnable,
  prepareResumedRollback,
  prepareRollback,
  type PreparedChange,
} from './prepare.ts';
import { textBefore } from './recorded.ts';
import { chosenEntries, rollbackLeft, sinceNotes, type Wanted } from './rollback.ts';
import { prepareSaved } from './saved-plan.ts';

/** What is asked for, wherever the spec lives. */
export interface ChangeRequest<P extends SpecChange = SpecChange> extends Goal<P> {
  /** The question for the spec is answered beforehand. */
  yes: boolean;
  /** Stop before the confirm. */
  dryRun: boolean;
  /** Exit status 1 where a dry run finds something to do. */
  exitCode: boolean;
  /** The file to save the plan in; undefined: it is not saved. */
  savePlan?: string;
  /** What the saved plan tells of its cost, once it was shown. */
  replay?: () => JsonObject | undefined;
}

/** What a change shall come to. */
export interface Goal<P extends SpecChange = SpecChange> {
  /** Plans the change of what was read, and judges it; `earlier` are the recorded changes of the same spec, newest first. */
  prepare: (reading: Reading, earlier: readonly ListedEntry[]) => Prepared<P>;
  /** The change is made from what is recorded: a journal that cannot be read stops it. */
  needsJournal?: boolean;
}

/** `textAfter` is the whole text a file shall have, where more is known than the operations. */
type Prepared<P extends SpecChange> = PreparedChange<P> & { textAfter?: string | undefined };

/** `enable`: with the sources of the built-in policies by name, what the build made of them, and the rules that shall not stop it. */
export function enabling(
  options: EnableOptions,
  templates: Readonly<Record<string, string>>,
  allow: readonly string[],
  ready: EnableRequest['ready'],
): Goal<Plan> {
  return { prepare: (reading) => prepareEnable(reading, options, templates, allow, ready) };
}

/** `disable`. */
export function disabling(options: DisableOptions, allow: readonly string[]): Goal {
  return { prepare: (reading) => prepareDisable(reading, options, allow) };
}

/** `apply`: the plan is worked out anew for what is read. */
export function applying(saved: SavedPlan, allow: readonly string[]): Goal {
  return { prepare: (reading) => prepareSaved(reading, saved, allow) };
}

/**
 * `rollback`: recorded changes are taken back, or one that did so, and whose update is still to come, is gone on with.
 *
 * @param force the keys that are taken back although they were changed since.
 */
export function rollingBack(
  wanted: Wanted,
  { allow, force }: { allow: readonly string[]; force: readonly string[] },
): Goal {
  const prepare = (reading: Reading, earlier: readonly ListedEntry[]): Prepared<SpecChange> => {
    const left = rollbackLeft(reading, earlier, wanted);
    if (left) return prepareResumedRollback(reading, left);
    const entries = chosenEntries(earlier, wanted, reading.cluster.metadata.name);
    const prepared = prepareRollback(reading, entries, { allow, force, notes: sinceNotes(earlier, wanted, entries) });
    const textAfter = reading.text === undefined ? undefined : textBefore(reading.text, entries, prepared.plan.after);
    return { ...prepared, textAfter };
  };
  return { prepare, needsJournal: true };
}
