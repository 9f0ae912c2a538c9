import { readPresentAudit } from '../../cluster/present.ts';
import type { Plan } from '../../cluster/plan.ts';
import { hashOf } from '../../cluster/saved-plan.ts';
import type { SpecChange } from '../../cluster/spec-change.ts';
import type { KopsObject } from '../../cluster/types.ts';
import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import type { Json, JsonObject } from '../../json.ts';
import { readStamp } from '../../policy/render/stamp.ts';
import type { Policy } from '../../policy/types.ts';
import {
  costedLog,
  type CostOnLog,
  costOnLogJson,
  costOnLogText,
  policyCost,
  readCostOnLog,
} from '../../report/cost-on-log.ts';
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
  const opened = await openLog(logs, {}, context, 'enable --replay');
  const costOf = async (plan: Plan): Promise<CostOnLog> => {
    const cost = await costOnLog(opened, plan, context);
    refuseUseless(opened, cost);
    sayWhatWasRead(opened, { quiet: true }, context);
    return cost;
  };
  return withCost(words, costOf, context);
}

/**
 * The same for a plan that was saved with its cost: `apply`. Where the policy in force, or the one to come, is another by now, it is said
 * that the cost is not known.
 *
 * @param saved what `saved` of the words gave.
 */
export function wordsOfSaved<P extends SpecChange>(
  saved: JsonObject,
  words: PlanWords<P>,
  context: Context,
): PlanWords<P> {
  const costOf = async (plan: P): Promise<CostOnLog | string | undefined> => {
    const policies = hashesOf(plan);
    const cost = readCostOnLog(saved, policies[0] === policies[1]);
    if (!cost || plan.operations.length === 0) return undefined;
    const isOfThese = hashOf(saved['policies'] ?? null) === hashOf(policies);
    return isOfThese ? cost : 'on your log: not known any more, the policy in force is another by now';
  };
  return withCost(words, costOf, context);
}

/** A text is told in place of a cost that is not known. */
function withCost<P extends SpecChange>(
  words: PlanWords<P>,
  costOf: (plan: P) => Promise<CostOnLog | string | undefined>,
  { io }: Pick<Context, 'io'>,
): PlanWords<P> {
  let found: { text: string; json?: JsonObject; policies: Json } | undefined;
  return {
    ...words,
    ready: async (plan) => {
      const cost = await costOf(plan);
      const policies = hashesOf(plan);
      if (typeof cost === 'string') found = { text: cost, policies };
      else if (cost) found = { text: costOnLogText(cost), json: costOnLogJson(cost), policies };
    },
    view: (plan, options) => words.view(plan, { ...options, ...(found && { onLog: found.text }) }),
    json: (plan, more) => words.json(plan, { ...more, ...(found?.json && { replay: found.json }) }),
    note: () => found && capitalised(wrap(`${found.text}.`, io.columns)),
    saved: () => found?.json && { ...found.json, policies: found.policies },
  };
}

/** What tells the policies before and after a change from others; null where there is none. */
function hashesOf(plan: SpecChange): Json[] {
  return [plan.before, plan.after].map((cluster) => {
    const text = textInForce(cluster, plan);
    return text === null ? null : hashOf(text);
  });
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
  const log = logOf(opened, replay);
  const [now = null, planned = null] = [[before, amounts[0]] as const, [after, amounts.at(-1)] as const].map(
    ([policy, amount]) => (policy && amount ? policyCost(policy.name, amount, log) : null),
  );
  const isOff = !isOn(plan.before, plan);
  return {
    log: costedLog(log, replay.timeline()),
    now: isOff ? 'off' : now,
    planned,
    isSame: before?.text === after?.text,
  };
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
