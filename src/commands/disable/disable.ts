import { prepareDisable } from '../../change/prepare.ts';
import { changeJson, changeView } from '../../report/plan.ts';
import { changeSpec, readChange } from '../change/change.ts';
import type { ChangeFlags } from '../change/flags.ts';
import type { Context } from '../../context.ts';

/** The flags of `disable` as the command line gives them. */
export interface DisableFlags extends ChangeFlags {
  keepPolicy?: boolean;
}

/** `disable`: takes all auditing out of a spec, wherever it lives. Gives the exit status. */
export async function disable(flags: DisableFlags, context: Context): Promise<number> {
  const options = { keepPolicy: flags.keepPolicy ?? false };
  return changeSpec(
    {
      ...readChange(flags, context),
      prepare: (reading) => {
        const prepared = prepareDisable(reading, options, flags.allow);
        return {
          ...prepared,
          view: (how) => changeView(prepared.plan, how),
          json: (circumstances) => changeJson(prepared.plan, circumstances),
          policyText: '',
        };
      },
    },
    context,
  );
}
