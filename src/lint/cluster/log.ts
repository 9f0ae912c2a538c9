import { posix } from 'node:path';
import type { AuditSettings } from '../../cluster/audit-keys.ts';
import { LOG_DEFAULTS } from '../../cluster/options.ts';
import { logPathProblems } from '../../cluster/placement.ts';
import { contentOf } from '../../cluster/present.ts';
import { worstCaseDisk } from '../../cluster/settings.ts';
import { type ClusterBreach, type ClusterInput, type ClusterRule, clusterRule } from '../rule.ts';

const POINTER = '/spec/kubeAPIServer';

function at(key: keyof AuditSettings): string {
  return `${POINTER}/${key}`;
}

/** Rules about the log file. */
export const LOG_RULES: readonly ClusterRule[] = [
  clusterRule({
    id: 'log-path',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: 'kOps mounts the directory of the log into the pod of kube-apiserver. With a wrong one the pod does not start.',
    check: badLogPath,
    say: ({ problem }) => ({
      message: problem,
      fix: `Use ${LOG_DEFAULTS.auditLogPath}, or - for the API server's standard output.`,
    }),
  }),
  clusterRule({
    id: 'log-beside-policy',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: 'The directory would be mounted twice. The kubelet refuses such a pod, so no API server starts.',
    check: logBesidePolicy,
    say: ({ directory }) => ({
      message: `the policy and the log are both in ${directory}`,
      fix: `Put the log elsewhere, for example ${LOG_DEFAULTS.auditLogPath}.`,
    }),
  }),
  clusterRule({
    id: 'log-path-empty',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: 'kOps before 1.26.6 mounts "." for an empty path, and the pod is invalid.',
    check: ({ present }) => (present.settings.auditLogPath === '' ? [{ args: {}, pointer: at('auditLogPath') }] : []),
    say: () => ({ message: 'auditLogPath is empty', fix: 'Remove the key, or write a path.' }),
  }),
  clusterRule({
    id: 'log-value',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: 'kube-apiserver refuses this value and does not start.',
    check: badValues,
    say: ({ key, value }) => ({
      message: `${key} is ${typeof value === 'string' ? `"${value}"` : value}`,
      fix: typeof value === 'string' ? 'Write json (or legacy).' : 'Write 0 or more.',
    }),
  }),
  clusterRule({
    id: 'log-unbounded',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    why: 'When the disk is full all further events are lost, and the instance can go down.',
    check: unbounded,
    say: ({ reason, key }) => ({
      message: `the log has no upper bound: ${reason}`,
      fix: `Write ${key}: ${LOG_DEFAULTS[key]}.`,
    }),
  }),
  clusterRule({
    id: 'log-age-overflow',
    severity: 'error',
    fatal: false,
    about: 'audit',
    why: 'kube-apiserver counts the age in nanoseconds, in 64 bits. A larger one becomes another age, or one in the past: then every rotated file is deleted at once.',
    check: ageOverflow,
    say: ({ days }) => ({
      message: `auditLogMaxAge is ${days}, and more than ${MOST_DAYS} days overflow`,
      fix: `Write auditLogMaxAge: 0 to keep files of any age, or at most ${MOST_DAYS}.`,
    }),
  }),
  clusterRule({
    id: 'log-in-var-log',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    why: 'kOps mounts the directory of the log read-write, so the API server could write to all logs of the instance.',
    check: logInVarLog,
    say: ({ path }) => ({
      message: `the log ${path} is directly in /var/log`,
      fix: `Write auditLogPath: ${LOG_DEFAULTS.auditLogPath}, which has a directory of its own.`,
    }),
  }),
];

function badLogPath({ present, facts }: ClusterInput): ClusterBreach<{ problem: string }>[] {
  const path = present.settings.auditLogPath;
  if (!path) return [];
  return logPathProblems(path, facts).map(({ message }) => ({
    args: { problem: message },
    pointer: at('auditLogPath'),
  }));
}

function logBesidePolicy({ present }: ClusterInput): ClusterBreach<{ directory: string }>[] {
  const { auditLogPath: log, auditPolicyFile: policy } = present.settings;
  if (log === undefined || !policy || log === '-') return [];
  const directory = posix.dirname(posix.normalize(log));
  if (directory !== posix.dirname(posix.normalize(policy))) return [];
  return [{ args: { directory }, pointer: at('auditLogPath') }];
}

