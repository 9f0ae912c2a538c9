import { changeLive } from '../../change/change-live.ts';
import { liveGates } from '../../change/gates.ts';
import type { ListedEntry, Subject } from '../../change/journal/entry.ts';
import { readLive } from '../../change/live.ts';
import type { LiveReading } from '../../change/reading.ts';
import type { LiveSteps } from '../../change/steps.ts';
import type { SpecChange } from '../../cluster/spec-change.ts';
import type { KopsObject } from '../../cluster/types.ts';
import { UserError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import { unifiedDiff } from '../../report/diff.ts';
import { specToYaml } from '../../yaml/print.ts';
import type { Context } from '../../context.ts';
import { endDryRun } from './dry-run.ts';
import { earlierEntries } from './earlier.ts';
import { readSteps, type ChangeFlags } from './flags.ts';
import { kopsFor } from './kops-for.ts';
import { flagsToRepeat, keepInStep } from './later.ts';
import { locked, refuseWithoutTerminal } from './locked.ts';
import { maskingErrors, planMasker } from './masking.ts';
import { noticeCutOffs } from './notice.ts';
import { knownLines, seenIn, showPending } from './pending.ts';
import type { ChangeRequest } from './request.ts';
import { showResult } from './result.ts';
import { savePlan } from './save-plan.ts';
import { showChange, type Shown } from './show.ts';
import { terminalTalk } from './talk.ts';
import { viewable } from './viewable.ts';

type LiveSubject = Extract<Subject, { type: 'cluster' }>;

/** The whole pipeline on a cluster in its state store. */
export async function changeLiveCommand(request: ChangeRequest, context: Context): Promise<number> {
  const { flags } = request;
  const name = clusterName(flags, context);
  const steps = readSteps(flags);
  const subject: LiveSubject = { type: 'cluster', cluster: name, ...stateStoreOf(flags, context) };
  return locked(request.journal, subject, flags.dryRun ?? false, () => run(request, context, name, steps, subject));
}

async function run(
  request: ChangeRequest,
  context: Context,
  name: string,
  steps: LiveSteps,
  subject: LiveSubject,
): Promise<number> {
  const { flags, journal } = request;
  const reading = await read(flags, context, name, steps);
  const recorded = await earlierEntries(request, subject);
  const earlier = await noticeCutOffs(recorded, reading.cluster, request, context);
  const shown = prepareShown(request, reading, steps, earlier);
  showPending(reading, shown, flags, context);
  await showChange(shown, request, context);
  const { plan } = shown.prepared;
  savePlan(plan, subject, reading.kopsVersion, flags, context);
  if (flags.dryRun) return endDryRun(plan, reading.baseline?.upToDate === false, flags, context);
  refuseWithoutTerminal(willAsk(reading, plan, steps), context);
  const talk = terminalTalk(context, shown.masker, flags, { seen: seenIn(shown), known: knownLines(shown) });
  const edges = {
    kops: kopsFor(flags, context, context.interrupt),
    storing: kopsFor(flags, context, null),
    journal,
    talk,
    ownFlags: flagsToRepeat(flags),
    interrupt: context.interrupt,
  };
  const result = await maskingErrors(shown.masker, () => changeLive(reading, plan, subject, steps, edges));
  const exitCode = showResult(result, talk);
  if (result.spec === 'new' && exitCode !== 130) talk.say(keepInStep(plan));
  return exitCode;
}

/** Whether a question will come, as far as that can be told before the first one. */
export function willAsk({ baseline }: LiveReading, { operations }: SpecChange, steps: LiveSteps): boolean {
  const updates = steps.update && (steps.target === 'terraform' || baseline?.upToDate === false);
  return !steps.yes && (operations.length > 0 || updates || steps.rollingUpdate);
}

async function read(flags: ChangeFlags, context: Context, name: string, steps: LiveSteps): Promise<LiveReading> {
  const stop = new AbortController();
  const kops = kopsFor(flags, context, AbortSignal.any([context.interrupt, stop.signal]));
  const withBaseline = steps.update && steps.target !== 'terraform';
  return context.io.progress.during(`reading ${name} with kops`, () =>
    readLive(kops, name, withBaseline, () => stop.abort()),
  );
}

function prepareShown(
  request: ChangeRequest,
  reading: LiveReading,
  steps: LiveSteps,
  earlier: readonly ListedEntry[],
): Shown {
  const prepared = request.prepare(reading, earlier);
  const { plan, blocking, others } = prepared;
  const masker = planMasker(plan, reading.groups);
  const yaml = (spec: KopsObject): string => specToYaml(masker.json(viewable(spec)) as JsonObject);
  const diff = unifiedDiff(yaml(plan.before), yaml(plan.after), {
    before: `${plan.cluster} (stored)`,
    after: `${plan.cluster} (planned)`,
  });
  const findings = [...blocking, ...liveGates(reading, plan, steps), ...others];
  return {
    prepared,
    findings,
    diff,
    masker,
    text: () => specToYaml(viewable(plan.after)),
    source: 'live',
    kopsVersion: reading.kopsVersion,
  };
}

/** The store that kops will take, as far as it is said where we look: kops also reads `~/.kops.yaml`. */
function stateStoreOf({ state }: ChangeFlags, { env }: Context): { stateStore?: string } {
  const stateStore = state ?? env['KOPS_STATE_STORE'];
  return stateStore ? { stateStore } : {};
}

function clusterName(flags: ChangeFlags, { env }: Context): string {
  const name = flags.cluster ?? env['KOPS_CLUSTER_NAME'];
  if (name) return name;
  throw new UserError('no cluster given', {
    hint: 'Give --cluster NAME, set KOPS_CLUSTER_NAME, or give a spec file with -f FILE.',
  });
}
