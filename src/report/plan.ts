import { grouped } from '../grouped.ts';
import type { AuditSettings } from '../cluster/audit-keys.ts';
import type { Note } from '../cluster/options.ts';
import type { Plan } from '../cluster/plan.ts';
import { contentOf, policyInForce, readPresentAudit } from '../cluster/present.ts';
import { worstCaseDisk } from '../cluster/settings.ts';
import type { GroupEffect, SpecChange } from '../cluster/spec-change.ts';
import { type KopsObject, SpecError } from '../cluster/types.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Finding } from '../lint/rule.ts';
import { comparePolicies } from '../policy/compare/compare.ts';
import { readStamp, type Stamp } from '../policy/render/stamp.ts';
import { templateOf, type Template } from '../policy/render/template.ts';
import { LEVELS, type Policy } from '../policy/types.ts';
import { changeText, policyMeaning, totalsText } from './consequences.ts';
import { costAgainst, costText, sharesOf } from './cost.ts';
import { findingJson, toldFinding } from './findings.ts';
import { mebibyteText } from './sizes.ts';
import { LABEL_WIDTH, rowsView, type ViewOptions, wrap } from './text.ts';

/** How a change is shown, and what is known of it besides. */
export interface PlanViewOptions extends ViewOptions {
  /** The command that compares the policy now in force with the one to come; null where there is none. Asked for where it is told. */
  diffCommand: () => string | null;
  /** What it costs on a log that somebody has. */
  onLog?: string;
}

/** The meaning of a change, a line or more per topic: what is recorded then, what it costs, where it goes, which groups it touches. */
export function changeView(change: SpecChange, options: PlanViewOptions): string {
  const [before, after] = [auditOf(change.before, change), auditOf(change.after, change)];
  const changes = change.operations.length > 0;
  const rows: [string, string[]][] = [
    ['Effect', changes && before && after ? effectLines(before, after, options) : []],
    ['Cost', [...(changes && after?.isOn ? costLines(before, after) : []), ...(options.onLog ? [options.onLog] : [])]],
    ...(after?.isOn ? onRows(before, after, change) : []),
    ...(before?.isOn && after && !after.isOn ? offRows(before, after, change) : []),
    ['Groups', groupLines(change)],
    ['Note', change.notes.map(noteText)],
  ];
  return rowsView(rows, options);
}

function onRows(before: Audit | null, after: Audit, change: SpecChange): [string, string[]][] {
  return [
    ['Policy', policyLines(before, after)],
    ['Log', logLines(after)],
    ['Disk', diskLines(after, change)],
    ['Webhook', webhookLines(after)],
  ];
}

/** kOps and the API server take no file of a log away. */
function offRows(before: Audit, after: Audit, change: SpecChange): [string, string[]][] {
  const { auditLogPath: path } = before.settings;
  const hasFiles = path !== undefined && path !== '' && path !== '-';
  const { text } = before;
  const stays = text !== null && (after.text === text || after.unused.includes(text));
  return [
    ['Policy', text === null ? [] : [policyHead(before, stays ? 'stays, is not used' : 'removed')]],
    ['Log', hasFiles ? [path, 'not written any more; its files stay on the instances until you delete them'] : []],
    ['Disk', hasFiles ? diskLines(before, change, 'stays ') : []],
  ];
}

/** What a Cluster says of auditing, and the policy in force. */
interface Audit {
  settings: AuditSettings;
  /** The policies that stand there and are not in force. */
  unused: string[];
  /** It has a policy, and a place for the events. */
  isOn: boolean;
  /** The policy's text; null where nothing in the spec brings it. */
  text: string | null;
  loaded: Policy | null;
  stamp: Stamp | null;
}

/** Null where kOps could not read the spec: a change that takes something back can meet one. */
function auditOf(cluster: KopsObject, { facts }: SpecChange): Audit | null {
  try {
    const present = readPresentAudit(cluster, facts.distribution);
    const { settings } = present;
    const { auditPolicyFile, auditLogPath, auditWebhookConfigFile } = settings;
    const inForce = policyInForce(present, facts);
    const text = inForce && contentOf(inForce.asset);
    const loaded = text === null ? null : (facts.policies.load(text).policy ?? null);
    const isOn = Boolean(auditPolicyFile && (auditLogPath || auditWebhookConfigFile));
    const unused = present.orphans.map(({ asset }) => contentOf(asset));
    return { settings, unused, isOn, text, loaded, stamp: text === null ? null : readStamp(text) };
  } catch (error) {
    if (error instanceof SpecError) return null;
    throw error;
  }
}

