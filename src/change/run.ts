import type { SpecChange } from '../cluster/spec-change.ts';
import { reasonOf } from '../errors.ts';
import { commandLine } from '../process/words.ts';
import type { ChangeResult, Planned, Reading } from './change.ts';
import type { ListedEntry, OpenEntry } from './journal/entry.ts';
import { declined, note, warnIfPossible, type Edges, type Ports } from './ports.ts';
import { cutOffs, cutOffText, settleCutOffs, withFound } from './recorded.ts';
import type { ChangeRequest } from './request.ts';
import type { PlanSubject } from './plan-file.ts';
import { type PlanToSave, savePlan } from './saved-plan.ts';
import type { Made, Stored, Target } from './target.ts';

/**
 * The one way of every change: read, plan, show, gates, confirm, write, read back, and then what follows the write:
 * `kops update`, the roll. The subject is locked meanwhile, but for a dry run.
 *
 * @throws UserError, AbortError, ExternalError, and what nobody expected, as long as nothing is written; afterwards it
 *   gives back what came of it.
 */
export async function runChange<R extends Reading, P extends SpecChange>(
  target: Target<R>,
  request: ChangeRequest<P>,
  ports: Ports<P>,
): Promise<ChangeResult> {
  const { talk, journal } = ports;
  const lock = request.dryRun || target.subject === null ? null : await journal.lock(target.subject);
  try {
    const reading = await target.read();
    const earlier = await earlierChanges(target, reading, request, ports);
    const planned = plan(target, reading, request, earlier);
    await talk.show(planned);
    const blocking = planned.findings.filter(({ severity }) => severity === 'error');
    if (blocking.length > 0) throw talk.refusal(blocking);
    if (request.savePlan !== undefined && target.savedAs !== null)
      savePlan(request.savePlan, savedOf(planned, target.savedAs, request), ports);
    if (request.dryRun) return onlyLooked(planned, request);
    if (target.hasWork(planned.plan)) await target.checkWritable();
    if (!request.yes && target.asks(planned)) talk.refuseUnanswerable();
    return await makeChange(target, planned, request.yes, ports);
  } finally {
    await lock?.release();
  }
}

/**
 * Makes a change that was shown and that nothing blocks: confirm, write, read back, follow.
 *
 * @throws as `runChange` does.
 */
export async function makeChange<R extends Reading>(
  target: Target<R>,
  planned: Planned<R>,
  yes: boolean,
  edges: Edges,
): Promise<ChangeResult> {
  const { question } = target;
  if (!target.hasWork(planned.plan)) return target.follow({ ...planned, stored: null, entry: null }, edges);
  if (!yes && question !== null && !(await edges.talk.confirm(question))) throw declined();
  return target.follow(await recordAndWrite(target, planned, edges), edges);
}

/**
 * The recorded changes of the spec, newest first. What became of those that were cut off is told, and recorded by a run that may write.
 * A journal that cannot be read is none where nothing depends on it.
 */
async function earlierChanges<R extends Reading>(
  { subject }: Target<R>,
  { cluster }: R,
  { needsJournal, dryRun }: Pick<ChangeRequest, 'needsJournal' | 'dryRun'>,
  { journal, talk }: Edges,
): Promise<readonly ListedEntry[]> {
  if (subject === null) return [];
  const listed = await journal.list(subject).catch((error: unknown) => {
    if (needsJournal) throw error;
    return [];
  });
  const found = cutOffs(listed, cluster);
  for (const each of found) talk.warn(cutOffText(each));
  if (!dryRun) await settleCutOffs(found, journal);
  return withFound(listed, found);
}

function plan<R extends Reading, P extends SpecChange>(
  target: Target<R>,
  reading: R,
  request: ChangeRequest<P>,
  earlier: readonly ListedEntry[],
): Planned<R, P> {
  const {
    plan: change,
    blocking,
    others,
    textAfter,
  } = target.planning(reading, () => request.prepare(reading, earlier));
  const findings = [...blocking, ...target.gates(reading, change), ...others];
  return { place: target.place, reading, plan: change, findings, edited: target.edit(reading, change, textAfter) };
}

