import type { AuditSettings } from '../cluster/audit-keys.ts';
import { readFacts, type ClusterFacts, type ClusterWorld } from '../cluster/facts.ts';
import { contentOf, policyInForce, readPresentAudit, type FileInForce, type PresentAudit } from '../cluster/present.ts';
import { worstCaseDisk } from '../cluster/settings.ts';
import { SpecError } from '../cluster/types.ts';
import { UNREADABLE } from '../lint/cluster/spec.ts';
import { isAboutAudit } from '../lint/judge.ts';
import { ADVICE_RULES, applyRules, CLUSTER_RULES, policyFindings } from '../lint/lint-cluster.ts';
import type { Finding } from '../lint/rule.ts';
import { readStamp } from '../policy/render/stamp.ts';
import { isOff, type LiveReport } from './running.ts';

/** Whether auditing is on, by the spec. `broken`: the API server would not start with it, or it records nothing although it was meant to. */
type AuditState = 'on' | 'off' | 'broken';

/** The same; `drift`: it is on, with a policy that was edited by hand since kops-audit wrote it. */
export type SpecVerdict = AuditState | 'drift';

/** The embedded policy, and what its stamp says. */
export interface PolicyStatus {
  /** The template's or the file's name by the stamp; without one the file asset's. */
  name: string;
  path: string;
  /** The release of kops-audit that wrote it; null where it has no stamp. */
  version: string | null;
  /** The parameters by the stamp. */
  parameters: Record<string, string>;
  /** Its text is not what was stamped. */
  edited: boolean;
}

/** The log backend. */
export interface LogStatus {
  /** `-` is stdout. */
  path: string;
  /** The most it takes on one API server, in MiB; null where nothing bounds it, or it is stdout. */
  worstCaseMiB: number | null;
  unbounded: string | null;
}

/** What a spec tells of auditing, its instance groups included. */
interface SpecState {
  cluster: string;
  state: AuditState;
  kubernetesVersion: string | null;
  /** The one in force: that of the Cluster, unless each group with an API server brings its own. */
  policy: PolicyStatus | null;
  log: LogStatus | null;
  /** The path of the webhook's config. */
  webhook: string | null;
}

/** The same with what it was read from. */
export interface SpecReading extends SpecState {
  facts: ClusterFacts;
  /** Null where kOps cannot read the spec: a finding says why. */
  present: PresentAudit | null;
  /** The text of the policy in force; null where the spec holds none. */
  policyText: string | null;
  /** What the rules for Clusters find. */
  found: Finding[];
}

/** Judges a cluster's spec as far as it decides whether auditing is on. A value that kOps cannot read is a finding; nothing is thrown. */
export function readSpecState(world: ClusterWorld): SpecReading {
  const facts = readFacts(world);
  const { cluster } = world;
  const { kubernetesVersion } = facts;
  const head = { cluster: cluster.metadata.name, kubernetesVersion, facts };
  try {
    const present = readPresentAudit(cluster, facts.distribution);
    const { settings } = present;
    const policy = policyInForce(present, facts);
    const found = applyRules(CLUSTER_RULES, { cluster, facts, present });
    return {
      ...head,
      state: stateOf(settings, found),
      policy: policy && policyStatus(policy),
      log: logStatus(settings, kubernetesVersion),
      webhook: settings.auditWebhookConfigFile || null,
      present,
      policyText: policy && contentOf(policy.asset),
      found,
    };
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    const nothing = { policy: null, log: null, webhook: null, present: null, policyText: null };
    return { ...head, state: 'broken', ...nothing, found: [unreadable(error)] };
  }
}

/** What a spec tells of auditing, and all that is to be said about it. */
export interface SpecStatus extends Omit<SpecState, 'state' | 'cluster' | 'kubernetesVersion'> {
  state: SpecVerdict;
  findings: Finding[];
}

/** Judges a cluster's spec: those of `enable`, what its policy is worth, and good advice where it has audit settings. */
export function specStatus({ cluster }: ClusterWorld, reading: SpecReading): SpecStatus {
  const { facts, present, found, policy, log, webhook } = reading;
  const state: SpecVerdict = reading.state === 'on' && policy?.edited ? 'drift' : reading.state;
  const seen = { state, policy, log, webhook };
  if (present === null) return { ...seen, findings: found };
  const advice = isOff(present.settings) ? [] : applyRules(ADVICE_RULES, { cluster, facts, present });
  return { ...seen, findings: [...found, ...policyFindings(present, facts), ...advice] };
}