/** The lines at a question that tell what is recorded otherwise. */
const MOST_LINES = 8;
/** And on a screen narrower than 80 columns. */
const MOST_NARROW = 11;
const USUAL_COLUMNS = 80 - LABEL_WIDTH;
/** A third of a second of searching at most: the plan must not wait for a monstrous policy. */
const STEPS = 500_000;

function effectLines(before: Audit, after: Audit, options: PlanViewOptions): string[] {
  const columns = options.columns - LABEL_WIDTH;
  if (!before.isOn && !after.isOn) return ['Auditing stays off.'];
  if (before.isOn && !after.isOn) return ['Auditing will be off: nothing is recorded any more.', ...untilNow(before)];
  if (!before.isOn) return ['Auditing will be on.', ...described(after, columns, MOST_LINES - 1)];
  if (before.text === null || after.text === null)
    return ['What changes in the log is not known: the spec does not hold both policies.'];
  if (before.loaded === null || after.loaded === null) return [];
  if (before.text === after.text) return ['Every request is recorded as before.'];
  return policyEffect(before.loaded, after.loaded, columns, options.diffCommand());
}

function untilNow({ text }: Audit): string[] {
  const head = text === null ? null : measuredHead(text);
  return head === null ? [] : [`Until now: ${head.title}`];
}

// Of a template of ours with its own parameters: what its head says is true of it.
function measuredHead(text: string): Template | null {
  return sharesOf(text).length === 0 ? null : templateOf(text, '', []);
}

// A template says it in its own head; of any other policy it is worked out.
function described({ text, loaded }: Audit, columns: number, most: number): string[] {
  if (text === null || loaded === null) return [];
  const head = measuredHead(text);
  if (head === null) return policyMeaning(loaded, columns, most);
  const { title, summary } = head;
  return [...wrap(title, columns).split('\n'), ...firstSentences(summary, columns, most - 1)];
}

function firstSentences(text: string, columns: number, most: number): string[] {
  const sentences = text.match(/[^.]+(?:\.(?!\s|$)[^.]*)*\./g) ?? [];
  const upTo = sentences.map((_sentence, at) =>
    wrap(
      sentences
        .slice(0, at + 1)
        .join('')
        .trim(),
      columns,
    ).split('\n'),
  );
  return upTo.findLast((lines) => lines.length <= most) ?? [];
}

function costLines(before: Audit | null, { text, stamp }: Audit): string[] {
  if (text === null || stamp === null || (before?.isOn && before.text === text)) return [];
  const shares = sharesOf(text);
  const isOther = before?.isOn === true && before.text !== null && before.text !== text;
  const against =
    isOther && before.text !== null ? costAgainst(shares, sharesOf(before.text), before.stamp?.policy ?? '') : '';
  return [against || costText(shares, stamp.policy)].filter((line) => line !== '');
}

function policyLines(before: Audit | null, after: Audit): string[] {
  const path = after.settings.auditPolicyFile ?? '';
  if (after.text === null) return [`not known: no file asset puts a file at ${path}`];
  const state = before === null || before.text === null ? 'new' : before.text === after.text ? 'kept' : 'changed';
  return [policyHead(after, state), path];
}

function policyHead({ stamp, loaded }: Audit, state: string): string {
  const edited = stamp?.edited ? ', edited by hand' : '';
  return `${stamp?.policy ?? 'custom'} (${state}${edited}), ${levelsText(loaded)}`;
}

function levelsText(policy: Policy | null): string {
  const rules = policy?.rules ?? [];
  const counts = LEVELS.map((level) => [rules.filter((rule) => rule.level === level).length, level] as const);
  const levels = counts.flatMap(([count, level]) => (count > 0 ? [`${count} ${level}`] : []));
  return `${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}${levels.length === 0 ? '' : `: ${levels.join(', ')}`}`;
}

