import type { Breach, ClusterInput, ClusterRule } from '../finding.ts';

const BENCHMARK =
  'kube-bench and its like test the flag as it is written: CIS Kubernetes Benchmark 1.9 to 1.12, checks 1.2.16 to 1.2.19 and 3.2.1.';

/** A flag that CIS wants at least so high (kube-bench `cfg/cis-1.12/master.yaml`). */
interface Least {
  id: string;
  check: string;
  key: string;
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
export const CIS_RULES: readonly ClusterRule[] = [
  { ...advice('cis-policy-file'), check: noPolicyFile },
  { ...advice('cis-log-path'), check: noLogPath },
  ...LEASTS.map((least) => ({ ...advice(least.id), check: (input: ClusterInput) => tooLittle(least, input) })),
];

function advice(id: string): Omit<ClusterRule, 'check'> {
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
