import type { PreparedChange } from '../../change/prepare.ts';
import { parsePlan } from '../../change/plan-file.ts';
import { prepareSaved } from '../../change/saved-plan.ts';
import { contentOf, readPresentAudit } from '../../cluster/present.ts';
import type { SpecChange } from '../../cluster/spec-change.ts';
import { readSpecFile } from '../../input/read.ts';
import { changeJson, changeView } from '../../report/plan.ts';
import { changeSpec, readChange } from '../change/change.ts';
import type { ChangeFlags } from '../change/flags.ts';
import type { ShownChange } from '../change/request.ts';
import type { Context } from '../../context.ts';
import { withSubject } from './subject.ts';

/** `apply PLAN`: makes a saved change through the same pipeline: read anew, shown anew, asked for again. Gives the exit status. */
export async function apply(path: string, given: ChangeFlags, context: Context): Promise<number> {
  const saved = parsePlan((await readSpecFile(path)).text, path);
  const flags = withSubject(given, saved, context);
  const request = readChange(flags, context);
  return changeSpec({ ...request, prepare: (reading) => shown(prepareSaved(reading, saved, flags.allow)) }, context);
}

function shown(prepared: PreparedChange): ShownChange {
  const { plan } = prepared;
  return {
    ...prepared,
    view: (how) => changeView(plan, how),
    json: (circumstances) => changeJson(plan, circumstances),
    policyText: policyText(plan),
  };
}

function policyText({ after, facts }: SpecChange): string {
  const { policy } = readPresentAudit(after, facts.distribution);
  return policy ? contentOf(policy.asset) : '';
}
