import { readPresentAudit } from '../../cluster/present.ts';
import type { Plan } from '../../cluster/plan.ts';
import type { SpecChange } from '../../cluster/spec-change.ts';
import type { KopsObject } from '../../cluster/types.ts';
import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import { readStamp } from '../../policy/render/stamp.ts';
import type { Policy } from '../../policy/types.ts';
import { type CostOnLog, costOnLogJson, costOnLogText, type PolicyCost } from '../../report/cost-on-log.ts';
import { wrap } from '../../report/text.ts';
import { type OpenedLog, openLog, sayWhatWasRead } from '../logs/open.ts';
import { logOf } from '../policy/replay.ts';
import { replayLog } from '../policy/replay-log.ts';
import { textInForce } from './policy-command.ts';
import type { PlanWords } from './show.ts';

/**
 * Makes the words for a plan tell what it costs on a log, too: `enable --replay`. The log is read when the plan is known, before
 * anything of it is shown.
 *
 * @param logs as the words of `logs` name them.
 * @throws UserError at once for what is not there; `ready` throws where the log cannot be read.
 */
export async function wordsOnLog(
  logs: readonly string[],
  words: PlanWords<Plan>,
  context: Context,
): Promise<PlanWords<Plan>> {
  const opened = await openLog(logs, {}, context);
  let cost: CostOnLog | undefined;
  return {
    ready: async (plan) => {
      cost = await costOnLog(opened, plan, context);
      refuseUseless(opened, cost);
      sayWhatWasRead(opened, { quiet: true }, context);
    },
    view: (plan, options) => words.view(plan, { ...options, ...(cost && { onLog: costOnLogText(cost) }) }),
    json: (plan, circumstances) => words.json(plan, { ...circumstances, ...(cost && { replay: costOnLogJson(cost) }) }),
    note: () => cost && capitalised(wrap(`${costOnLogText(cost)}.`, context.io.columns)),
  };
}

function capitalised(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function refuseUseless({ missing: [missing] }: OpenedLog, { log }: CostOnLog): void {
  if (missing !== undefined)
    throw new UserError(missing, { hint: 'What would be told of the rest of the log could be far off.' });
  if (log.events === 0)
    throw new UserError('the log of --replay has no audit events, so that nothing can be told of it', {
      hint: 'Name another, or leave --replay out.',
    });
}

async function costOnLog(opened: OpenedLog, plan: SpecChange, context: Context): Promise<CostOnLog> {
  const [before, after] = [policyOf(plan.before, plan), policyOf(plan.after, plan)];
  const replay = await replayLog(
    opened,
    [before, after].flatMap((found) => found?.policy ?? []),
    context,
  );
  const amounts = replay.policies();
  const planned = after && costOf(after.name, amounts.at(-1));
  const now = before && costOf(before.name, amounts[0]);
  const isOff = !isOn(plan.before, plan);
  return { log: logOf(opened, replay), now: isOff ? 'off' : now, planned, isSame: before?.text === after?.text };
}

function costOf(name: string, amount: Omit<PolicyCost, 'name'> | undefined): PolicyCost | null {
  if (!amount) return null;
  const { events, bytes, underRecorded, unseenBeginnings } = amount;
  return { name, events, bytes, underRecorded, unseenBeginnings };
}

interface Found {
  name: string;
  text: string;
  policy: Policy;
}

/** null where none is in force, the spec does not hold it, or kube-apiserver would refuse it. */
function policyOf(cluster: KopsObject, change: SpecChange): Found | null {
  const text = textInForce(cluster, change);
  const policy = text === null ? null : change.facts.policies.load(text).policy;
  return text === null || !policy ? null : { name: readStamp(text)?.policy ?? 'custom', text, policy };
}

function isOn(cluster: KopsObject, { facts }: SpecChange): boolean {
  const { auditPolicyFile, auditLogPath, auditWebhookConfigFile } = readPresentAudit(
    cluster,
    facts.distribution,
  ).settings;
  return Boolean(auditPolicyFile && (auditLogPath || auditWebhookConfigFile));
}
