import type { LiveReading, LiveSteps } from '../../change/change.ts';
import type { Journal } from '../../change/journal/entry.ts';
import { noJournal, openJournal } from '../../change/journal/journal.ts';
import { liveTarget, readLive } from '../../change/live-target.ts';
import type { ChangeRequest, Goal } from '../../change/request.ts';
import { runChange } from '../../change/run.ts';
import { fileTarget, streamTarget } from '../../change/text-targets.ts';
import type { ChangeResult } from '../../change/change.ts';
import type { Ports } from '../../change/ports.ts';
import type { SpecChange } from '../../cluster/spec-change.ts';
import type { Context } from '../../context.ts';
import { BugError, isExpected, UserError } from '../../errors.ts';
import { readStdin } from '../../input/read.ts';
import { createKops, type Kops, type KopsOptions } from '../../kops/kops.ts';
import { widthOf } from '../../report/fit.ts';
import { VERSION } from '../../version.ts';
import { tellCommands, tellWaiting } from '../command-lines.ts';
import { readTimeout, refuseNoJournal, type ChangeFlags, type CheckedFlags } from './flags.ts';
import type { PlanWords } from './show.ts';
import { terminalTalk } from './talk.ts';

/**
 * Changes a spec where it lives, to what the goal says: in a state store, in a file, or in a stream, as the flags say. Gives the exit status; throws only
 * while nothing is written.
 *
 * @param words say what a plan means.
 */
export async function changeSpec<P extends SpecChange>(
  checked: CheckedFlags,
  goal: Goal<P>,
  words: PlanWords<P>,
  context: Context,
): Promise<number> {
  const { flags } = checked;
  if (!flags.dryRun) await loadRest();
  const talk = terminalTalk(checked, words, context);
  const ports = { ...context, talk, journal: journalFor(flags, context) };
  const { yes = false, dryRun = false, exitCode = false, savePlan } = flags;
  const saving = savePlan === undefined ? {} : { savePlan, ...(words.saved && { replay: words.saved }) };
  const request = { ...goal, yes, dryRun, exitCode, ...saving };
  const run = runWhereItLives(checked, request, ports, context).catch((error: unknown) => {
    talk.maskError(error);
    throw isExpected(error) ? error : new BugError('Nothing was written.', { cause: error });
  });
  return talk.ended(await run);
}

/** What only later is needed: the package may be replaced by then, while a person thinks or kops works, and its files with it. */
async function loadRest(): Promise<void> {
  await import('../../report/errors.ts');
  widthOf('…');
}

async function runWhereItLives<P extends SpecChange>(
  { flags, output, steps, kopsVersion }: CheckedFlags,
  request: ChangeRequest<P>,
  ports: Ports<P>,
  context: Context,
): Promise<ChangeResult> {
  const wanted = { cluster: flags.cluster, kopsVersion };
  if (steps !== null) return runChange(inStore(flags, steps, context), request, ports);
  if (flags.file !== undefined && flags.file !== '-')
    return runChange(await fileTarget(flags.file, wanted), request, ports);
  const { io } = context;
  // In another form than text, what is asked for is printed when the plan is shown.
  const pass = async (text: string): Promise<void> => (output === 'text' ? io.stdout(text) : undefined);
  return runChange(
    streamTarget(wanted, () => readStdin(io.input), pass),
    request,
    ports,
  );
}

function inStore(flags: ChangeFlags, steps: LiveSteps, context: Context): ReturnType<typeof liveTarget> {
  const name = clusterName(flags, context);
  return liveTarget({
    subject: { type: 'cluster', cluster: name, ...stateStoreOf(flags, context) },
    steps,
    kops: kopsFor(flags, context, context.interrupt),
    storing: kopsFor(flags, context, null),
    read: (withBaseline) => read(flags, name, withBaseline, context),
    ownFlags: flagsToRepeat(flags),
  });
}

async function read(flags: ChangeFlags, name: string, withBaseline: boolean, context: Context): Promise<LiveReading> {
  const stop = new AbortController();
  const kops = kopsFor(flags, context, AbortSignal.any([context.interrupt, stop.signal]));
  return context.io.progress.during(`reading ${name} with kops`, () =>
    readLive(kops, name, withBaseline, () => stop.abort()),
  );
}

/** The cluster that the flags or the environment name. Throws UserError where neither does. */
export function clusterName(flags: Pick<ChangeFlags, 'cluster'>, { env }: Pick<Context, 'env'>): string {
  const name = flags.cluster ?? env['KOPS_CLUSTER_NAME'];
  if (name) return name;
  throw new UserError('no cluster given', {
    hint: 'Give --cluster NAME, set KOPS_CLUSTER_NAME, or give a spec file with -f FILE.',
  });
}

/** The store that kops will take, as far as it is said where we look: kops also reads `~/.kops.yaml`. */
function stateStoreOf({ state }: ChangeFlags, { env }: Context): { stateStore?: string } {
  const stateStore = state ?? env['KOPS_STATE_STORE'];
  return stateStore ? { stateStore } : {};
}

/** Flags for a printed command of ours, so that it finds the same store and the same journal. */
function flagsToRepeat({ state, journal }: ChangeFlags): string[] {
  return [
    ...(state === undefined ? [] : [`--state=${state}`]),
    ...(typeof journal === 'string' ? [`--journal=${journal}`] : []),
  ];
}

/** The kops that a command's flags ask for. Aborting `signal` stops its reads; null: they are not interrupted. */
export function kopsFor(
  flags: Pick<ChangeFlags, 'state' | 'timeout' | 'verbose'>,
  { env, io }: Context,
  signal: AbortSignal | null,
): Kops {
  const options: KopsOptions = {
    env,
    timeoutMs: readTimeout(flags),
    ...(signal ? { signal } : {}),
    onWait: tellWaiting({ io }),
    ...(flags.state === undefined ? {} : { state: flags.state }),
    ...tellCommands(flags.verbose, { io }),
  };
  return createKops(options);
}

/** Where changes are recorded, as `--journal` and `--no-journal` say. */
export function journalFor({ journal: dir }: Pick<ChangeFlags, 'journal'>, { env, now }: Context): Journal {
  if (dir === false) return noJournal();
  if (dir !== undefined) refuseNoJournal(dir);
  return openJournal({ env, now, toolVersion: VERSION, ...(dir === undefined ? {} : { dir }) });
}
