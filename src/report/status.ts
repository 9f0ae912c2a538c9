import type { JsonObject } from '../json.ts';
import type { Severity } from '../lint/rule.ts';
import type { EventFlow, FlagDifference, LiveReport, LiveState, ServerReport } from '../status/running.ts';
import type { ClusterStatus, LogStatus, PolicyStatus, UpdateStatus } from '../status/status.ts';
import { findingJson, toldFinding } from './findings.ts';
import { findingsView } from './findings-text.ts';
import { indented, rowsView, type Style, type ViewOptions } from './text.ts';

/** A cluster that could not be read. */
interface FailedStatus {
  cluster: string;
  state: 'failed';
  error: string;
  hint: string | null;
}

export type StatusRow = ClusterStatus | FailedStatus;

interface StatusJson {
  kind: 'Status';
  formatVersion: 1;
  clusters: readonly (FailedStatus | (Omit<ClusterStatus, 'findings'> & { findings: JsonObject[] }))[];
}

/** The status of clusters as JSON (docs/status.md has the fields): `formatVersion` grows when one changes its meaning or goes. */
export function statusJson(rows: readonly StatusRow[]): StatusJson {
  const clusters = rows.map((row) => {
    if (row.state === 'failed') return row;
    const findings = row.findings.map((found) => ({ ...findingJson(toldFinding(found)), subject: found.subject }));
    return { ...row, findings };
  });
  return { kind: 'Status', formatVersion: 1, clusters };
}

/** All that is known of one cluster: topics, then the findings with their mends. */
export function statusView(status: ClusterStatus, options: ViewOptions): string {
  const { style, columns, clean } = options;
  const rows = rowsView(topics(status), options);
  if (status.findings.length === 0) return `${rows}\n`;
  const findings = status.findings.map((finding) => toldFinding(finding, clean));
  return `${rows}\n\n${findingsView(findings, style, columns)}\n`;
}

function topics(status: ClusterStatus): [string, string[]][] {
  const { cluster, kubernetesVersion, policy, log, webhook, update, openChanges, live, findings } = status;
  return [
    ['Cluster', [kubernetesVersion === null ? cluster : `${cluster}, Kubernetes ${kubernetesVersion}`]],
    ['Audit', [status.state === 'on' && live === null ? ON_IN_THE_SPEC : STATES[status.state]]],
    ['Policy', policy === null ? unknownPolicy(status) : policyLines(policy)],
    ['Log', log === null ? [] : [logLine(log)]],
    ['Webhook', webhook === null ? [] : [webhook]],
    ['Update', updateLines(update)],
    ['Live', live === null ? [] : liveLines(live)],
    ['Changes', openChanges.map(({ message }) => message)],
    ['Findings', findings.length === 0 ? ['none'] : []],
  ];
}

/** The instances run with a spec only after an update and a roll, of which only the running API servers tell. */
const ON_IN_THE_SPEC = 'on in the spec; --live tells whether the API servers run so';

const STATES: Readonly<Record<ClusterStatus['state'], string>> = {
  on: 'on',
  off: 'off',
  broken: 'broken: see the errors below',
};

/** With auditing on and no policy in the spec nothing is known of it. */
function unknownPolicy({ state }: ClusterStatus): string[] {
  return state === 'on' ? ['in no file asset: a script on the instances may bring it'] : [];
}

function policyLines({ name, path, version, edited, parameters }: PolicyStatus): string[] {
  const set = Object.entries(parameters).map(([key, value]) => `${key}=${value}`);
  const written = version === null ? 'not written by kops-audit' : `written by kops-audit ${version}`;
  const since = edited ? ', edited by hand since' : '';
  return [`${name}, ${written}${since}`, ...(set.length === 0 ? [] : [`set: ${set.join(' ')}`]), path];
}

function logLine({ path, worstCaseMiB, unbounded }: LogStatus): string {
  if (path === '-') return 'stdout of kube-apiserver';
  return worstCaseMiB === null
    ? `${path}, nothing bounds it: ${unbounded}`
    : `${path}, at worst ${diskText(worstCaseMiB)} on each API server`;
}

function updateLines({ state, resources, others, error, command }: UpdateStatus): string[] {
  if (state === 'not-asked') return [];
  if (state === 'none') return ['nothing is pending'];
  if (state === 'unknown') return [`unknown: ${error}`];
  const what = `pending: ${resources} resource${resources === 1 ? '' : 's'} would change`;
  return [`${what}${others === 0 ? '' : `, ${others} of them not for auditing`}`, `See it with: ${command}`];
}

