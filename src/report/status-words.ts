import type { Severity } from '../lint/rule.ts';
import type { LiveState } from '../live/types.ts';
import type { AuditState, ClusterStatus, LogStatus, PolicyStatus, StatusRow, UpdateStatus } from './status-types.ts';
import type { Style } from './style.ts';

/** How a state is coloured. */
export const STATE_PAINT: Readonly<Record<AuditState, keyof Style>> = {
  on: 'green',
  off: 'dim',
  broken: 'red',
  failed: 'red',
};

/** One cell of a table: the template, or that it is a person's own. */
export function policyCell(policy: PolicyStatus | null): string {
  if (policy === null) return '-';
  const name = policy.version === null ? 'own' : `${policy.name} ${policy.version}`;
  return policy.edited ? `${name}, edited` : name;
}

/** The disk a log takes at worst, as `1.1 GiB`. */
export function diskCell(log: LogStatus | null, webhook: string | null): string {
  if (log === null) return webhook === null ? '-' : 'webhook';
  if (log.path === '-') return 'stdout';
  return log.worstCaseMiB === null ? 'no limit' : diskText(log.worstCaseMiB);
}

/** Mebibytes as a person says them. */
export function diskText(mebibytes: number): string {
  return mebibytes < 1024 ? `${mebibytes} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}

const LETTERS: Readonly<Record<Severity, string>> = { error: 'E', warning: 'W', info: 'I' };

/** How many findings there are of each severity: `1E 2W`. */
export function findingsCell({ findings }: Pick<ClusterStatus, 'findings'>): string {
  const counts = (['error', 'warning', 'info'] as const).map((severity) => ({
    letter: LETTERS[severity],
    count: findings.filter((finding) => finding.severity === severity).length,
  }));
  const shown = counts.filter(({ count }) => count > 0).map(({ letter, count }) => `${count}${letter}`);
  return shown.length === 0 ? '-' : shown.join(' ');
}

/** Whether an update is pending, in a word. */
export const UPDATE_CELL: Readonly<Record<UpdateStatus['state'], string>> = {
  none: 'none',
  pending: 'pending',
  unknown: 'unknown',
  'not-asked': '-',
};

/** What the running cluster proves, in a word or two. */
export const LIVE_CELL: Readonly<Record<LiveState, string>> = {
  unknown: 'unknown',
  'not-ready': 'not ready',
  'wrong-flags': 'wrong flags',
  off: 'off',
  failing: 'losing events',
  'not-flowing': 'not flowing',
  flowing: 'flowing',
};

/** Whether a cluster was asked with --live. */
export function isLive(row: StatusRow): boolean {
  return row.state !== 'failed' && row.live !== null;
}
