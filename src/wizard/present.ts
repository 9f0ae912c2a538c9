import type { AuditSettings } from '../cluster/audit-keys.ts';
import type { ClusterWorld } from '../cluster/facts.ts';
import { LOG_DEFAULTS } from '../cluster/options.ts';
import { isAuditPolicy } from '../policy/is-policy.ts';
import { readSpecState, type SpecReading } from '../status/status.ts';

/** What a spec says of auditing already, as far as it decides a default. */
export interface Present {
  /** The name of the policy in force, `a policy of your own` without our stamp; null where the spec holds none. */
  policy: string | null;
  /** Null: no log. */
  logPath: string | null;
  webhook: boolean;
  settings: AuditSettings;
  kubernetesVersion: string | null;
  /** In words: off, on with which policy, begun and not complete, broken, or not readable. */
  state: string;
  isOn: boolean;
}

/** As if the spec had nothing. */
export const NOTHING: Present = {
  policy: null,
  logPath: null,
  webhook: false,
  settings: {},
  kubernetesVersion: null,
  state: 'auditing is off',
  isOn: false,
};

/** A cluster that can be chosen, and what it has. */
export interface Seen extends ClusterWorld {
  name: string;
  present: Present;
}

/** Looks at a cluster, as `status` does. A spec that kOps itself could not read is told as such; `enable` says what is wrong with it. */
export function seen(world: ClusterWorld): Seen {
  const reading = readSpecState(world);
  const policy = policyName(reading);
  return {
    ...world,
    name: reading.cluster,
    present: {
      policy,
      logPath: reading.log?.path ?? null,
      webhook: reading.webhook !== null,
      settings: reading.present?.settings ?? {},
      kubernetesVersion: reading.kubernetesVersion,
      state: stateText(reading, policy),
      isOn: reading.state === 'on',
    },
  };
}

function policyName({ policy, policyText }: SpecReading): string | null {
  if (policy === null || policyText === null || !isAuditPolicy(policyText)) return null;
  if (policy.version === null) return 'a policy of your own';
  return policy.edited ? `${policy.name}, edited by hand` : policy.name;
}

function stateText({ state, present }: SpecReading, policy: string | null): string {
  const which = policy === null ? '' : `: ${policy}`;
  if (state !== 'broken') return state === 'on' ? `auditing is on${which}` : 'auditing is off';
  if (present === null) return 'auditing cannot be read';
  const { auditPolicyFile, auditLogPath, auditWebhookConfigFile } = present.settings;
  return auditPolicyFile && (auditLogPath || auditWebhookConfigFile)
    ? `auditing is broken${which}`
    : 'auditing is half set up';
}

/** Where `enable` puts the log when nothing is said: where it is, else its default; null where a webhook stands alone. */
export function logPathByItself({ logPath, webhook }: Present): string | null {
  return logPath ?? (webhook ? null : LOG_DEFAULTS.auditLogPath);
}
