import { posix } from 'node:path';
import { quantityOf } from '../../cluster/audit-keys.ts';
import type { ClusterFacts } from '../../cluster/facts.ts';
import { groupFilesAt, groupsBringAll, groupsWithout } from '../../cluster/file-assets.ts';
import { defaultPolicyFile, policyPathProblems } from '../../cluster/placement.ts';
import { assetAt, contentOf } from '../../cluster/present.ts';
import { findNamed, namedFiles, type WebhookProblem, webhookProblems } from '../../cluster/webhook.ts';
import { legacyAll, type LegacyBreach as Breach } from '../legacy.ts';
import type { ClusterInput, ClusterRule } from '../rule.ts';
import { FIRST_WINS, ROLES_ARE_WORDS, placedFiles, shadowing, type PlacedFile, undelivered } from './files.ts';

const POINTER = '/spec/kubeAPIServer';

/** Rules about the webhook. */
export const WEBHOOK_RULES: readonly ClusterRule[] = legacyAll([
  {
    id: 'webhook-directory',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: 'kOps refuses the spec from 1.26.6 on; before, the file is not mounted and kube-apiserver ends at start-up.',
    check: webhookElsewhere,
  },
  {
    id: 'webhook-asset-missing',
    severity: 'error',
    fatal: false,
    about: 'audit',
    why: 'kube-apiserver ends at start-up when its webhook config is missing, or a file that it names.',
    check: (input) => [...webhookMissing(input), ...webhookConfig(input, 'webhook-asset-missing')],
  },
  {
    id: 'webhook-not-delivered',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: `kube-apiserver ends at start-up when it cannot read its webhook config or a file that it names. ${ROLES_ARE_WORDS}`,
    check: webhookUndelivered,
  },
  {
    id: 'webhook-shadowed',
    severity: 'error',
    fatal: false,
    about: 'audit',
    why: FIRST_WINS,
    check: (input) => shadowing(input.present.webhook, input, 'webhook config'),
  },
  {
    id: 'webhook-unreadable',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: 'kube-apiserver ends at start-up when it cannot read its webhook config.',
    check: (input) => webhookConfig(input, 'webhook-unreadable'),
  },
  {
    id: 'webhook-config',
    severity: 'error',
    fatal: false,
    about: 'audit',
    why: 'kube-apiserver starts with it, but events are lost or can be read on their way.',
    check: (input) => webhookConfig(input, 'webhook-config'),
  },
  {
    id: 'webhook-plain-http',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    why: 'Events hold the names and addresses of everyone, and what they asked for.',
    check: (input) => webhookConfig(input, 'webhook-plain-http'),
  },
  {
    id: 'webhook-mode',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: 'kube-apiserver checks its flags at start-up and ends.',
    check: webhookMode,
  },
  {
    id: 'webhook-value',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: 'kube-apiserver checks its flags at start-up and ends.',
    check: (input) => [...badBatchValues(input), ...beyondFloat(input)],
  },
]);

function webhookElsewhere({ present, facts }: ClusterInput): Breach[] {
  const { auditWebhookConfigFile: webhook, auditPolicyFile: policy } = present.settings;
  if (typeof webhook !== 'string' || webhook === '') return [];
  const pointer = `${POINTER}/auditWebhookConfigFile`;
  if (typeof policy !== 'string' || policy === '')
    return [{ message: 'there is a webhook config but no audit policy', mend: 'Give --policy NAME.', pointer }];
  const isBeside = posix.dirname(webhook) === posix.dirname(policy);
  const safe = posix.dirname(defaultPolicyFile(facts));
  const isPolicyAtFault = policyPathProblems(policy, facts).length > 0;
  const mend = isPolicyAtFault
    ? `Move the policy to ${safe}, and the webhook config with it: enable does that.`
    : `Put it into ${posix.dirname(policy)}.`;
  const problems = policyPathProblems(webhook, facts).map(({ message }) => ({ message, mend, pointer }));
  if (isBeside) return problems;
  return [
    ...problems,
    { message: `the webhook config ${webhook} is not in the directory of the policy`, mend, pointer },
  ];
}

function webhookMissing({ present, facts }: ClusterInput): Breach[] {
  const path = present.settings['auditWebhookConfigFile'];
  if (typeof path !== 'string' || path === '' || present.webhook || groupsBringAll(path, facts)) return [];
  const lacking = groupFilesAt(path, facts).length > 0 ? groupsWithout(path, facts).map(({ name }) => name) : [];
  return [
    {
      message: `auditWebhookConfigFile is ${path}, but no file asset puts a file there${lacking.length > 0 ? ` in ${lacking.join(', ')}` : ''}`,
      mend: 'Give --webhook-config FILE.',
      pointer: `${POINTER}/auditWebhookConfigFile`,
    },
  ];
}