function logLines({ settings }: Audit): string[] {
  const { auditLogPath: path, auditLogMaxAge: age = 0, auditLogMaxBackups: backups, auditLogMaxSize: size } = settings;
  if (!path) return ['no log file: events go to the webhook only'];
  if (path === '-') return ["standard output of kube-apiserver: kOps' log rotation applies"];
  const files = backups ? `at most ${backups} rotated ${backups === 1 ? 'file' : 'files'}` : 'all rotated files';
  const each = size === undefined ? '' : ` of ${mebibyteText(size)}`;
  return [path, `kept ${age === 0 ? 'for ever' : `${age} ${age === 1 ? 'day' : 'days'}`}, ${files}${each}`];
}

function diskLines({ settings }: Audit, { facts }: SpecChange, stays = ''): string[] {
  const { mebibytes, unbounded } = worstCaseDisk(settings, facts.kubernetesVersion);
  if (unbounded !== null) return [`unbounded: ${unbounded}`];
  return mebibytes === null
    ? []
    : [`at worst ${mebibyteText(mebibytes)} ${stays}on each instance that runs an API server`];
}

function webhookLines({ settings: { auditWebhookConfigFile: path, auditWebhookMode: mode } }: Audit): string[] {
  if (!path) return [];
  return [`${path}, mode ${mode ?? 'batch'}`, 'kOps keeps this file, credentials and all, in clear in the state store'];
}

/** What a change means for the instance groups: those for which it means the same on one line. */
function groupLines(change: SpecChange): string[] {
  const alike = grouped(change.groups, ({ outdated, rolled }) => (outdated ? `${rolled}` : 'unchanged'));
  const lines = [...alike.values()].map((groups) => `${groupNames(groups)}: ${effectOf(groups)}`);
  return [...lines, ...downtimeLines(change)];
}

/** So many groups are named; of more the first, and how many there are. */
const MOST_GROUPS = 4;

// What the names begin with is told once: `control-plane-a, -b, -c`.
function groupNames(groups: readonly GroupEffect[]): string {
  const [first = '', ...others] = groups.map(({ name }) => name);
  if (others.length >= MOST_GROUPS) return `${first} and ${others.length} more`;
  const stem = first.slice(0, first.lastIndexOf('-') + 1);
  const isShared = stem !== '' && others.every((name) => name.startsWith(stem));
  return [first, ...others.map((name) => (isShared ? `-${name.slice(stem.length)}` : name))].join(', ');
}

function effectOf(groups: readonly GroupEffect[]): string {
  const [first] = groups;
  if (!first?.outdated) return 'unchanged';
  return `${first.rolled ? 'outdated, to be rolled' : 'outdated, not rolled by kops-audit'} (${instancesText(groups)})`;
}

function instancesText(groups: readonly GroupEffect[]): string {
  const sizes = groups.map(({ instances }) => instances);
  const [first = 0] = sizes;
  const isEach = sizes.length > 1 && sizes.every((size) => size === first);
  const count = isEach ? first : sizes.reduce((sum, size) => sum + size, 0);
  return `${count} ${count === 1 ? 'instance' : 'instances'}${isEach ? ' each' : ''}`;
}

function downtimeLines({ groups, controlPlaneInstances }: SpecChange): string[] {
  const rolls = groups.some(({ rolled }) => rolled);
  return rolls && controlPlaneInstances === 1 ? ['one control-plane instance: the API is down while it is rolled'] : [];
}

// What a change of policies comes to: how much, what matters most of it, and where all of it is found.
function policyEffect(before: Policy, after: Policy, columns: number, command: string | null): string[] {
  const totals = wrap(totalsText(comparePolicies(before, after, { steps: STEPS })), columns).split('\n');
  const most = (columns < USUAL_COLUMNS ? MOST_NARROW : MOST_LINES) - totals.length;
  return [...totals, ...changeText(before, after, { columns, most, command })];
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
  /** What it costs on a log that somebody has. */
  replay?: JsonObject;
}

/**
 * A whole change as JSON: `formatVersion` grows when a field changes its meaning or goes; new fields may come at any time.
 * Documented in docs/plan-json.md. Values are unmasked: mask the result before it is printed.
 *
 * @param own what only this kind of change has; it stands before the groups.
 */
export function changeJson(
  change: SpecChange,
  { source, kopsVersion, findings, blocked, replay }: PlanCircumstances,
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
    ...(replay ? { replay } : {}),
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
    return `${text} With --kops-version it may stay, if your release of kOps is not one of these.`;
  const { name } = otherwise;
  return name === null ? `${text} --policy NAME replaces it.` : `${text} --policy ${name} brings it up to date.`;
}
