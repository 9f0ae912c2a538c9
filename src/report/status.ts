import { mebibyteText } from './sizes.ts';
import type { JsonObject } from '../json.ts';
import type { Severity } from '../lint/rule.ts';
import type { EventFlow, FlagDifference, LiveReport, LiveState, ServerReport } from '../status/running.ts';
import type {
  AppliedStatus,
  ClusterStatus,
  LogStatus,
  PolicyStatus,
  Required,
  SpecStatus,
  SpecVerdict,
} from '../status/status.ts';
import { findingJson, toldFinding } from './findings.ts';
import { findingsView } from './findings-text.ts';
import { fits, tableLines, type Column } from './table.ts';
import { indented, rowsView, type Style, type ViewOptions } from './text.ts';

/** A cluster that could not be read. */
interface UnreadStatus {
  cluster: string;
  error: string;
  hint: string | null;
  required: Required | null;
}

export type StatusRow = ClusterStatus | UnreadStatus;

interface StatusJson {
  kind: 'Status';
  formatVersion: 2;
  clusters: readonly JsonRow[];
}

type JsonRow =
  | UnreadStatus
  | (Omit<ClusterStatus, 'spec'> & { error: null; spec: Omit<SpecStatus, 'findings'> & { findings: JsonObject[] } });

/** The status of clusters as JSON (docs/status.md has the fields): `formatVersion` grows when one changes its meaning or goes. */
export function statusJson(rows: readonly StatusRow[]): StatusJson {
  return { kind: 'Status', formatVersion: 2, clusters: rows.map((row) => ('error' in row ? row : jsonRow(row))) };
}

function jsonRow({ cluster, kubernetesVersion, spec, ...rest }: ClusterStatus): JsonRow {
  const findings = spec.findings.map((found) => ({ ...findingJson(toldFinding(found)), subject: found.subject }));
  return { cluster, error: null, kubernetesVersion, spec: { ...spec, findings }, ...rest };
}

/** All that is known of one cluster: topics, then the findings with their fixes. */
export function statusView(status: ClusterStatus, options: ViewOptions): string {
  const { style, columns, clean } = options;
  const rows = rowsView(topics(status), options);
  const findings = status.spec.findings.map((finding) => toldFinding(finding, clean));
  return findings.length === 0 ? `${rows}\n` : `${rows}\n\n${findingsView(findings, style, columns)}\n`;
}

function topics({ cluster, kubernetesVersion, spec, applied, running, openChanges, required }: ClusterStatus): Topics {
  const { policy, log, webhook, findings } = spec;
  return [
    ['Cluster', [kubernetesVersion === null ? cluster : `${cluster}, Kubernetes ${kubernetesVersion}`]],
    ['Required', required === null ? [] : [`${required.wanted}: ${requiredText(required)}`, ...seeLines(required)]],
    ['Spec', [SPEC_WORDS[spec.state](policy)]],
    ['Applied', appliedLines(applied)],
    ['Running', running === null ? ['not asked; --live asks the API servers'] : liveLines(running)],
    ['Policy', policy === null ? [] : policyLines(policy)],
    ['Log', log === null ? [] : [logLine(log)]],
    ['Webhook', webhook === null ? [] : [webhook]],
    ['Changes', openChanges.map(({ message }) => message)],
    ['Findings', findings.length === 0 ? ['none'] : []],
  ];
}

type Topics = [string, string[]][];

function requiredText({ state, why }: Required): string {
  return `${REQUIRED_CELL[state]}${why === null ? '' : `: ${why}`}`;
}

function seeLines({ command }: Required): string[] {
  return command === null ? [] : [`See it with: ${command}`];
}

const REQUIRED_CELL: Readonly<Record<Required['state'], string>> = {
  met: 'met',
  'not-met': 'not met',
  unknown: 'unknown',
};

/** With auditing on and no policy in the spec nothing is known of it. */
const SPEC_WORDS: Readonly<Record<SpecVerdict, (policy: PolicyStatus | null) => string>> = {
  on: (policy) =>
    policy === null
      ? 'on; no file asset holds the policy: a script on the instances may write it'
      : `on, with the policy ${policy.name}`,
  drift: () => 'on, but the policy was edited by hand since kops-audit wrote it',
  off: () => 'off',
  broken: () => 'broken: see the errors below',
};

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
    : `${path}, at worst ${mebibyteText(worstCaseMiB)} on each API server`;
}

function appliedLines({ state, resources, others, error, command }: AppliedStatus): string[] {
  if (state === 'not-asked') return ['not asked'];
  if (state === 'unknown') return [`unknown: ${error}`];
  const see = `See it with: ${command}`;
  if (state === 'yes') return resources === 0 ? ['yes'] : [`yes; ${change(resources)}, but nothing for auditing`, see];
  return [`pending: ${change(resources)}${others === 0 ? '' : `, ${others} of them not for auditing`}`, see];
}

function change(resources: number): string {
  return `${resources} resource${resources === 1 ? '' : 's'} would change`;
}

const LIVE_WORDS: Readonly<Record<LiveState, (report: LiveReport) => string>> = {
  unknown: () => 'not known whether events flow',
  'not-ready': ({ servers }) => `not ready: ${count(servers.filter(({ ready }) => !ready).length, servers.length)}`,
  'wrong-flags': ({ servers }) =>
    `wrong flags: ${count(servers.filter(({ differences }) => differences.length > 0).length, servers.length)} do not run with the flags of the spec; \`kops update cluster\` and a roll of the control plane fix that`,
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
    ...(report.state === 'flowing' ? ['The API does not tell which policy they have read.'] : []),
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
    unrecorded === 0 ? '' : `; of ${requests} requests the policy does not record ${unrecorded} (level None)`;
  return `${pod ?? 'one of them'}: ${events} event${events === 1 ? '' : 's'} in ${watchedSeconds} s${lost}${none}`;
}