function webhookUndelivered(input: ClusterInput): Breach[] {
  const { present, facts } = input;
  const own = present.webhook ? undelivered(present.webhook, "the webhook config's", facts) : [];
  const ofFiles = configsInForce(input).flatMap(({ file, readers, directory }) =>
    namedFiles(contentOf(file.asset), directory)
      .filter(({ isNeeded }) => isNeeded)
      .flatMap(({ key, path }) => {
        const located = assetAt(present.assets, path);
        const whose = `${configName(file)} names ${path} as its ${key}; that file asset's`;
        return located ? undelivered(located, whose, readers) : [];
      }),
  );
  return [...own, ...ofFiles];
}

interface ConfigInForce {
  file: PlacedFile;
  /** Of the instance groups those alone that read it. */
  readers: ClusterFacts;
  directory: string;
}

function configsInForce(input: ClusterInput): ConfigInForce[] {
  const { present, facts } = input;
  const path = String(present.settings['auditWebhookConfigFile']);
  return placedFiles(input, 'auditWebhookConfigFile').flatMap((file) => {
    const groups =
      file.group === null ? groupsWithout(path, facts) : facts.groups.filter(({ name }) => name === file.group);
    if (groups.length === 0 && groupsBringAll(path, facts)) return [];
    return [{ file, readers: { ...facts, groups }, directory: posix.dirname(path) }];
  });
}

function configName({ group }: PlacedFile): string {
  return `the webhook config${group === null ? '' : ` of instance group ${group}`}`;
}

/** What one rule says of the content of the webhook configs in force. */
function webhookConfig(input: ClusterInput, rule: WebhookProblem['rule']): Breach[] {
  const { assets } = input.present;
  return configsInForce(input).flatMap(({ file, readers, directory }) =>
    webhookProblems(contentOf(file.asset), (path, key) => findNamed(path, key, directory, { ...readers, assets }))
      .filter((problem) => problem.rule === rule)
      .map(({ message, mend, line, column, about }) => ({
        message: `${configName(file)}, line ${line}, column ${column}: ${message}`,
        mend,
        pointer: file.pointer,
        subject: `${file.subject} ${about}`,
      })),
  );
}

/** kube-apiserver looks at the mode and the sizes only where there is a webhook config. */
function webhookMode({ present }: ClusterInput): Breach[] {
  const mode = present.settings['auditWebhookMode'];
  if (!present.settings['auditWebhookConfigFile'] || typeof mode !== 'string') return [];
  if (['', 'batch', 'blocking', 'blocking-strict'].includes(mode)) return [];
  return [
    {
      message: `auditWebhookMode is "${mode}"`,
      mend: 'Write batch, blocking or blocking-strict.',
      pointer: `${POINTER}/auditWebhookMode`,
    },
  ];
}

const BATCH_SIZES = ['auditWebhookBatchBufferSize', 'auditWebhookBatchMaxSize'] as const;
const THROTTLE = ['auditWebhookBatchThrottleBurst', 'auditWebhookBatchThrottleQps'] as const;

/** `validateBackendBatchOptions` in k8s.io/apiserver `pkg/server/options/audit.go`: only in batch mode, the throttle only if enabled. */
function badBatchValues({ present: { settings } }: ClusterInput): Breach[] {
  if (!settings['auditWebhookConfigFile'] || (settings['auditWebhookMode'] || 'batch') !== 'batch') return [];
  const keys = settings['auditWebhookBatchThrottleEnable'] === false ? BATCH_SIZES : [...BATCH_SIZES, ...THROTTLE];
  return keys
    .filter((key) => settings[key] !== undefined && !((quantityOf(settings[key]) ?? 0) > 0))
    .map((key) => ({
      message: `${key} is not above 0`,
      mend: 'Give a number above 0, or take the key out.',
      pointer: `${POINTER}/${key}`,
    }));
}

/** The flag is a float32 (`AuditBatchOptions.AddFlags`); what rounds to more than the largest is refused, whether there is a webhook or not. */
const BEYOND_FLOAT = 2 ** 128 - 2 ** 103;

function beyondFloat({ present: { settings } }: ClusterInput): Breach[] {
  const key = 'auditWebhookBatchThrottleQps';
  if (Math.abs(quantityOf(settings[key]) ?? 0) < BEYOND_FLOAT) return [];
  return [
    {
      message: `${key} is larger than its flag can hold`,
      mend: 'Write a smaller number, such as 10.',
      pointer: `${POINTER}/${key}`,
    },
  ];
}
