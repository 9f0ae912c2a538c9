import { posix } from 'node:path';
import { LOG_DEFAULTS } from '../../cluster/options.ts';
import { logPathProblems } from '../../cluster/placement.ts';
import { contentOf } from '../../cluster/present.ts';
import { worstCaseDisk } from '../../cluster/settings.ts';
import type { ClusterInput, ClusterRule } from '../rule.ts';
import { type LegacyBreach as Breach, legacyAll } from '../legacy.ts';

const POINTER = '/spec/kubeAPIServer';
const TWICE = 'The directory would be mounted twice; the kubelet refuses such a pod, so no API server starts.';

/** Rules about the log file. */
export const LOG_RULES: readonly ClusterRule[] = legacyAll([
  {
    id: 'log-path',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: 'kOps mounts the directory of the log into the pod of kube-apiserver; a wrong one keeps the pod from starting.',
    check: badLogPath,
  },
  { id: 'log-beside-policy', severity: 'error', fatal: true, about: 'audit', why: TWICE, check: logBesidePolicy },
  {
    id: 'log-path-empty',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: 'kOps before 1.26.6 mounts "." for an empty path; the pod is invalid.',
    check: emptyLogPath,
  },
  {
    id: 'log-value',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: 'kube-apiserver checks its flags at start-up and ends.',
    check: badValues,
  },
  {
    id: 'log-unbounded',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    why: 'A full disk loses every further event and can take the instance down.',
    check: unbounded,
  },
  {
    id: 'log-in-var-log',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    why: 'kOps mounts the directory of the log read-write: all logs of the instance become writable for the API server.',
    check: logInVarLog,
  },
]);

function badLogPath({ present, facts }: ClusterInput): Breach[] {
  const path = present.settings['auditLogPath'];
  if (typeof path !== 'string' || path === '') return [];
  const mend = `Use ${LOG_DEFAULTS.auditLogPath}, or - for the API server's standard output.`;
  return logPathProblems(path, facts).map(({ message }) => ({ message, mend, pointer: `${POINTER}/auditLogPath` }));
}

function logBesidePolicy({ present }: ClusterInput): Breach[] {
  const { auditLogPath: log, auditPolicyFile: policy } = present.settings;
  if (typeof log !== 'string' || typeof policy !== 'string' || log === '-' || policy === '') return [];
  const directory = posix.dirname(posix.normalize(log));
  if (directory !== posix.dirname(posix.normalize(policy))) return [];
  return [
    {
      message: `the policy and the log are both in ${directory}`,
      mend: `Put the log elsewhere, for example ${LOG_DEFAULTS.auditLogPath}.`,
      pointer: `${POINTER}/auditLogPath`,
    },
  ];
}

function emptyLogPath({ present }: ClusterInput): Breach[] {
  if (present.settings['auditLogPath'] !== '') return [];
  return [
    { message: 'auditLogPath is empty', mend: 'Take the key out, or give a path.', pointer: `${POINTER}/auditLogPath` },
  ];
}

/** `AuditLogOptions.Validate` in k8s.io/apiserver `pkg/server/options/audit.go`, 0.36: only where there is a log. */
function badValues({ present }: ClusterInput): Breach[] {
  if (!present.settings['auditLogPath']) return [];
  const breaches: Breach[] = [];
  for (const key of ['auditLogMaxAge', 'auditLogMaxBackups', 'auditLogMaxSize'] as const) {
    const value = present.settings[key];
    if (value !== undefined && value < 0)
      breaches.push({ message: `${key} is ${value}`, mend: 'Give 0 or more.', pointer: `${POINTER}/${key}` });
  }
  const format = present.settings['auditLogFormat'];
  if (typeof format === 'string' && !['', 'json', 'legacy'].includes(format)) {
    breaches.push({
      message: `auditLogFormat is "${format}"`,
      mend: 'Write json (or legacy).',
      pointer: `${POINTER}/auditLogFormat`,
    });
  }
  return breaches;
}

/** What CIS wants of the settings that bound a log. */
const BOUNDS = { auditLogMaxBackups: LOG_DEFAULTS.auditLogMaxBackups, auditLogMaxSize: LOG_DEFAULTS.auditLogMaxSize };

function unbounded({ present, facts }: ClusterInput): Breach[] {
  const { unbounded: reason, unboundedBy: key } = worstCaseDisk(present.settings, facts.kubernetesVersion);
  if (key === null) return [];
  const pointer = present.settings[key] === undefined ? POINTER : `${POINTER}/${key}`;
  return [{ message: `nothing bounds the log: ${reason}`, mend: `Write ${key}: ${BOUNDS[key]}.`, pointer }];
}

function logInVarLog({ present }: ClusterInput): Breach[] {
  const path = present.settings['auditLogPath'];
  if (typeof path !== 'string' || posix.dirname(path) !== '/var/log') return [];
  return [
    {
      message: `the log ${path} lies directly in /var/log`,
      mend: `A directory of its own is better: --log-path ${LOG_DEFAULTS.auditLogPath}`,
      pointer: `${POINTER}/auditLogPath`,
    },
  ];
}

const BENCHMARK =
  'kube-bench and its like test the flag as it is written: CIS Kubernetes Benchmark 1.9 to 1.12, checks 1.2.16 to 1.2.19 and 3.2.1.';

/** A flag that CIS wants at least so high (kube-bench `cfg/cis-1.12/master.yaml`). */
interface Least {
  id: string;
  check: string;
  key: 'auditLogMaxAge' | 'auditLogMaxBackups' | 'auditLogMaxSize';
  least: number;
  /** What 0 means, which fails the check although it keeps more. */
  zero: string;
}