const LIVE_WORDS: Readonly<Record<LiveState, (report: LiveReport) => string>> = {
  unknown: () => 'not known whether events flow',
  'not-ready': ({ servers }) => `not ready: ${count(servers.filter(({ ready }) => !ready).length, servers.length)}`,
  'wrong-flags': ({ servers }) =>
    `wrong flags: ${count(servers.filter(({ differences }) => differences.length > 0).length, servers.length)} run otherwise than the spec says; \`kops update cluster\` and a roll of the control plane bring them in line`,
  off: () => 'off, as the spec says',
  failing: ({ flows }) =>
    `losing events: ${count(flows.filter(({ state }) => state === 'failing').length, flows.length)}`,
  'not-flowing': ({ flows, servers }) =>
    `not flowing: the flags are right, but ${count(flows.filter(({ state }) => state === 'silent').length, servers.length)} recorded nothing while it was watched`,
  flowing: ({ flows, servers }) =>
    `proven: the flags are right, and events flow on ${count(flows.length, servers.length)}`,
};

/** What the running cluster proves, a line each: the verdict, what could not be seen, each server, each flow. */
export function liveLines(report: LiveReport): string[] {
  return [
    LIVE_WORDS[report.state](report),
    ...(report.error === null ? [] : [report.error]),
    ...(report.hint === null ? [] : [report.hint]),
    ...report.servers.flatMap(serverLines),
    ...report.flows.map((flow) => flowLine(flow, report)),
    ...unproven(report),
  ];
}

function count(some: number, all: number): string {
  return `${some} of ${all} API server${all === 1 ? '' : 's'}`;
}

function serverLines({ pod, node, ready, differences }: ServerReport): string[] {
  if (ready && differences.length === 0) return [];
  const where = node === null ? pod : `${pod} on ${node}`;
  return [`${where}${ready ? '' : ' is not ready'}:`, ...differences.map(differenceLine)];
}

/** Begins with blanks: it is not broken. */
function differenceLine({ flag, spec, running }: FlagDifference): string {
  return `  ${flag}: runs ${running === null ? 'without' : `with ${running}`}, the spec ${spec === null ? 'has none' : `says ${spec}`}`;
}

function flowLine({ pod, events, errors, requests, unrecorded }: EventFlow, { watchedSeconds }: LiveReport): string {
  const lost = errors === 0 ? '' : `, ${errors} lost`;
  const none =
    unrecorded === 0 ? '' : `; of ${requests} requests the policy wants nothing of ${unrecorded} (level None)`;
  return `${pod ?? 'one of them'}: ${events} event${events === 1 ? '' : 's'} in ${watchedSeconds} s${lost}${none}`;
}

/** `/metrics` is answered by whichever server the load balancer picks. */
function unproven({ flows, servers }: LiveReport): string[] {
  if (flows.length === 0 || flows.length >= servers.length) return [];
  return [
    `The address of the API led to ${flows.length} of ${servers.length} API servers; of the others only the flags are known.`,
  ];
}

interface Column {
  head: string;
  cell: (status: ClusterStatus) => string;
  /** Left out where this is false. */
  shown?: (rows: readonly StatusRow[]) => boolean;
}

/** The names come last: they may be long. */
const COLUMNS: readonly Column[] = [
  { head: 'POLICY', cell: ({ policy }) => policyCell(policy) },
  { head: 'DISK', cell: ({ log, webhook }) => diskCell(log, webhook) },
  { head: 'FINDINGS', cell: findingsCell },
  { head: 'UPDATE', cell: ({ update }) => UPDATE_CELL[update.state], shown: (rows) => !rows.some(isNotAsked) },
  {
    head: 'LIVE',
    cell: ({ live }) => (live === null ? '-' : LIVE_CELL[live.state]),
    shown: (rows) => rows.some(isLive),
  },
];

/** A row for each cluster; where the longest does not fit, each name has a line of its own. Then why clusters failed. */
export function statusTable(rows: readonly StatusRow[], { style, columns, clean }: ViewOptions): string {
  const shown = COLUMNS.filter((column) => column.shown?.(rows) ?? true);
  const plain = (text: string): string => clean(text).replaceAll('\n', ' ');
  const head: Line = { cells: ['STATE', ...shown.map((column) => column.head)], name: 'CLUSTER', paint: null };
  const lines = [head, ...rows.map((row) => lineOf(row, shown, plain))];
  const widths = head.cells.map((_, at) => Math.max(...lines.map(({ cells }) => cells[at]?.length ?? 0)));
  const total = widths.reduce((sum, width) => sum + width + 2, 0);
  const isWide = lines.some(({ name }) => total + name.length > columns);
  const text = lines.map((line) => lineText(line, widths, isWide, style));
  return [...text, ...failures(rows, { style, columns, clean })].map((line) => `${line}\n`).join('');
}

