import { disabling } from '../change/request.ts';
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
  const checked = checkFlags('disable', flags);
  const goal = disabling({ keepPolicy: flags.keepPolicy ?? false }, flags.allow);
  return changeSpec(checked, goal, CHANGE_WORDS, context);
}