/** `/metrics` is answered by whichever server the load balancer picks. */
function unproven({ flows, servers }: LiveReport): string[] {
  if (flows.length === 0 || flows.length >= servers.length) return [];
  return [
    `The address of the API led to ${flows.length} of ${servers.length} API servers; of the others only the flags are known.`,
  ];
}

/** One column of the table: what it says of a cluster that was read. */
interface StatusColumn {
  head: string;
  cell: (status: ClusterStatus) => string;
  /** How it is fitted in where there is little room. */
  fit?: Pick<Column, 'cut' | 'dispensable'>;
  paint?: (status: StatusRow) => keyof Style | null;
}

const COLUMNS: readonly StatusColumn[] = [
  {
    head: 'SPEC',
    cell: ({ spec }) => spec.state,
    paint: (row) => ('error' in row ? 'red' : SPEC_PAINT[row.spec.state]),
  },
  { head: 'APPLIED', cell: ({ applied }) => applied.state.replace('-', ' ') },
  { head: 'RUNNING', cell: ({ running }) => (running === null ? NOBODY_ASKED : LIVE_CELL[running.state]) },
  { head: 'POLICY', cell: ({ spec }) => policyCell(spec.policy), fit: { cut: 'end' } },
  { head: 'DISK', cell: ({ spec }) => diskCell(spec.log, spec.webhook), fit: { dispensable: 3 } },
  { head: 'FINDINGS', cell: ({ spec }) => findingsCell(spec), fit: { dispensable: 1 } },
];

const NOBODY_ASKED = 'not asked';
const UNREAD = 'not read';

/**
 * A row for each cluster, no wider than `width`: columns go that can be spared, then each name gets a line of its own. Below it why a
 * cluster could not be read, or is not as --require wants it.
 */
export function statusTable(rows: readonly StatusRow[], options: ViewOptions, width: number): string {
  const { style } = options;
  const [name, ...others] = tableColumns(rows, options);
  const whole = [name, ...others];
  const lines = fits(whole, width)
    ? tableLines(whole, width, style)
    : tableLines(others, width - 2, style).flatMap((line, at) => [
        at === 0 ? style.bold(name.head) : (name.cells[at - 1] ?? ''),
        `  ${line}`,
      ]);
  return [...lines, ...reasons(rows, options)].map((line) => `${line}\n`).join('');
}

function tableColumns(rows: readonly StatusRow[], { style, clean }: ViewOptions): [Column, ...Column[]] {
  const plain = (text: string): string => clean(text).replaceAll('\n', ' ');
  const required = rows.map((row) => (row.required === null ? '-' : REQUIRED_CELL[row.required.state]));
  return [
    { head: 'CLUSTER', cells: rows.map(({ cluster }) => plain(cluster)) },
    ...(required.every((cell) => cell === '-')
      ? []
      : [{ head: 'REQUIRED', cells: required, paint: paintRequired(style) }]),
    ...COLUMNS.map(({ head, cell, fit, paint }, at) => {
      const cells = rows.map((row) => ('error' in row ? (at === 0 ? UNREAD : '-') : plain(cell(row))));
      const unasked = cells.every((text) => text === NOBODY_ASKED) ? { dispensable: 2 } : {};
      const painted = (text: string, row: number): string => inColour(text, rows[row], paint, style);
      return { head, cells, ...fit, ...unasked, paint: painted };
    }),
  ];
}

function paintRequired(style: Style): (cell: string) => string {
  return (cell) =>
    (cell === REQUIRED_CELL.met ? style.green : cell === REQUIRED_CELL.unknown ? style.yellow : style.red)(cell);
}

function inColour(text: string, row: StatusRow | undefined, paint: StatusColumn['paint'], style: Style): string {
  const colour = row && paint?.(row);
  return colour ? style[colour](text) : text;
}

function reasons(rows: readonly StatusRow[], { style, columns, clean }: ViewOptions): string[] {
  return rows.flatMap((row) => {
    const why = 'error' in row ? row.error : row.required?.why;
    if (why === null || why === undefined) return [];
    const verdict = 'error' in row || row.required === null ? '' : `${REQUIRED_CELL[row.required.state]}: `;
    const [first = '', ...rest] = indented(clean(`${row.cluster}: ${verdict}${why}`), '', columns);
    const more =
      'error' in row ? (row.hint === null ? [] : [`hint: ${row.hint}`]) : row.required ? seeLines(row.required) : [];
    return ['', style.red(first), ...rest, ...more.flatMap((line) => indented(clean(line), '  ', columns))];
  });
}

/** How a state is coloured. */
const SPEC_PAINT: Readonly<Record<SpecVerdict, keyof Style>> = {
  on: 'green',
  drift: 'yellow',
  off: 'dim',
  broken: 'red',
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
  return log.worstCaseMiB === null ? 'no limit' : mebibyteText(log.worstCaseMiB);
}

const LETTERS: Readonly<Record<Severity, string>> = { error: 'E', warning: 'W', info: 'I' };

/** How many findings there are of each severity: `1E 2W`. */
function findingsCell({ findings }: SpecStatus): string {
  const counts = (['error', 'warning', 'info'] as const).map((severity) => ({
    letter: LETTERS[severity],
    count: findings.filter((finding) => finding.severity === severity).length,
  }));
  const shown = counts.filter(({ count }) => count > 0).map(({ letter, count }) => `${count}${letter}`);
  return shown.length === 0 ? '-' : shown.join(' ');
}

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