interface Line {
  cells: string[];
  name: string;
  /** The colour of the first cell; null for the head. */
  paint: keyof Style | null;
}

function lineOf(row: StatusRow, shown: readonly Column[], plain: (text: string) => string): Line {
  const cells = [stateCell(row), ...shown.map(({ cell }) => (row.state === 'failed' ? '' : cell(row)))];
  return { cells: cells.map(plain), name: plain(row.cluster), paint: STATE_PAINT[row.state] };
}

/** Of one that is on the running API servers may still know nothing, as long as they were not asked. */
function stateCell(row: StatusRow): string {
  return row.state === 'on' && row.live === null ? 'on in spec' : row.state;
}

function isNotAsked(row: StatusRow): boolean {
  return row.state !== 'failed' && row.update.state === 'not-asked';
}

function lineText({ cells, name, paint }: Line, widths: readonly number[], isWide: boolean, style: Style): string {
  const padded = cells.map((cell, at) => cell.padEnd(widths[at] ?? 0));
  const painted = padded.map((cell, at) => (paint !== null && at === 0 ? style[paint](cell) : cell));
  const text = (isWide ? painted : [...painted, name]).join('  ').trimEnd();
  if (paint === null) return style.bold(text);
  return isWide ? `${name}\n${text}` : text;
}

function failures(rows: readonly StatusRow[], { style, columns, clean }: ViewOptions): string[] {
  return rows.flatMap((row) => {
    if (row.state !== 'failed') return [];
    const [first = '', ...rest] = indented(clean(`${row.cluster}: ${row.error}`), '', columns);
    const hint = row.hint === null ? [] : indented(clean(`hint: ${row.hint}`), '  ', columns);
    return ['', style.red(first), ...rest, ...hint];
  });
}

/** How a state is coloured. */
const STATE_PAINT: Readonly<Record<StatusRow['state'], keyof Style>> = {
  on: 'green',
  off: 'dim',
  broken: 'red',
  failed: 'red',
};

/** One cell of a table: the template, or that it is a person's own. */
function policyCell(policy: PolicyStatus | null): string {
  if (policy === null) return '-';
  const name = policy.version === null ? 'own' : `${policy.name} ${policy.version}`;
  return policy.edited ? `${name}, edited` : name;
}

/** The disk a log takes at worst, as `1.1 GiB`. */
function diskCell(log: LogStatus | null, webhook: string | null): string {
  if (log === null) return webhook === null ? '-' : 'webhook';
  if (log.path === '-') return 'stdout';
  return log.worstCaseMiB === null ? 'no limit' : diskText(log.worstCaseMiB);
}

/** Mebibytes as a person says them. */
function diskText(mebibytes: number): string {
  return mebibytes < 1024 ? `${mebibytes} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}

const LETTERS: Readonly<Record<Severity, string>> = { error: 'E', warning: 'W', info: 'I' };

/** How many findings there are of each severity: `1E 2W`. */
function findingsCell({ findings }: Pick<ClusterStatus, 'findings'>): string {
  const counts = (['error', 'warning', 'info'] as const).map((severity) => ({
    letter: LETTERS[severity],
    count: findings.filter((finding) => finding.severity === severity).length,
  }));
  const shown = counts.filter(({ count }) => count > 0).map(({ letter, count }) => `${count}${letter}`);
  return shown.length === 0 ? '-' : shown.join(' ');
}

/** Whether an update is pending, in a word. */
const UPDATE_CELL: Readonly<Record<UpdateStatus['state'], string>> = {
  none: 'none',
  pending: 'pending',
  unknown: 'unknown',
  'not-asked': '-',
};

/** What the running cluster proves, in a word or two. */
const LIVE_CELL: Readonly<Record<LiveState, string>> = {
  unknown: 'unknown',
  'not-ready': 'not ready',
  'wrong-flags': 'wrong flags',
  off: 'off',
  failing: 'losing events',
  'not-flowing': 'not flowing',
  flowing: 'flowing',
};

/** Whether a cluster was asked with --live. */
function isLive(row: StatusRow): boolean {
  return row.state !== 'failed' && row.live !== null;
}
