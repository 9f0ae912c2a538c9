import { prepareEnable } from '../../change/prepare.ts';
import { planJson, planView, policyChangeText } from '../../report/plan.ts';
import { changeSpec, readChange } from '../change/change.ts';
import type { Context } from '../../context.ts';
import { readTemplates } from '../../input/templates.ts';
import type { EnableFlags } from './flags.ts';
import { readOptions } from './options.ts';
import { policyFacts } from './policy-facts.ts';
import { inFlags } from './refused.ts';

/** `enable`: for a cluster in a state store, in a file, or in a stream. Gives the exit status. */
export async function enable(flags: EnableFlags, context: Context): Promise<number> {
  const request = readChange(flags, context);
  const templates = readTemplates();
  const options = await readOptions(flags, templates);
  return changeSpec(
    {
      ...request,
      prepare: (reading) => {
        const prepared = inFlags(() => prepareEnable(reading, options, templates, flags.allow));
        const { plan } = prepared;
        return {
          ...prepared,
          view: (how) => planView(plan, policyFacts(plan, templates), how) + policyChangeText(plan, how),
          json: (circumstances) => planJson(plan, circumstances),
          policyText: plan.policy.text ?? '',
        };
      },
    },
    context,
  );
}
