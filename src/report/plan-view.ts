import type { Plan } from '../cluster/plan.ts';
import type { PlannedSetting } from '../cluster/settings.ts';
import type { Share } from '../policy/render/template.ts';
import type { Level } from '../policy/types.ts';
import { groupLines } from './group-lines.ts';
import { rowsView, type ViewOptions } from './rows-view.ts';

/** What is said of a policy besides what the plan holds. */
export interface PolicyFacts {
  /** The template's one-line summary; undefined for a policy of somebody's own. */
  summary?: string;
  /** What it keeps of genuine logs, against the template metadata; empty where that was not measured. */
  shares: readonly Share[];
  /** How often each level occurs among the rules. */
  levels: Readonly<Partial<Record<Level, number>>>;
}

/** The meaning of a plan, a line or more per topic: what is logged, where, what it takes, which groups it touches. */
export function planView(plan: Plan, policy: PolicyFacts, options: ViewOptions): string {
  const rows: [string, string[]][] = [
    ['Policy', policyLines(plan, policy)],
    ['Log', logLines(plan)],
    ['Disk', diskLines(plan)],
    ['Webhook', webhookLines(plan)],
    ['Groups', groupLines(plan)],
    ['Note', plan.notes],
  ];
  return rowsView(rows, options);
}

function policyLines({ policy }: Plan, { summary, shares, levels }: PolicyFacts): string[] {
  if (policy.text === null) return [`not known: no file asset puts a file at ${policy.path}`];
  const counts = Object.entries(levels).map(([level, count]) => `${count} ${level}`);
  const rules = Object.values(levels).reduce((sum, count) => sum + count, 0);
  const state = policy.before === null ? 'new' : policy.before === policy.text ? 'kept' : 'changed';
  const head = `${policy.name} (${state}), ${rules} ${rules === 1 ? 'rule' : 'rules'}: ${counts.join(', ')}`;
  return [head, ...(summary ? [summary] : []), ...shares.map(shareLine), policy.path];
}

function shareLine({ log, events, bytes }: Share): string {
  return `keeps ${events.toFixed(0)} % of the events, ${bytes.toFixed(0)} % of the bytes of metadata (${log})`;
}

function logLines({ settings }: Plan): string[] {
  const value = valueOf(settings);
  const path = value('auditLogPath');
  if (typeof path !== 'string') return ['no log file: events go to the webhook only'];
  if (path === '-') return ["standard output of kube-apiserver: kOps' log rotation applies"];
  const age = value('auditLogMaxAge');
  const backups = value('auditLogMaxBackups');
  const files = backups === 0 ? 'all rotated files' : `at most ${backups} rotated files`;
  return [path, `kept ${age === 0 ? 'for ever' : `${age} days`}, ${files} of ${value('auditLogMaxSize')} MB`];
}

function diskLines({ disk }: Plan): string[] {
  if (disk.unbounded !== null) return [`unbounded: ${disk.unbounded}`];
  return disk.mebibytes === null ? [] : [`at worst ${disk.mebibytes} MB on each instance that runs an API server`];
}

function webhookLines({ settings }: Plan): string[] {
  const value = valueOf(settings);
  const path = value('auditWebhookConfigFile');
  if (typeof path !== 'string') return [];
  return [
    `${path}, mode ${value('auditWebhookMode') ?? 'batch'}`,
    'kOps keeps this file, credentials and all, in clear in the state store',
  ];
}

function valueOf(settings: readonly PlannedSetting[]): (key: string) => PlannedSetting['value'] | undefined {
  return (key) => settings.find((setting) => setting.key === key)?.value;
}
