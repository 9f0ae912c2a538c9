import { posix } from 'node:path';
import { adoptedAsset } from './adopt.ts';
import { freePath } from './free-path.ts';
import type { GroupPlace } from './group-files.ts';
import { LOG_DEFAULTS, type EnableOptions } from './options.ts';
import { defaultPolicyFile, logPathProblems, policyPathProblems, type Place } from './placement.ts';
import { holdsPolicy, type LocatedAsset, type PresentAudit } from './present.ts';
import { chooseWebhook, type ChosenWebhook } from './webhook-path.ts';

/** Where things go, and why something that stood elsewhere moves. */
export interface ChosenPaths {
  policyFile: string;
  /** The asset that holds the policy now and will hold it; null where a new one is made. */
  adopted: LocatedAsset | null;
  /** Null: no log backend. */
  logPath: string | null;
  /** Null: no webhook backend. */
  webhook: ChosenWebhook | null;
  moves: string[];
}

/** Keeps what is safe where it is, moves what is not, and says so. A path given by a flag is never moved. */
export function choosePaths(present: PresentAudit, options: EnableOptions, place: GroupPlace): ChosenPaths {
  const moves: string[] = [];
  const adopted = adoptedAsset(present, options, place);
  const logPath = chooseLogPath(present, options, place, moves);
  const policyFile = choosePolicyFile(present, adopted, logPath, options, place, moves);
  const spaced = awayFrom(policyFile, logPath, options, present, place, moves);
  const webhook = chooseWebhook(present, options, policyFile, place, moves);
  return { policyFile, adopted, logPath: spaced, webhook, moves };
}

function chooseLogPath(
  present: PresentAudit,
  options: EnableOptions,
  place: GroupPlace,
  moves: string[],
): string | null {
  if (options.noLog) return null;
  if (options.logPath !== undefined) return options.logPath;
  const now = present.settings['auditLogPath'];
  if (typeof now !== 'string' || now === '') {
    return present.settings['auditWebhookConfigFile'] ? null : freeLogPath(present, place, moves);
  }
  const [problem] = logPathProblems(now, place);
  if (!problem) return now;
  const free = freeLogPath(present, place, moves);
  moves.push(`The log moves from ${now} to ${free}: ${problem.message}.`);
  return free;
}

function freeLogPath(present: PresentAudit, place: GroupPlace, moves: string[]): string {
  return freePath(LOG_DEFAULTS.auditLogPath, 'The log', present, place, moves);
}

function choosePolicyFile(
  present: PresentAudit,
  adopted: LocatedAsset | null,
  logPath: string | null,
  options: EnableOptions,
  place: GroupPlace,
  moves: string[],
): string {
  const safe = defaultPolicyFile(place);
  const named = present.settings['auditPolicyFile'];
  if (!adopted) {
    const kept = typeof named === 'string' && named !== '' && !options.policy;
    return kept ? named : freePath(safe, 'The policy', present, place, moves);
  }
  if (!holdsPolicy(adopted.asset)) return adopted.path;
  const [problem] = policyPathProblems(adopted.path, place);
  const why = problem?.message ?? sharedDirectory(adopted.path, logPath);
  if (!why || adopted.path === safe) return adopted.path;
  const free = freePath(safe, 'The policy', withoutAsset(present, adopted), place, moves);
  moves.push(`The policy moves from ${adopted.path} to ${free}: ${why}.${releaseHint(place)}`);
  return free;
}

function withoutAsset({ assets }: PresentAudit, moved: LocatedAsset): Pick<PresentAudit, 'assets'> {
  return { assets: assets.filter((located) => located !== moved) };
}

/** Where the kOps release is not known a path has to suit all that run the Cluster's Kubernetes. */
function releaseHint({ layouts }: Place): string {
  return layouts.length > 1 ? ' With --kops-version it may stay, if your release of kOps is none of these.' : '';
}

function sharedDirectory(policyFile: string, logPath: string | null): string | null {
  if (logPath === null || logPath === '-' || posix.dirname(policyFile) !== posix.dirname(logPath)) return null;
  return 'the policy and the log must not share a directory, which would be mounted twice';
}

/** The log's path once the policy's is settled: where both still share a directory and no flag asked for it, the log gives way. */
function awayFrom(
  policyFile: string,
  logPath: string | null,
  options: EnableOptions,
  present: PresentAudit,
  place: GroupPlace,
  moves: string[],
): string | null {
  const why = sharedDirectory(policyFile, logPath);
  const isOurs = posix.dirname(policyFile) === posix.dirname(defaultPolicyFile(place));
  if (!why || options.logPath !== undefined || !isOurs) return logPath;
  const free = freeLogPath(present, place, moves);
  moves.push(`The log moves from ${logPath} to ${free}: ${why}.`);
  return free;
}
