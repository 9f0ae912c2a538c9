import { contentOf } from '../../cluster/present.ts';
import type { Breach, ClusterInput, ClusterRule } from '../finding.ts';

const POINTER = '/spec/kubeAPIServer';

/** Rules about where events go: is there a place for them, and do they fit in it? */
export const BACKEND_RULES: readonly ClusterRule[] = [
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
];

function noBackend({ present: { settings } }: ClusterInput): Breach[] {
  const { auditPolicyFile, auditLogPath, auditWebhookConfigFile } = settings;
  if (!auditPolicyFile || auditLogPath || auditWebhookConfigFile) return [];
  const message = 'there is an audit policy, but neither a log nor a webhook';
  return [{ message, mend: 'Set auditLogPath: kops-audit enable does.', pointer: `${POINTER}/auditPolicyFile` }];
}

function noPolicy({ present: { settings } }: ClusterInput): Breach[] {
  const key = ['auditLogPath', 'auditWebhookConfigFile'].find((name) => settings[name]);
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