function savedOf<P extends SpecChange>(
  { plan: change, reading: { kopsVersion } }: Planned<Reading, P>,
  subject: PlanSubject,
  { replay }: Pick<ChangeRequest, 'replay'>,
): PlanToSave {
  const cost = replay?.();
  return { change, subject, kopsVersion, ...(cost && { replay: cost }) };
}

/** How a run ends that was only to look: with what there is to do. */
export function onlyLooked(
  { plan: { cluster, operations }, reading }: Pick<Planned, 'plan' | 'reading'>,
  { exitCode, savePlan: path }: Pick<ChangeRequest, 'exitCode' | 'savePlan'>,
): ChangeResult {
  const isUpdateLeft = reading.baseline?.upToDate === false;
  const isWork = operations.length > 0 || isUpdateLeft;
  const result = { spec: 'unchanged', updated: false, rolled: false, exitCode: exitCode && isWork ? 1 : 0 } as const;
  if (path !== undefined) {
    const next = [
      { why: 'Look at it again, and make the change', command: commandLine('kops-audit', ['apply', path]) },
    ];
    return { ...result, message: `The plan is saved in ${path}; nothing else was written.`, next };
  }
  if (operations.length > 0) return { ...result, message: 'Dry run: nothing was written.', next: [] };
  const message = isUpdateLeft
    ? `The spec of ${cluster} is already as requested, but \`kops update\` is still to be run.`
    : `Nothing to do: ${cluster} is already as requested.`;
  return { ...result, message, next: [] };
}

/** The journal first, then the write, then what is read back, and the journal again. */
async function recordAndWrite<R extends Reading>(
  target: Target<R>,
  planned: Planned<R>,
  edges: Edges,
): Promise<Made<R>> {
  const entry = await begin(target, planned, edges);
  const stored = await writtenOrThrown(target, planned, entry, edges);
  await noteStored(target, entry, stored, edges);
  return { ...planned, stored, entry };
}

/** Throws where nothing was written, and the journal is told so, unless it was not seen. */
async function writtenOrThrown<R extends Reading>(
  target: Target<R>,
  planned: Planned<R>,
  entry: OpenEntry | null,
  edges: Edges,
): Promise<Exclude<Stored, { state: 'old' }>> {
  const { interrupt, talk } = edges;
  const seen = { untouched: true };
  try {
    interrupt.throwIfAborted();
    const stored = await writeAndReadBack(target, planned, edges);
    if (stored.state !== 'old') return stored;
    seen.untouched = stored.certain;
    throw interrupt.aborted ? interrupt.reason : stored.error;
  } catch (error) {
    if (seen.untouched) await note(entry, talk, 'not-written', reasonOf(error));
    throw error;
  }
}

async function begin<R extends Reading>(
  { subject, record }: Target<R>,
  planned: Planned<R>,
  { journal }: Edges,
): Promise<OpenEntry | null> {
  if (subject === null) return null;
  const { command, operations: patch, undoes } = planned.plan;
  return journal.begin({ command, subject, patch, ...(undoes ? { undoes } : {}), ...record(planned) });
}

/** Once the spec is sent nothing that fails around it, such as the terminal, hides what became of it. */
async function writeAndReadBack<R extends Reading>(
  target: Target<R>,
  planned: Planned<R>,
  edges: Edges,
): Promise<Stored> {
  const ended: { stored?: Stored } = {};
  const work = async (): Promise<void> => {
    const readBack = await target.write(planned, edges);
    ended.stored = await readBack();
  };
  try {
    await (target.busy === null ? work() : edges.talk.during(target.busy, work));
  } catch (error) {
    if (ended.stored === undefined) throw error;
  }
  return ended.stored ?? { state: 'unknown', message: 'nothing came of the write' };
}

/** Where nobody knows what is stored the entry stays as it was begun: the next run looks, and records what it finds. */
async function noteStored<R extends Reading>(
  { onceStored }: Target<R>,
  entry: OpenEntry | null,
  stored: Stored,
  { talk }: Edges,
): Promise<void> {
  if (stored.state === 'new') await note(entry, talk, onceStored);
  if (stored.state === 'new' && stored.warning !== undefined) warnIfPossible(talk, stored.warning);
  if (stored.state === 'different') await note(entry, talk, 'failed', stored.message);
}
