import type { SpecChange } from '../cluster/spec-change.ts';
import { compareVersions } from '../cluster/release.ts';
import type { KopsObject } from '../cluster/types.ts';
import { ExternalError, reasonOf, UserError } from '../errors.ts';
import { canonicalJson, isObject, sameJson, type Json } from '../json.ts';
import type { Kops } from '../kops/kops.ts';
import { applyOperations } from '../yaml/json-patch.ts';
import { liveGates } from './gates.ts';
import type { Subject } from './journal/entry.ts';
import type { LiveReading, LiveSteps, Planned } from './change.ts';
import { followLive } from './live-steps.ts';
import type { Edges, Question } from './ports.ts';
import { groupsHash } from './recorded.ts';
import type { Stored, Target } from './target.ts';

export interface LiveOptions {
  subject: Extract<Subject, { type: 'cluster' }>;
  steps: LiveSteps;
  /** Stops reads at an interrupt; gives `replace` half a minute more. */
  kops: Kops;
  /** The same kops, whose reads are not interrupted: after a write we must know what is stored. */
  storing: Kops;
  /** Reads the cluster; with what `kops update` would do, where asked for. */
  read: (withBaseline: boolean) => Promise<LiveReading>;
  /** Flags of ours to give again in a command to paste: where the store and the journal are. */
  ownFlags?: readonly string[];
}

/** A spec in a state store, through kops. */
export function liveTarget({ subject, steps, kops, storing, read, ownFlags = [] }: LiveOptions): Target<LiveReading> {
  return {
    place: 'live',
    subject,
    savedAs: subject,
    read: () => read(steps.update && steps.target !== 'terraform'),
    planning: (_, work) => work(),
    edit: () => null,
    gates: (reading, plan) => liveGates(reading, plan, steps),
    checkWritable: async () => {},
    asks: (planned) => willAsk(planned, steps),
    question: storeQuestion(subject.cluster, steps),
    busy: 'storing the spec',
    hasWork: (plan) => plan.operations.length > 0,
    record: ({ reading: { cluster, groups, kopsVersion, baseline } }) => ({
      kopsVersion,
      ...(baseline?.upToDate ? { groupsHash: groupsHash(groups) } : {}),
      before: JSON.stringify(cluster),
    }),
    write: (planned, edges) => store({ kops, storing }, planned, edges),
    onceStored: 'spec-written',
    follow: (made, edges) => followLive({ made, steps, subject, kops, ownFlags, ...edges }),
  };
}

function storeQuestion(cluster: string, steps: LiveSteps): Question {
  const then = steps.update
    ? 'Then you are asked before it is applied.'
    : 'It is not applied: that is left to `kops update`.';
  return {
    text: `Store this spec of ${cluster}?`,
    about: 'spec',
    yes: `The spec is stored with \`kops replace\`. No instance changes yet. ${then}`,
    no: 'Nothing is written.',
  };
}

/** Whether a question will come, as far as that can be told before the first one. */
export function willAsk(
  { reading: { baseline }, plan }: { reading: Pick<LiveReading, 'baseline'>; plan: Pick<SpecChange, 'operations'> },
  steps: LiveSteps,
): boolean {
  const updates = steps.update && (steps.target === 'terraform' || baseline?.upToDate === false);
  return !steps.yes && (plan.operations.length > 0 || updates || steps.rollingUpdate);
}

/**
 * Reads a cluster and all that the checks need, asking kops side by side.
 * With a kops older than the last one the preview is not waited for: kops refuses it, and so shall we, with both releases named.
 *
 * @param withBaseline also asks for the preview of `kops update cluster`.
 * @param stop ends the calls still under way when one has failed.
 * @throws what the first failing call of these throws, in this order: version, cluster, groups, last release, preview.
 */
export async function readLive(
  kops: Kops,
  name: string,
  withBaseline: boolean,
  stop: () => void,
): Promise<LiveReading> {
  const calls = [
    kops.version(),
    kops.getCluster(name),
    kops.getInstanceGroups(name),
    kops.lastApplied(name),
    withBaseline ? kops.previewUpdate(name) : null,
  ] as const;
  for (const call of calls) call?.catch(() => {});
  try {
    const [kopsVersion, cluster, groups] = [await calls[0], await calls[1], await calls[2]];
    const lastApplied = await calls[3];
    if (lastApplied === null || compareVersions(kopsVersion, lastApplied) >= 0)
      return { kopsVersion, cluster, groups, lastApplied, baseline: await calls[4] };
    stop();
    return { kopsVersion, cluster, groups, lastApplied, baseline: null };
  } catch (error) {
    stop();
    throw error;
  }
}

interface Both {
  kops: Kops;
  storing: Kops;
}

