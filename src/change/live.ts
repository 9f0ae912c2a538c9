import { compareVersions } from '../cluster/release.ts';
import { applyOperations } from '../yaml/json-patch.ts';
import type { KopsObject, Operation } from '../cluster/types.ts';
import { ExternalError, UserError, reasonOf } from '../errors.ts';
import { canonicalJson, isObject, sameJson, type Json } from '../json.ts';
import type { Kops } from '../kops/kops.ts';
import type { LiveReading } from './reading.ts';
import type { Talk } from './talk.ts';

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

/** How storing a spec ended. `old`: nothing was written; `new`: it reads back as sent; `different`: something else is stored. `error`: what kops said; may be empty. */
export type Stored =
  | { state: 'old'; error: string }
  | { state: 'new' }
  | { state: 'different'; paths: string[]; error: string }
  | { state: 'unknown'; error: string };

export interface StoreEdges {
  /** Stops reads at an interrupt; gives `replace` half a minute more. */
  kops: Kops;
  /** The same kops, whose reads are not interrupted: after a write we must know what is stored. */
  storing: Kops;
  talk: Talk;
  /** Flags of ours to give again in a command to paste: where the store and the journal are. */
  ownFlags?: readonly string[];
  /** Aborted once the person or the system asked us to stop. */
  interrupt: AbortSignal;
}

/**
 * Stores the planned spec: reads once more and refuses if it moved, sends one Cluster document, reads back and compares
 * every value, whatever kops said.
 *
 * @throws UserError where the spec moved or its name is not the one asked for; ExternalError where it cannot be read
 *   again; the signal's reason where it was aborted before. Then nothing was sent.
 */
export async function storeLive(
  edges: StoreEdges,
  before: KopsObject,
  operations: readonly Operation[],
): Promise<Stored> {
  const fresh = await edges.kops.getCluster(before.metadata.name);
  refuseMoved(before, fresh);
  return send(edges, fresh, applyOperations(fresh, operations));
}

/** From here on nothing is thrown, not even for a bug of ours: whatever becomes of the write, what is stored is asked for. */
async function send(edges: StoreEdges, fresh: KopsObject, wanted: KopsObject): Promise<Stored> {
  const error = await replace(edges.kops, wanted);
  try {
    return await saidOnInterrupt(edges, 'Reading back what is stored; this is waited for.', async () =>
      compareStored(fresh, wanted, await edges.storing.getCluster(fresh.metadata.name), error),
    );
  } catch (unread) {
    return { state: 'unknown', error: reasonOf(unread) };
  }
}

/** Gives what kops said where it failed, else an empty text. */
async function replace(kops: Kops, wanted: KopsObject): Promise<string> {
  try {
    return (await kops.replace(wanted)).error;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Runs what is not interrupted, and says so to whoever tries, or has tried before. */
async function saidOnInterrupt<T>({ interrupt, talk }: StoreEdges, text: string, work: () => Promise<T>): Promise<T> {
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

function compareStored(before: KopsObject, wanted: KopsObject, stored: KopsObject, error: string): Stored {
  if (sameJson(stored.spec, wanted.spec)) return { state: 'new' };
  if (sameJson(stored.spec, before.spec))
    return { state: 'old', error: error || 'kops said nothing, yet the spec is unchanged' };
  return { state: 'different', paths: differingPaths({ spec: wanted.spec }, { spec: stored.spec }), error };
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
