import type { Note } from '../cluster/options.ts';
import type { Plan } from '../cluster/plan.ts';
import type { PlannedSetting } from '../cluster/settings.ts';
import type { Share } from '../policy/render/template.ts';
import type { Level } from '../policy/types.ts';
import { rowsView, type ViewOptions } from './text.ts';
import type { GroupEffect, SpecChange } from '../cluster/spec-change.ts';
import { comparePolicies } from '../policy/compare/compare.ts';
import { comparisonSummary } from './comparison.ts';
import type { Json, JsonObject } from '../json.ts';
import { findingJson, toldFinding } from './findings.ts';
import type { Finding } from '../lint/rule.ts';

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
    ['Note', plan.notes.map(noteText)],
  ];
  return rowsView(rows, options);
}

function policyLines({ policy }: Plan, { summary, shares, levels }: PolicyFacts): string[] {
  if (policy.text === null) return [`not known: no file asset puts a file at ${policy.path}`];
  const counts = Object.entries(levels).map(([level, count]) => `${count} ${level}`);
  const rules = Object.values(levels).reduce((sum, count) => sum + count, 0);
  const state = policy.before === null ? 'new' : policy.before === policy.text ? 'kept' : 'changed';
  const head = `${policy.name} (${state}), ${rules} ${rules === 1 ? 'rule' : 'rules'}${rules === 0 ? '' : `: ${counts.join(', ')}`}`;
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
  const files = backups === 0 ? 'all rotated files' : `at most ${backups} rotated ${backups === 1 ? 'file' : 'files'}`;
  return [
    path,
    `kept ${age === 0 ? 'for ever' : `${age} ${age === 1 ? 'day' : 'days'}`}, ${files} of ${value('auditLogMaxSize')} MB`,
  ];
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

/** The meaning of a change that turns auditing off or takes something back: which groups it touches, and what to know of it. */
export function changeView(change: SpecChange, options: ViewOptions): string {
  return rowsView(
    [
      ['Groups', groupLines(change)],
      ['Note', change.notes.map(noteText)],
    ],
    options,
  );
}

/** What a change means for each instance group, a line for each. */
function groupLines(change: SpecChange): string[] {
  const { groups } = change;
  const width = Math.max(0, ...groups.map(({ name }) => name.length));
  const lines = groups.map((group) => `${group.name.padEnd(width)}  ${effectOf(group)}`);
  return [...lines, ...downtimeLines(change)];
}

function downtimeLines({ groups, controlPlaneInstances }: SpecChange): string[] {
  const rolls = groups.some(({ rolled }) => rolled);
  return rolls && controlPlaneInstances === 1 ? ['one control-plane instance: the API is down while it is rolled'] : [];
}

function effectOf({ outdated, rolled, instances }: GroupEffect): string {
  if (!outdated) return 'unchanged';
  const size = `${instances} ${instances === 1 ? 'instance' : 'instances'}`;
  return rolled ? `outdated, to be rolled (${size})` : `outdated, not rolled by kops-audit (${size})`;
}

/** How many classes of requests are shown; `policy diff` shows all. */
const MOST = 5;
/** A third of a second of searching at most: the plan must not wait for a monstrous policy. */
const STEPS = 500_000;

/**
 * What a policy records differently from the one in force, in words; empty where none is replaced, or it is only its comments that
 * change.
 */
export function policyChangeText({ policy, facts }: Plan, { style, columns }: ViewOptions): string {
  if (policy.before === null || policy.text === null || policy.before === policy.text) return '';
  const [before, after] = [facts.policies.load(policy.before).policy, facts.policies.load(policy.text).policy];
  if (!before || !after) return '';
  const comparison = comparePolicies(before, after, { steps: STEPS });
  const summary = comparisonSummary(comparison, style, columns - 2, MOST).trimEnd();
  return `\n\n${style.bold('Against the policy now in force')}\n${summary.replaceAll(/^(?=.)/gm, '  ')}`;
}

/** The whole plan of `enable` as JSON: what every change has, and its policy, settings and disk. */
export function planJson(plan: Plan, circumstances: PlanCircumstances): JsonObject {
  const { policy, disk, settings } = plan;
  return changeJson(plan, circumstances, {
    policy: {
      name: policy.name,
      origin: policy.origin,
      path: policy.path,
      changed: policy.before !== policy.text,
      edited: policy.stamp?.edited ?? false,
      parameters: policy.stamp?.set ?? {},
      text: policy.text,
    },
    settings: settings as unknown as Json[],
    disk: { worstCaseMiB: disk.mebibytes, unbounded: disk.unbounded },
  });
}

/** What is true of a change besides itself, for the JSON form. */
export interface PlanCircumstances {
  source: 'live' | 'file' | 'stdin';
  kopsVersion: string | null;
  findings: readonly Finding[];
  blocked: boolean;
}

/**
 * A whole change as JSON: `formatVersion` grows when a field changes its meaning or goes; new fields may come at any time.
 * Documented in docs/plan-json.md. Values are unmasked: mask the result before it is printed.
 *
 * @param own what only this kind of change has; it stands before the groups.
 */
export function changeJson(
  change: SpecChange,
  { source, kopsVersion, findings, blocked }: PlanCircumstances,
  own: JsonObject = {},
): JsonObject {
  return {
    kind: 'Plan',
    formatVersion: 2,
    command: change.command,
    cluster: change.cluster,
    source,
    kopsVersion,
    kubernetesVersion: change.facts.kubernetesVersion,
    changes: change.operations.length > 0,
    blocked,
    ...own,
    controlPlaneInstances: change.controlPlaneInstances,
    groups: change.groups as unknown as Json[],
    notes: change.notes.map(noteText),
    findings: findings.map((finding) => findingJson(toldFinding(finding))),
    patch: change.operations as unknown as Json[],
  };
}

/** A note with the flag that would have it otherwise. */
function noteText(note: Note): string {
  if (typeof note === 'string') return note;
  const { text, otherwise } = note;
  if (otherwise.option === 'kopsVersion')
    return `${text} With --kops-version it may stay, if your release of kOps is none of these.`;
  const { name } = otherwise;
  return name === null ? `${text} --policy NAME replaces it.` : `${text} --policy ${name} brings it up to date.`;
}