/**
 * Stores the planned spec: reads once more and refuses if it moved, and sends one Cluster document. What it gives reads
 * back and compares every value, whatever kops said.
 *
 * @throws UserError where the spec moved; ExternalError where it cannot be read again, or kops answers for another
 *   cluster; the signal's reason where it was aborted before. Then nothing was sent.
 */
async function store(
  { kops, storing }: Both,
  { reading, plan }: Planned<LiveReading>,
  edges: Edges,
): Promise<() => Promise<Stored>> {
  const before = await kops.getCluster(reading.cluster.metadata.name);
  refuseMoved(reading.cluster, before);
  const wanted = applyOperations(before, plan.operations);
  const error = await replace(kops, wanted);
  return () => readBack(storing, { before, wanted, error }, edges);
}

/** Gives what kops said where it failed, else an empty text. From here on nothing is thrown, not even for a bug of ours. */
async function replace(kops: Kops, wanted: KopsObject): Promise<string> {
  try {
    return (await kops.replace(wanted)).error;
  } catch (error) {
    return reasonOf(error);
  }
}

interface Sent {
  before: KopsObject;
  wanted: KopsObject;
  /** What kops said; may be empty. */
  error: string;
}

/** Whatever becomes of the write, what is stored is asked for. */
async function readBack(storing: Kops, sent: Sent, edges: Edges): Promise<Stored> {
  try {
    return await saidOnInterrupt(edges, 'Reading back what is stored; please wait.', async () =>
      compareStored(sent, await storing.getCluster(sent.before.metadata.name)),
    );
  } catch (unread) {
    return {
      state: 'unknown',
      message: `the spec was sent, but it could not be read back: ${reasonOf(unread)}`,
    };
  }
}

/** Runs what is not interrupted, and says so to whoever tries, or has tried before. */
async function saidOnInterrupt<T>({ interrupt, talk }: Edges, text: string, work: () => Promise<T>): Promise<T> {
  const say = (): void => talk.say(text);
  if (interrupt.aborted) say();
  interrupt.addEventListener('abort', say, { once: true });
  try {
    return await work();
  } finally {
    interrupt.removeEventListener('abort', say);
  }
}

/** Whether two readings of a cluster are the same but for the generation, which kOps counts on its own. */
function refuseMoved(before: KopsObject, fresh: KopsObject): void {
  if (fresh.metadata.name !== before.metadata.name) {
    throw new ExternalError(`kops answered with cluster ${fresh.metadata.name} when asked for ${before.metadata.name}`);
  }
  if (sameJson(comparable(before), comparable(fresh))) return;
  const paths = differingPaths(comparable(before), comparable(fresh)).slice(0, 5);
  throw new UserError(`somebody changed the spec of ${before.metadata.name} since it was read: ${paths.join(', ')}`, {
    hint: 'Nothing was written. Run the command again to plan from the new spec.',
  });
}

function comparable({ metadata, spec }: KopsObject): Json {
  const { generation: _counted, ...rest } = metadata;
  return { metadata: rest, spec };
}

function compareStored({ before, wanted, error }: Sent, stored: KopsObject): Stored {
  if (sameJson(stored.spec, wanted.spec)) return { state: 'new' };
  if (sameJson(stored.spec, before.spec)) return { state: 'old', error: notStored(error), certain: true };
  const paths = differingPaths({ spec: wanted.spec }, { spec: stored.spec }).slice(0, 5).join(', ');
  return { state: 'different', message: differentMessage(paths, error) };
}

function notStored(error: string): ExternalError {
  return new ExternalError(
    `kops did not store the spec: ${error || 'kops reported no error, but the spec is unchanged'}`,
    {
      hint: 'Nothing was written: the old spec is in force.',
    },
  );
}

/** What a person must know where the spec does not read back as it was sent. */
function differentMessage(paths: string, error: string): string {
  if (error === '')
    return `the spec was stored, but it reads back different at ${paths}: kops dropped it, or somebody else wrote at the same moment`;
  return `kops failed to store the spec: ${error}. What is stored is neither the old spec nor the planned one: it is different from the planned one at ${paths}. Somebody else may have written at the same moment`;
}

/** The paths at which two values differ, as a person writes them: `spec.kubeAPIServer.auditLogPath`. No values: they may be secret. */
function differingPaths(a: Json | undefined, b: Json | undefined, path = ''): string[] {
  if (canonicalJson(a) === canonicalJson(b)) return [];
  if (isObject(a) && isObject(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
    return keys.flatMap((key) => differingPaths(a[key], b[key], path === '' ? key : `${path}.${key}`));
  }
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
    return a.flatMap((item, index) => differingPaths(item, b[index], `${path}[${index}]`));
  }
  return [path];
}