const NUMBERS = ['auditLogMaxAge', 'auditLogMaxBackups', 'auditLogMaxSize'] as const;

/** `AuditLogOptions.Validate` in k8s.io/apiserver `pkg/server/options/audit.go`, 0.36: only where there is a log. */
function badValues({ present: { settings } }: ClusterInput): ClusterBreach<{ key: string; value: string | number }>[] {
  if (!settings.auditLogPath) return [];
  const numbers = NUMBERS.flatMap((key) => {
    const value = settings[key];
    return value !== undefined && value < 0 ? [{ args: { key, value }, pointer: at(key) }] : [];
  });
  const { auditLogFormat: value = '' } = settings;
  if (['', 'json', 'legacy'].includes(value)) return numbers;
  return [...numbers, { args: { key: 'auditLogFormat', value }, pointer: at('auditLogFormat') }];
}

type UnboundedArgs = { reason: string; key: 'auditLogMaxBackups' | 'auditLogMaxSize' };

function unbounded({ present: { settings }, facts }: ClusterInput): ClusterBreach<UnboundedArgs>[] {
  const { unbounded: reason, unboundedBy: key } = worstCaseDisk(settings, facts.kubernetesVersion);
  if (key === null || reason === null) return [];
  return [{ args: { reason, key }, pointer: settings[key] === undefined ? POINTER : at(key) }];
}

/** As many days as an int64 of nanoseconds holds (`millRunOnce` of gopkg.in/natefinch/lumberjack.v2, 2.2.1). */
const MOST_DAYS = 106_751;

function ageOverflow({ present: { settings } }: ClusterInput): ClusterBreach<{ days: number }>[] {
  const { auditLogPath: path, auditLogMaxAge: days = 0 } = settings;
  if (!path || path === '-' || days <= MOST_DAYS) return [];
  return [{ args: { days }, pointer: at('auditLogMaxAge') }];
}

function logInVarLog({ present }: ClusterInput): ClusterBreach<{ path: string }>[] {
  const path = present.settings.auditLogPath;
  if (path === undefined || posix.dirname(path) !== '/var/log') return [];
  return [{ args: { path }, pointer: at('auditLogPath') }];
}

const BENCHMARK = {
  severity: 'warning',
  fatal: false,
  about: 'audit',
  why: 'kube-bench and similar tools test the flag as it is written (CIS Kubernetes Benchmark 1.9 to 1.12, checks 1.2.16 to 1.2.19 and 3.2.1).',
} as const;

/** What the CIS Kubernetes Benchmark wants of the audit flags, judged on the spec (kube-bench `cfg/cis-1.12/master.yaml`). */
export const CIS_RULES: readonly ClusterRule[] = [
  clusterRule({
    ...BENCHMARK,
    id: 'cis-policy-file',
    check: (input) => (input.present.settings.auditPolicyFile || isTold(input) ? [] : [{ args: {}, pointer: POINTER }]),
    say: () => ({
      message: 'auditPolicyFile is not set: auditing is off (CIS 3.2.1)',
      fix: 'Run kops-audit enable, which embeds a policy and sets the path.',
    }),
  }),
  clusterRule({
    ...BENCHMARK,
    id: 'cis-log-path',
    check: noLogPath,
    say: ({ hasWebhook }) => ({
      message: `auditLogPath is not set${hasWebhook ? ', although the webhook gets the events' : ''} (CIS 1.2.16)`,
      fix: `Write auditLogPath: ${LOG_DEFAULTS.auditLogPath}.`,
    }),
  }),
  leastRule('cis-log-max-age', '1.2.17', 'auditLogMaxAge', 30, '0 keeps files of any age'),
  leastRule('cis-log-max-backups', '1.2.18', 'auditLogMaxBackups', 10, '0 keeps all rotated files'),
  leastRule(
    'cis-log-max-size',
    '1.2.19',
    'auditLogMaxSize',
    100,
    '0 means 100 up to Kubernetes 1.35, and no rotation later',
  ),
];

/**
 * The rule for a flag that CIS wants at least so high.
 *
 * @param zero what 0 means, which fails the check although it keeps more.
 */
