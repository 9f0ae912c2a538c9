import { LOG_DEFAULTS } from '../cluster/options.ts';
import { contentOf, readPresentAudit } from '../cluster/present.ts';
import { readKubernetesVersion } from '../cluster/release.ts';
import type { KopsObject } from '../cluster/types.ts';
import type { AuditSettings } from '../cluster/audit-keys.ts';
import { isAuditPolicy } from '../policy/is-policy.ts';
import { readStamp } from '../policy/render/stamp.ts';
import type { Answers, World } from './question.ts';

/** What a spec says of auditing already, as far as it decides a default. */
export interface Present {
  /** The name of the policy it holds, `a policy of your own` without our stamp; null where it holds none. */
  policy: string | null;
  /** Null: no log. */
  logPath: string | null;
  webhook: boolean;
  settings: AuditSettings;
  kubernetesVersion: string | null;
  /** One of: off, on with which policy, begun and not complete, or not readable. */
  state: string;
  isOn: boolean;
}

/** Reads what a cluster has. A spec that kOps itself could not read is told as such; `enable` says what is wrong with it. */
export function presentOf(cluster: KopsObject): Present {
  const kubernetesVersion = readKubernetesVersion(cluster.spec['kubernetesVersion']);
  try {
    return { ...readPresent(cluster), kubernetesVersion };
  } catch {
    const nothing = { policy: null, logPath: null, webhook: false, settings: {}, isOn: false };
    return { ...nothing, kubernetesVersion, state: 'auditing cannot be read' };
  }
}

function readPresent(cluster: KopsObject): Omit<Present, 'kubernetesVersion'> {
  const { settings, policy: asset } = readPresentAudit(cluster, 'unknown');
  const policy = asset === null ? null : nameOf(contentOf(asset.asset));
  const logPath = text(settings.auditLogPath);
  const webhook = text(settings.auditWebhookConfigFile) !== null;
  const isOn = text(settings.auditPolicyFile) !== null && (logPath !== null || webhook);
  return { policy, logPath, webhook, settings, isOn, state: stateOf(isOn, policy, settings) };
}

function nameOf(content: string): string | null {
  if (!isAuditPolicy(content)) return null;
  return readStamp(content)?.policy ?? 'a policy of your own';
}

function stateOf(isOn: boolean, policy: string | null, settings: AuditSettings): string {
  if (isOn) return policy === null ? 'auditing is on' : `auditing is on: ${policy}`;
  return Object.keys(settings).length === 0 ? 'auditing is off' : 'auditing is half set up';
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The cluster that was chosen; null as long as none was. */
export function chosenCluster({ place, member }: Answers, { stored, inFile }: World): KopsObject | null {
  if (place !== FILE) return named(stored, place);
  return inFile.length === 1 ? inFile[0]! : named(inFile, member);
}

function named(clusters: readonly KopsObject[], name: string | undefined): KopsObject | null {
  return clusters.find(({ metadata }) => metadata.name === name) ?? null;
}

/** What the chosen cluster has; as if it had nothing where none is chosen. */
export function chosenPresent(answers: Answers, world: World): Present {
  const cluster = chosenCluster(answers, world);
  return cluster === null ? NOTHING : presentOf(cluster);
}

const NOTHING: Present = {
  policy: null,
  logPath: null,
  webhook: false,
  settings: {},
  kubernetesVersion: null,
  state: 'auditing is off',
  isOn: false,
};

/** The answers to `place` that are no cluster's name: no name has a plus in front. */
export const FILE = '+file';
export const OTHER_STORE = '+store';

/** Where `enable` puts the log when nothing is said: where it is, else its default; null where a webhook stands alone. */
export function logPathByItself({ logPath, webhook }: Present): string | null {
  return logPath ?? (webhook ? null : LOG_DEFAULTS.auditLogPath);
}