const LEASTS: readonly Least[] = [
  { id: 'cis-log-max-age', check: '1.2.17', key: 'auditLogMaxAge', least: 30, zero: 'files of any age are kept' },
  {
    id: 'cis-log-max-backups',
    check: '1.2.18',
    key: 'auditLogMaxBackups',
    least: 10,
    zero: 'all rotated files are kept',
  },
  {
    id: 'cis-log-max-size',
    check: '1.2.19',
    key: 'auditLogMaxSize',
    least: 100,
    zero: 'Kubernetes up to 1.35 takes it for 100, later ones never rotate',
  },
];

/** What the CIS Kubernetes Benchmark wants of the audit flags, judged on the spec. */
export const CIS_RULES: readonly ClusterRule[] = legacyAll([
  { ...advice('cis-policy-file'), check: noPolicyFile },
  { ...advice('cis-log-path'), check: noLogPath },
  ...LEASTS.map((least) => ({ ...advice(least.id), check: (input: ClusterInput) => tooLittle(least, input) })),
]);

function advice(id: string): Omit<ClusterRule, 'check' | 'say' | 'join'> {
  return { id, severity: 'warning', fatal: false, about: 'audit', why: BENCHMARK };
}

/** A spec with a policy that no setting points to: policy-unused tells what is missing, once. */
function isTold({ present: { settings, orphans } }: ClusterInput): boolean {
  return orphans.length > 0 && !settings['auditPolicyFile'] && !settings['auditWebhookConfigFile'];
}

function noPolicyFile(input: ClusterInput): Breach[] {
  if (input.present.settings['auditPolicyFile'] || isTold(input)) return [];
  const message = 'no auditPolicyFile: auditing is off (CIS 3.2.1)';
  return [{ message, mend: 'kops-audit enable embeds a policy and sets the path.', pointer: '/spec/kubeAPIServer' }];
}

function noLogPath(input: ClusterInput): Breach[] {
  const { settings } = input.present;
  if (settings['auditLogPath'] || isTold(input)) return [];
  const rest = settings['auditWebhookConfigFile'] ? ', although the webhook gets the events' : '';
  const message = `no auditLogPath${rest} (CIS 1.2.16)`;
  return [{ message, mend: 'Set it: kops-audit enable does.', pointer: '/spec/kubeAPIServer' }];
}

function tooLittle({ check, key, least, zero }: Least, { present: { settings } }: ClusterInput): Breach[] {
  const { auditLogPath: path } = settings;
  const value = settings[key];
  if (typeof path !== 'string' || path === '' || path === '-') return [];
  if (typeof value === 'number' && value >= least) return [];
  const written = value === undefined ? 'is not set' : `is ${String(value)}`;
  const yet = value === 0 ? `: ${zero}, yet the check wants a number` : '';
  return [
    {
      message: `${key} ${written}, CIS ${check} wants at least ${least}${yet}`,
      mend: `Write ${key}: ${least}.`,
      pointer: `/spec/kubeAPIServer${value === undefined ? '' : `/${key}`}`,
    },
  ];
}

/** Rules about where events go: is there a place for them, and do they fit in it? */
export const BACKEND_RULES: readonly ClusterRule[] = legacyAll([
  {
    id: 'policy-without-backend',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    why: 'kube-apiserver loads the policy and records nothing, without a word.',
    check: noBackend,
  },
  {
    id: 'backend-without-policy',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    why: 'Without a policy kube-apiserver records nothing, and says so only in its debug log.',
    check: noPolicy,
  },
  {
    id: 'log-loses-large-events',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    why: 'An event that is larger than auditLogMaxSize is lost, though its request succeeds. One with both bodies of an object of 1.5 MB takes 3 MB, the answer to a list has no bound.',
    check: smallFiles,
  },
]);

function noBackend({ present: { settings } }: ClusterInput): Breach[] {
  const { auditPolicyFile, auditLogPath, auditWebhookConfigFile } = settings;
  if (!auditPolicyFile || auditLogPath || auditWebhookConfigFile) return [];
  const message = 'there is an audit policy, but neither a log nor a webhook';
  return [{ message, mend: 'Set auditLogPath: kops-audit enable does.', pointer: `${POINTER}/auditPolicyFile` }];
}

function noPolicy({ present: { settings } }: ClusterInput): Breach[] {
  const key = (['auditLogPath', 'auditWebhookConfigFile'] as const).find((name) => settings[name]);
  if (settings['auditPolicyFile'] || key === undefined) return [];
  const message = `${key} is set, but no auditPolicyFile`;
  return [{ message, mend: 'kops-audit enable embeds a policy and sets the path.', pointer: `${POINTER}/${key}` }];
}

/** Below this, in MB, an event with bodies can be larger than a file. */
const ENOUGH = 10;

function smallFiles({ present: { settings, policy }, facts }: ClusterInput): Breach[] {
  const { auditLogPath: path, auditLogMaxSize: size } = settings;
  if (typeof path !== 'string' || path === '' || path === '-' || !policy) return [];
  if (typeof size !== 'number' || size <= 0 || size >= ENOUGH) return [];
  const rules = facts.policies.load(contentOf(policy.asset)).policy?.rules ?? [];
  if (!rules.some(({ level }) => level === 'Request' || level === 'RequestResponse')) return [];
  return [
    {
      message: `auditLogMaxSize is ${size} MB, and the policy records bodies: large events are lost`,
      mend: 'Write auditLogMaxSize: 100.',
      pointer: `${POINTER}/auditLogMaxSize`,
    },
  ];
}