/**
 * Without a policy kube-apiserver records nothing, and without a backend it has nowhere to (`pkg/server/options/audit.go`). That nothing
 * brings the policy is a finding, where no script may.
 */
function stateOf(settings: AuditSettings, findings: readonly Finding[]): AuditState {
  if (isOff(settings)) return 'off';
  const { auditPolicyFile, auditLogPath, auditWebhookConfigFile } = settings;
  const isWhole = Boolean(auditPolicyFile && (auditLogPath || auditWebhookConfigFile));
  return isWhole && !findings.some(breaksAuditing) ? 'on' : 'broken';
}

function breaksAuditing(finding: Finding): boolean {
  return finding.severity === 'error' && (finding.fatal || (isAboutAudit(finding) && !RECORDS.has(finding.rule)));
}

/** Errors with which the API server starts and records: not what was meant, or not for as long. */
export const RECORDS: ReadonlySet<string> = new Set(['key-dropped', 'log-age-overflow']);

function policyStatus({ asset, path }: FileInForce): PolicyStatus {
  const stamp = readStamp(contentOf(asset));
  return {
    name: stamp?.policy ?? asset.name ?? path,
    path,
    version: stamp?.version ?? null,
    parameters: stamp?.set ?? {},
    edited: stamp?.edited ?? false,
  };
}

function logStatus(settings: AuditSettings, kubernetesVersion: string | null): LogStatus | null {
  const { auditLogPath: path } = settings;
  if (!path) return null;
  const { mebibytes, unbounded } = worstCaseDisk(settings, kubernetesVersion);
  return { path, worstCaseMiB: mebibytes, unbounded };
}

function unreadable({ message, hint = '', pointer }: SpecError): Finding {
  return UNREADABLE.found({ message, hint }, { subject: pointer, pointer });
}

/**
 * Whether kops has applied the spec, by the preview of `kops update cluster`. `yes`: nothing of what it would change is for auditing;
 * `not-asked`: with -f or --no-update.
 */
export interface AppliedStatus {
  state: 'yes' | 'pending' | 'unknown' | 'not-asked';
  /** Resources that would change, and those of them that auditing never touches. */
  resources: number;
  others: number;
  /** Why it is not known. */
  error: string | null;
  /** The command that shows it; null where it was not asked. */
  command: string | null;
}

/** A recorded change that has not come to its end. */
export interface OpenChange {
  id: string;
  command: string;
  state: 'running' | 'cut-off';
  message: string;
}

/** A way in which what is there is not what was meant. */
type Drift = 'policy-edited' | 'update-pending' | 'not-ready' | 'wrong-flags' | 'failing' | 'not-flowing';

/** How things stand with a cluster: three states that are looked at apart, and what follows from them. */
export interface ClusterStatus {
  cluster: string;
  kubernetesVersion: string | null;
  /** What the spec says. */
  spec: SpecStatus;
  /** Whether kops has applied it. */
  applied: AppliedStatus;
  /** What runs; null where the running cluster was not asked. */
  running: LiveReport | null;
  openChanges: OpenChange[];
  drift: Drift[];
  /** Whether it is as --require says; null without it. */
  required: Required | null;
}

/** Whether a cluster is as it must be. */
export interface Required {
  /** `on`, or the policy. */
  wanted: string;
  state: 'met' | 'not-met' | 'unknown';
  /** Why it is not, or not known; null where it is met. */
  why: string | null;
  /** The command that shows in what its policy is another; null where it is not that. */
  command: string | null;
}

/** In which ways what is there is not what was meant. */
export function driftOf(seen: Pick<ClusterStatus, 'spec' | 'applied' | 'running'>): Drift[] {
  return DRIFTS.flatMap(([name, holds]) => (holds(seen) ? [name] : []));
}

type Seen = Parameters<typeof driftOf>[0];

const DRIFTS: readonly (readonly [Drift, (seen: Seen) => boolean])[] = [
  ['policy-edited', ({ spec }) => spec.policy?.edited ?? false],
  ['update-pending', ({ applied }) => applied.state === 'pending' || applied.resources > 0],
  ['not-ready', ({ running }) => running?.state === 'not-ready'],
  ['wrong-flags', ({ running }) => running?.servers.some(({ differences }) => differences.length > 0) ?? false],
  ['failing', ({ running }) => running?.state === 'failing'],
  ['not-flowing', ({ running }) => running?.state === 'not-flowing'],
];
