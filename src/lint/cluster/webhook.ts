import { posix } from 'node:path';
import { quantityOf } from '../../cluster/audit-keys.ts';
import type { ClusterFacts } from '../../cluster/facts.ts';
import { groupFilesAt, groupsBringAll, groupsWithout } from '../../cluster/file-assets.ts';
import { defaultPolicyFile, policyPathProblems } from '../../cluster/placement.ts';
import { assetAt, contentOf } from '../../cluster/present.ts';
import { findNamed, namedFiles, type WebhookProblem, webhookProblems } from '../../cluster/webhook.ts';
import { type ClusterBreach, type ClusterInput, type ClusterRule, clusterRule } from '../rule.ts';
import {
  FIRST_WINS,
  type PlacedFile,
  placedFiles,
  ROLES_ARE_WORDS,
  shadowing,
  shadowWords,
  undelivered,
  type UndeliveredArgs,
  undeliveredWords,
} from './files.ts';

const POINTER = '/spec/kubeAPIServer';

/** Rules about the webhook. */
export const WEBHOOK_RULES: readonly ClusterRule[] = [
  clusterRule({
    id: 'webhook-directory',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: 'kOps 1.26.6 and later refuse the spec. Earlier ones do not mount the file, and kube-apiserver does not start.',
    check: webhookElsewhere,
    say: ({ problem, webhook, home }) => ({
      message: problem ?? directoryText(webhook, home),
      fix: directoryFix(home),
    }),
  }),
  clusterRule({
    id: 'webhook-asset-missing',
    severity: 'error',
    fatal: false,
    about: 'audit',
    why: 'kube-apiserver does not start when its webhook config is missing, or a file that it names.',
    check: missingFiles,
    say: (args) =>
      'named' in args
        ? configWords(args.named)
        : {
            message: `auditWebhookConfigFile is ${args.path}, but no file asset writes that file${args.lacking.length > 0 ? ` in ${args.lacking.join(', ')}` : ''}`,
            fix: 'Run kops-audit enable --webhook-config FILE, which embeds it.',
          },
  }),
  clusterRule({
    id: 'webhook-not-delivered',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: `kube-apiserver does not start when it cannot read its webhook config or a file that it names. ${ROLES_ARE_WORDS}`,
    check: webhookUndelivered,
    say: ({ delivery, group, names }) =>
      undeliveredWords(
        delivery,
        names === null
          ? "the webhook config's"
          : `${configName(group)} names ${names.path} as its ${names.key}; that file asset's`,
      ),
  }),
  clusterRule({
    id: 'webhook-shadowed',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    stopsChange: true,
    why: FIRST_WINS,
    check: (input) => shadowing(input.present.webhook, input),
    say: (args) => shadowWords(args, 'webhook config'),
  }),
  configRule({
    id: 'webhook-unreadable',
    severity: 'error',
    fatal: true,
    why: 'kube-apiserver does not start when it cannot read its webhook config.',
  }),
  configRule({
    id: 'webhook-config',
    severity: 'error',
    fatal: false,
    why: 'kube-apiserver starts with it, but events are lost or can be read in transit.',
  }),
  configRule({
    id: 'webhook-plain-http',
    severity: 'warning',
    fatal: false,
    why: 'Events hold names and addresses of users, and what they asked for.',
  }),
  clusterRule({
    id: 'webhook-mode',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: 'kube-apiserver refuses this value and does not start.',
    check: webhookMode,
    say: ({ mode }) => ({
      message: `auditWebhookMode is "${mode}"`,
      fix: 'Write batch, blocking or blocking-strict.',
    }),
  }),
  clusterRule({
    id: 'webhook-value',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: 'kube-apiserver refuses this value and does not start.',
    check: (input) => [...badBatchValues(input), ...beyondFloat(input)],
    say: ({ key, isTooLarge }) =>
      isTooLarge
        ? { message: `${key} is larger than its flag can hold`, fix: 'Write a smaller number, such as 10.' }
        : { message: `${key} is not above 0`, fix: 'Write a number above 0, or remove the key.' },
  }),
];

/** The rule for one kind of what is said of the content of a webhook config. */
function configRule(
  heading: Pick<ClusterRule, 'severity' | 'fatal' | 'why'> & { id: WebhookProblem['rule'] },
): ClusterRule {
  return clusterRule({
    ...heading,
    about: 'audit',
    check: (input: ClusterInput) => webhookConfig(input, heading.id),
    say: configWords,
  });
}

/** `problem`: what the room of the spec says is wrong with its path; null: it is not in the directory of the policy. */
type DirectoryArgs = { problem: string | null; webhook: string; home: PolicyHome | null };

/** Where the policy is; `safe`: where both have to go, as it cannot be there. */
type PolicyHome = { directory: string; safe: string | null };

function directoryText(webhook: string, home: PolicyHome | null): string {
  return home === null
    ? 'there is a webhook config but no audit policy'
    : `the webhook config ${webhook} is not in the directory of the policy`;
}

function directoryFix(home: PolicyHome | null): string {
  if (home === null) return 'Run kops-audit enable --policy NAME, which embeds a policy.';
  return home.safe === null
    ? `Move it to ${home.directory}.`
    : `Move the policy to ${home.safe}, and the webhook config with it. kops-audit enable does that.`;
}

function webhookElsewhere({ present, facts }: ClusterInput): ClusterBreach<DirectoryArgs>[] {
  const { auditWebhookConfigFile: webhook, auditPolicyFile: policy } = present.settings;
  if (!webhook) return [];
  const pointer = `${POINTER}/auditWebhookConfigFile`;
  if (!policy) return [{ args: { problem: null, webhook, home: null }, pointer }];
  const directory = posix.dirname(policy);
  const isPolicyAtFault = policyPathProblems(policy, facts).length > 0;
  const home = { directory, safe: isPolicyAtFault ? posix.dirname(defaultPolicyFile(facts)) : null };
  const problems = policyPathProblems(webhook, facts).map(({ message }) => message);
  const isBeside = posix.dirname(webhook) === directory;
  return [...problems, ...(isBeside ? [] : [null])].map((problem) => ({ args: { problem, webhook, home }, pointer }));
}

