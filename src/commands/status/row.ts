import { setTimeout as sleep } from 'node:timers/promises';
import { cutOffText, cutOffs, type CutOff } from '../../change/recorded.ts';
import type { JournalEntry, ListedEntry, Subject } from '../../change/journal/entry.ts';
import { minuteText, shortId } from '../../change/journal/ids.ts';
import type { Reading } from '../../change/change.ts';
import type { AuditSettings } from '../../cluster/audit-keys.ts';
import type { KopsObject } from '../../cluster/types.ts';
import type { Context } from '../../context.ts';
import { ExternalError, UserError } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { classifyChanges, type Preview } from '../../kops/preview.ts';
import { createKubectl } from '../../live/kubectl.ts';
import { observe } from '../../live/observe.ts';
import { specMasker } from '../../report/mask.ts';
import { commandLine } from '../../process/words.ts';
import { isOff, liveReport, type LiveReport } from '../../status/running.ts';
import {
  driftOf,
  readSpecState,
  specStatus,
  type AppliedStatus,
  type ClusterStatus,
  type OpenChange,
} from '../../status/status.ts';
import { journalFor } from '../change/change.ts';
import { tellCommands } from '../command-lines.ts';
import type { StatusFlags } from './flags.ts';
import { limitedKubectl, type Around, type StatusKops } from './limit.ts';

/** A cluster that was read, and what kops says of it. */
export interface Read extends Reading {
  subject: Subject;
  applied: AppliedStatus;
}

/** How things stand with a cluster that was read; nothing secret in it. Throws only the reason of an interrupt. */
export async function readRow({ subject, applied, ...reading }: Read, around: Around): Promise<ClusterStatus> {
  const state = readSpecState(reading);
  const { cluster, kubernetesVersion } = state;
  const settings = state.present?.settings ?? {};
  const running = around.request.flags.live ? await liveStatus(cluster, settings, around) : null;
  const openChanges = await openChangesOf(subject, reading.cluster, applied, around);
  const seen = { cluster, kubernetesVersion, spec: specStatus(reading, state), applied, running, openChanges };
  const required =
    around.judge?.judge(seen, state, (wanted) => diffCommand(cluster, wanted, around.request.flags)) ?? null;
  return masked({ ...seen, drift: driftOf(seen), required }, reading);
}

/** The command that compares its policy with the one required; null for a spec, or a policy, that came on stdin. */
function diffCommand(cluster: string, wanted: string, { file, state }: StatusFlags): string | null {
  if (file === '-' || wanted === '-') return null;
  const place = [...(file === undefined ? [] : ['-f', file]), '--cluster', cluster];
  return commandLine('kops-audit', [
    'policy',
    'diff',
    ...place,
    ...(state === undefined ? [] : ['--state', state]),
    wanted,
  ]);
}

/** Design §10, Masking: what kops, the journal or a finding says may hold what is secret in the spec. */
function masked(status: ClusterStatus, { cluster, groups }: Reading): ClusterStatus {
  const masker = specMasker([cluster, ...groups].map(({ spec }) => spec));
  return masker.json(status as unknown as Json) as unknown as ClusterStatus;
}

/**
 * What the running cluster proves. The context of the kubeconfig has the cluster's name, as `kops export kubeconfig` makes it, unless
 * one is given. Throws only the reason of an interrupt.
 */
async function liveStatus(
  cluster: string,
  settings: AuditSettings,
  { request: { flags, timeoutMs, watchMs }, context: { env, io, interrupt }, limit }: Around,
): Promise<LiveReport> {
  const kubectl = createKubectl({
    context: flags.context ?? cluster,
    env,
    timeoutMs,
    signal: interrupt,
    ...(flags.kubeconfig === undefined ? {} : { kubeconfig: flags.kubeconfig }),
    ...tellCommands(flags.verbose, { io }),
  });
  const watching = { milliseconds: watchMs, wait: waiting(interrupt) };
  return liveReport(settings, await observe(limitedKubectl(kubectl, limit), !isOff(settings), watching));
}

function waiting(signal: AbortSignal): (milliseconds: number) => Promise<void> {
  return async (milliseconds) => {
    await sleep(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
  };
}

/** Where `kops update` is not asked. */
export const NOT_ASKED: AppliedStatus = { state: 'not-asked', resources: 0, others: 0, error: null, command: null };

/** What `kops update cluster` would do now; that kops cannot tell is an answer too. Throws only the reason of an interrupt. */
export async function previewOf(kops: StatusKops, name: string): Promise<Preview | UserError | ExternalError> {
  try {
    return await kops.previewUpdate(name);
  } catch (error) {
    if (error instanceof UserError || error instanceof ExternalError) return error;
    throw error;
  }
}

/** A preview, in short. */
export function appliedStatus(
  preview: Preview | Error,
  groups: readonly KopsObject[],
  name: string,
  kops: StatusKops,
): AppliedStatus {
  const command = kops.commandLine.previewUpdate(name);
  if (preview instanceof Error) return { state: 'unknown', resources: 0, others: 0, error: preview.message, command };
  const { upToDate, understood, changes } = preview;
  const resources = changes.length;
  const others = classifyChanges(preview, groups, name).other.length;
  const isApplied = upToDate || (understood && resources > 0 && others === resources);
  return { state: isApplied ? 'yes' : 'pending', resources, others, error: null, command };
}

/**
 * The recorded changes of a spec that run now or were cut off. A journal that cannot be read has none: nothing depends on it here.
 *
 * @param applied where it is, so is what was stored.
 */
async function openChangesOf(
  subject: Subject,
  cluster: KopsObject,
  applied: AppliedStatus,
  { request: { flags }, context }: Around,
): Promise<OpenChange[]> {
  const listed = await recorded(subject, flags.journal, context);
  const running = listed.flatMap((each) => (each.status === 'running' ? [runningChange(each.entry)] : []));
  const stored = applied.state === 'yes' ? [] : storedOnly(listed);
  return [...running, ...[...cutOffs(listed, cluster), ...stored].map(cutOffChange)];
}

async function recorded(subject: Subject, journal: string | undefined, context: Context): Promise<ListedEntry[]> {
  try {
    return await journalFor(journal === undefined ? {} : { journal }, context).list(subject);
  } catch {
    return [];
  }
}

/** The newest, if its spec was stored before it was cut off and nothing is known of what came after: of older ones a later change is known. */
function storedOnly([newest]: readonly ListedEntry[]): CutOff[] {
  return newest?.status === 'unfinished' && newest.entry.outcome === 'spec-written'
    ? [{ entry: newest.entry, stored: 'new' }]
    : [];
}

function runningChange({ id, command, time, user }: JournalEntry): OpenChange {
  return {
    id,
    command,
    state: 'running',
    message: `${command} ${shortId(id)} by ${user} has been running since ${minuteText(new Date(time))}`,
  };
}

function cutOffChange(found: CutOff): OpenChange {
  const { id, command } = found.entry;
  return { id, command, state: 'cut-off', message: cutOffText(found) };
}
