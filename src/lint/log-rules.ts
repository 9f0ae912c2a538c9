import { posix } from 'node:path';
import { LOG_DEFAULTS } from '../cluster/options.ts';
import { logPathProblems } from '../cluster/placement.ts';
import { worstCaseDisk } from '../cluster/settings.ts';
import type { Breach, ClusterInput, ClusterRule } from './finding.ts';

const POINTER = '/spec/kubeAPIServer';
const TWICE = 'The directory would be mounted twice; the kubelet refuses such a pod, so no API server starts.';

/** Rules about the log file. */
export const LOG_RULES: readonly ClusterRule[] = [
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
];

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
  for (const key of ['auditLogMaxAge', 'auditLogMaxBackups', 'auditLogMaxSize']) {
    const value = present.settings[key];
    if (typeof value === 'number' && value < 0)
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