function leastRule(
  id: string,
  benchmark: string,
  key: (typeof NUMBERS)[number],
  least: number,
  zero: string,
): ClusterRule {
  return clusterRule({
    ...BENCHMARK,
    id,
    check: (input: ClusterInput) => tooLittle(key, least, input),
    say: ({ value }) => ({
      message: `${key} ${value === null ? 'is not set' : `is ${value}`}; CIS ${benchmark} wants at least ${least}${value === 0 ? ` (${zero}, but the check wants a number)` : ''}`,
      fix: `Write ${key}: ${least}.`,
    }),
  });
}

/** A spec with a policy that no setting points to: policy-unused tells what is missing, once. */
function isTold({ present: { settings, orphans } }: ClusterInput): boolean {
  return orphans.length > 0 && !settings.auditPolicyFile && !settings.auditWebhookConfigFile;
}

function noLogPath(input: ClusterInput): ClusterBreach<{ hasWebhook: boolean }>[] {
  const { auditLogPath, auditWebhookConfigFile } = input.present.settings;
  if (auditLogPath || isTold(input)) return [];
  return [{ args: { hasWebhook: Boolean(auditWebhookConfigFile) }, pointer: POINTER }];
}

function tooLittle(
  key: (typeof NUMBERS)[number],
  least: number,
  { present: { settings }, facts }: ClusterInput,
): ClusterBreach<{ value: number | null }>[] {
  const { auditLogPath: path, [key]: value = null } = settings;
  if (!path || path === '-' || (value !== null && value >= least)) return [];
  // log-unbounded asks for the same.
  if (worstCaseDisk(settings, facts.kubernetesVersion).unboundedBy === key) return [];
  return [{ args: { value }, pointer: value === null ? POINTER : at(key) }];
}

/** Rules about where events go: is there a place for them, and do they fit in it? */
export const BACKEND_RULES: readonly ClusterRule[] = [
  clusterRule({
    id: 'policy-without-backend',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    why: 'kube-apiserver loads the policy, records nothing, and does not say so.',
    check: noBackend,
    say: () => ({
      message: 'there is an audit policy, but neither a log nor a webhook',
      fix: `Write auditLogPath: ${LOG_DEFAULTS.auditLogPath}.`,
    }),
  }),
  clusterRule({
    id: 'backend-without-policy',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    why: 'Without a policy kube-apiserver records nothing, and says so only in its debug log.',
    check: noPolicy,
    say: ({ key }) => ({
      message: `${key} is set, but auditPolicyFile is not`,
      fix: 'Run kops-audit enable, which embeds a policy and sets the path.',
    }),
  }),
  clusterRule({
    id: 'log-loses-large-events',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    why: 'An event larger than auditLogMaxSize is lost, although its request succeeds. With both bodies of an object of 1.5 MiB an event takes 3 MiB. The answer to a list has no limit.',
    check: smallFiles,
    say: ({ size }) => ({
      message: `auditLogMaxSize is ${size} MiB, and the policy records bodies: large events are lost`,
      fix: 'Write auditLogMaxSize: 100.',
    }),
  }),
];

function noBackend({ present: { settings } }: ClusterInput): ClusterBreach<Record<string, never>>[] {
  const { auditPolicyFile, auditLogPath, auditWebhookConfigFile } = settings;
  if (!auditPolicyFile || auditLogPath || auditWebhookConfigFile) return [];
  return [{ args: {}, pointer: at('auditPolicyFile') }];
}

function noPolicy({ present: { settings } }: ClusterInput): ClusterBreach<{ key: string }>[] {
  const key = (['auditLogPath', 'auditWebhookConfigFile'] as const).find((name) => settings[name]);
  return settings.auditPolicyFile || key === undefined ? [] : [{ args: { key }, pointer: at(key) }];
}

/** Below this, in MB, an event with bodies can be larger than a file. */
const ENOUGH = 10;

function smallFiles({ present: { settings, policy }, facts }: ClusterInput): ClusterBreach<{ size: number }>[] {
  const { auditLogPath: path, auditLogMaxSize: size } = settings;
  if (!path || path === '-' || !policy || size === undefined || size <= 0 || size >= ENOUGH) return [];
  const rules = facts.policies.load(contentOf(policy.asset)).policy?.rules ?? [];
  const hasBodies = rules.some(({ level }) => level === 'Request' || level === 'RequestResponse');
  return hasBodies ? [{ args: { size }, pointer: at('auditLogMaxSize') }] : [];
}
