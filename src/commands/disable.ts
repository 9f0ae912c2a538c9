import { prepareDisable } from '../change/prepare.ts';
import type { Context } from '../context.ts';
import { changeSpec } from './change/change.ts';
import { checkFlags, type ChangeFlags } from './change/flags.ts';
import { CHANGE_WORDS } from './change/show.ts';

/** The flags of `disable` as the command line gives them. */
export interface DisableFlags extends ChangeFlags {
  keepPolicy?: boolean;
}

/** `disable`: takes all auditing out of a spec, wherever it lives. Gives the exit status. */
export async function disable(flags: DisableFlags, context: Context): Promise<number> {
  const checked = checkFlags(flags);
  const options = { keepPolicy: flags.keepPolicy ?? false };
  const prepare: Parameters<typeof changeSpec>[1]['prepare'] = (reading) =>
    prepareDisable(reading, options, flags.allow);
  return changeSpec(checked, { prepare, words: CHANGE_WORDS }, context);
}