/** `lacking`: the instance groups without a file there, where others have one. `named`: a file that the config names is. */
type MissingArgs = { path: string; lacking: readonly string[] } | { named: ConfigArgs };

function missingFiles(input: ClusterInput): ClusterBreach<MissingArgs>[] {
  const ofConfigs = webhookConfig(input, 'webhook-asset-missing').map(({ args, ...place }) => ({
    ...place,
    args: { named: args },
  }));
  return [...webhookMissing(input), ...ofConfigs];
}

function webhookMissing({ present, facts }: ClusterInput): ClusterBreach<MissingArgs>[] {
  const path = present.settings.auditWebhookConfigFile;
  if (!path || present.webhook || groupsBringAll(path, facts)) return [];
  const lacking = groupFilesAt(path, facts).length > 0 ? groupsWithout(path, facts).map(({ name }) => name) : [];
  return [{ args: { path, lacking }, pointer: `${POINTER}/auditWebhookConfigFile` }];
}

/** What is not delivered: the webhook config, or what that of a group (null: of the Cluster) names. */
type NotDeliveredArgs = {
  delivery: UndeliveredArgs;
  group: string | null;
  names: { path: string; key: string } | null;
};

function webhookUndelivered(input: ClusterInput): ClusterBreach<NotDeliveredArgs>[] {
  const { present, facts } = input;
  const own = (present.webhook ? undelivered(present.webhook, facts) : []).map(({ args, ...place }) => ({
    ...place,
    args: { delivery: args, group: null, names: null },
  }));
  const ofFiles = configsInForce(input).flatMap(({ file, readers, directory }) =>
    namedFiles(contentOf(file.asset), directory)
      .filter(({ isNeeded }) => isNeeded)
      .flatMap(({ key, path }) => {
        const located = assetAt(present.assets, path);
        return (located ? undelivered(located, readers) : []).map(({ args, ...place }) => ({
          ...place,
          args: { delivery: args, group: file.group, names: { path, key } },
        }));
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

function configName(group: string | null): string {
  return `the webhook config${group === null ? '' : ` of instance group ${group}`}`;
}

/** What the room of the spec says of a webhook config, that of a group or (null) of the Cluster. */
type ConfigArgs = { group: string | null; line: number; column: number; problem: string; fix: string };

function configWords({ group, line, column, problem, fix }: ConfigArgs): { message: string; fix: string } {
  return { message: `${configName(group)}, line ${line}, column ${column}: ${problem}`, fix };
}

/** What one rule says of the content of the webhook configs in force. */
function webhookConfig(input: ClusterInput, rule: WebhookProblem['rule']): ClusterBreach<ConfigArgs>[] {
  const { assets } = input.present;
  return configsInForce(input).flatMap(({ file, readers, directory }) =>
    webhookProblems(contentOf(file.asset), (path, key) => findNamed(path, key, directory, { ...readers, assets }))
      .filter((problem) => problem.rule === rule)
      .map(({ message, mend, line, column, about }) => ({
        args: { group: file.group, line, column, problem: message, fix: mend },
        pointer: file.pointer,
        subject: `${file.subject} ${about}`,
      })),
  );
}

/** kube-apiserver looks at the mode and the sizes only where there is a webhook config. */
function webhookMode({ present: { settings } }: ClusterInput): ClusterBreach<{ mode: string }>[] {
  const { auditWebhookMode: mode, auditWebhookConfigFile: webhook } = settings;
  if (!webhook || mode === undefined || ['', 'batch', 'blocking', 'blocking-strict'].includes(mode)) return [];
  return [{ args: { mode }, pointer: `${POINTER}/auditWebhookMode` }];
}

type ValueArgs = { key: string; isTooLarge: boolean };

const BATCH_SIZES = ['auditWebhookBatchBufferSize', 'auditWebhookBatchMaxSize'] as const;
const THROTTLE = ['auditWebhookBatchThrottleBurst', 'auditWebhookBatchThrottleQps'] as const;

/** `validateBackendBatchOptions` in k8s.io/apiserver `pkg/server/options/audit.go`: only in batch mode, the throttle only if enabled. */
function badBatchValues({ present: { settings } }: ClusterInput): ClusterBreach<ValueArgs>[] {
  if (!settings.auditWebhookConfigFile || (settings.auditWebhookMode || 'batch') !== 'batch') return [];
  const keys = settings.auditWebhookBatchThrottleEnable === false ? BATCH_SIZES : [...BATCH_SIZES, ...THROTTLE];
  return keys
    .filter((key) => settings[key] !== undefined && !((quantityOf(settings[key]) ?? 0) > 0))
    .map((key) => ({ args: { key, isTooLarge: false }, pointer: `${POINTER}/${key}` }));
}

/** The flag is a float32 (`AuditBatchOptions.AddFlags`); what rounds to more than the largest is refused, whether there is a webhook or not. */
const BEYOND_FLOAT = 2 ** 128 - 2 ** 103;

function beyondFloat({ present: { settings } }: ClusterInput): ClusterBreach<ValueArgs>[] {
  const key = 'auditWebhookBatchThrottleQps';
  if (Math.abs(quantityOf(settings[key]) ?? 0) < BEYOND_FLOAT) return [];
  return [{ args: { key, isTooLarge: true }, pointer: `${POINTER}/${key}` }];
}
