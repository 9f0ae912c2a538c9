import {
  type Completeness,
  type Loss,
  type Period,
  type ServerCompleteness,
  type Verdict,
  VERDICTS,
  type Why,
} from '../events/complete/verdict.ts';
import { isoTime } from '../events/time.ts';
import { timeText } from './events/times.ts';
import { counted, indented, safeText, type Style, wrap } from './text.ts';

/** How it is shown. */
export interface CompletenessView {
  style: Style;
  columns: number;
  isUtc: boolean;
}

/** Says whether a log is complete (`missing`: what of it could not be read): the answer, what is missing of each API server, the worst first, and what to do. */
export function completenessText(found: Completeness, view: CompletenessView, missing: readonly string[] = []): string {
  const { style, columns } = view;
  const unread = missing.map((each) => safeText(each)).join('; ');
  const answer = wrap(unread === '' ? completenessAnswer(found) : `The log is not complete: ${unread}.`, columns);
  const servers = found.servers.map((server) => serverLines(server, view).join('\n'));
  const notes = [...absentLines(found, view), ...clockLines(found, view)];
  const fix = fixOf(found);
  return [
    style.bold(answer),
    ...servers,
    ...(notes.length === 0 ? [] : [notes.join('\n')]),
    ...(fix === '' ? [] : [wrap(`Fix: ${fix}`, columns)]),
  ]
    .map((part) => `${part}\n`)
    .join('\n');
}

/** The answer in a sentence or two, as it stands at the head of a report. */
export function completenessAnswer({ verdict, servers, absent }: Completeness): string {
  if (servers.length === 0) return 'There is no event: nobody can tell whether the log is complete.';
  const gaps = servers.flatMap(({ periods }) => periods.filter((one) => one.verdict === 'gap'));
  const lost = gaps.reduce((sum, { from, to }) => sum + to - from, 0);
  const [first] = absent;
  const unknown = first
    ? `Nobody can tell whether the log is complete: ${absent.length === 1 ? `that of ${safeText(first.name)} is` : `those of ${absent.length} API servers are`} not here.`
    : 'Nobody can tell whether the whole log is complete.';
  const answers: Record<Verdict, string> = {
    gap: `The log is not complete: ${gaps.length === 1 ? 'there is a gap' : `there are ${gaps.length} gaps`} of ${durationText(lost)}${gaps.length === 1 ? '' : ' in all'}.`,
    'cannot tell': unknown,
    'complete but for': `The log is complete but for ${lossesText(servers.flatMap(({ periods }) => periods.flatMap(({ losses }) => losses)))}.`,
    complete: 'The log is complete: there is no gap of more than 30 s.',
  };
  return answers[verdict];
}

function serverLines(server: ServerCompleteness, view: CompletenessView): string[] {
  const { style, columns, isUtc } = view;
  const name = server.server === '' ? (server.host ?? 'The API server') : server.server;
  const head = `${safeText(name)}: ${server.verdict}`;
  const identity = identityText(server);
  const bad = server.periods.filter(({ verdict }) => verdict !== 'complete');
  const good = server.periods.filter(({ verdict }) => verdict === 'complete');
  const ordered = bad.toSorted((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) || a.from - b.from);
  const lines = [...ordered, ...good].flatMap((one) => periodLines(one, server, view));
  const restarts = restartText(server, isUtc);
  return [
    `${coloured(server.verdict, style)(head)}${identity === '' ? '' : style.dim(` ${identity}`)}`,
    ...lines,
    ...(restarts === '' ? [] : indented(restarts, '  ', columns)),
  ];
}

function identityText({ lease, host, server, version }: ServerCompleteness): string {
  const release = version === undefined ? '' : `Kubernetes ${version}`;
  const whose = lease === undefined || host === server || host !== undefined ? '' : `lease ${lease}`;
  const other = host !== undefined && server !== '' && host !== server ? `written by ${host}` : '';
  const parts = [release, other, whose].filter((part) => part !== '');
  return parts.length === 0 ? '' : `(${safeText(parts.join(', '))})`;
}

function restartText({ starts, stops }: ServerCompleteness, isUtc: boolean): string {
  const times = (all: readonly number[]): string => {
    const shown = all.slice(0, 4).map((at) => timeText(at, isUtc));
    return `${shown.join(', ')}${all.length > 4 ? ` and ${all.length - 4} more` : ''}`;
  };
  const parts = [
    ...(starts.length === 0 ? [] : [`Started ${times(starts)}.`]),
    ...(stops.length === 0 ? [] : [`Stopped in order ${times(stops)}.`]),
  ];
  return parts.join(' ');
}

function coloured(verdict: Verdict, style: Style): (text: string) => string {
  if (verdict === 'gap') return (text) => style.bold(style.red(text));
  return verdict === 'complete' ? style.bold : (text) => style.bold(style.yellow(text));
}

function periodLines(one: Period, server: ServerCompleteness, { style, columns, isUtc }: CompletenessView): string[] {
  const [from, to] = [timeText(one.from, isUtc), timeText(one.to, isUtc)];
  const span = `${from} to ${from.slice(0, 5) === to.slice(0, 5) ? to.slice(6) : to}`;
  const what =
    one.why === 'stopped'
      ? 'did not run'
      : `${one.verdict}${one.losses.length > 0 ? ` ${lossesText(one.losses)}` : ''}`;
  const length = one.verdict === 'gap' || one.why === 'stopped' ? ` of ${durationText(one.to - one.from)}` : '';
  const label = one.why === 'stopped' ? `${what} for ${durationText(one.to - one.from)}` : `${what}${length}`;
  const [first = '', ...rest] = indented(`${span}: ${label}`, '  ', columns);
  const colour = one.verdict === 'gap' ? style.red : one.verdict === 'complete' ? (text: string) => text : style.yellow;
  return [first, ...rest]
    .map((line) => colour(line))
    .concat(whyLines(one, server).flatMap((line) => indented(line, '    ', columns)));
}

const WHY: Readonly<Record<Why, string>> = {
  'no-heartbeat':
    'No API server told in this time that it is alive: the policy did not record it, or the log was filtered.',
  'too-old': 'Its Kubernetes is older than 1.26, and has no heartbeat.',
  silence: 'It was silent, and then went on: its log of this time was lost.',
  crash: 'It started at the end of this without having stopped in order: it crashed and was down, or its log was lost.',
  'file-missing': 'A file that was rotated away is not here',
  'ends-early':
    'Its log ends here, without a stop, while others go on: it was copied earlier, it no longer ran, or the log was lost.',
  'begins-late': 'Its log begins in the middle, later than others: the files before it are not here.',
  stopped: '',
};

const POLICY_NEW = 'The policy is another one than before this: it records the same requests at other levels.';

function whyLines(one: Period, server: ServerCompleteness): string[] {
  const why = one.why === undefined ? '' : WHY[one.why];
  const said = one.file === undefined ? why : `${why}: the one that followed ${safeText(one.file)}.`;
  const crashes = one.losses.some(({ what }) => what === 'crash')
    ? ['What was under way at a crash has no end in the log.']
    : [];
  const neighbours = one.neighbours.map(
    ({ server: other, events, changes }) =>
      `Meanwhile ${safeText(other) || 'another'} recorded ${counted(events, 'event')}${events === 0 ? '' : `, ${changes === 0 ? 'no change' : counted(changes, 'change')} by people among them`}.`,
  );
  const own =
    server.lease === undefined && one.why === 'no-heartbeat'
      ? 'No lease of an API server is renewed in it: the policy does not record that, or the log was filtered.'
      : said;
  return [...(one.isPolicyNew ? [POLICY_NEW] : []), ...(own === '' ? [] : [own]), ...crashes, ...neighbours];
}

function lossesText(losses: readonly Loss[]): string {
  const sum = (what: 'lines' | 'bodies' | 'ends'): number =>
    losses.reduce((all, loss) => all + (loss.what === what ? loss.count : 0), 0);
  const crashes = losses.filter(({ what }) => what === 'crash').length;
  const patches = losses.reduce((all, loss) => all + (loss.what === 'ends' ? loss.patches : 0), 0);
  const [lines, bodies, ends] = [sum('lines'), sum('bodies'), sum('ends')];
  const open = (kind: 'watches' | 'others'): number =>
    losses.reduce((all, loss) => all + (loss.what === 'streams' ? loss[kind] : 0), 0);
  const [watches, others] = [open('watches'), open('others')];
  const parts = [
    ...(lines === 0 ? [] : [`${counted(lines, 'damaged line')}`]),
    ...(bodies === 0 ? [] : [`the bodies of ${counted(bodies, 'event')}, which kube-apiserver cut`]),
    ...(ends === 0
      ? []
      : [`the end of ${counted(ends, 'request')}${patches === 0 ? '' : ` (${counted(patches, 'patch', 'patches')})`}`]),
    ...(watches > 0 ? [`the end of ${counted(watches, 'watch', 'watches')}`] : []),
    ...(others > 0 ? [`the end of ${counted(others, 'stream')} (exec, logs and the like)`] : []),
    ...(crashes === 0 ? [] : [`what was under way at ${crashes === 1 ? 'a crash' : `${crashes} crashes`}`]),
  ];
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

function absentLines({ absent }: Completeness, { style, columns, isUtc }: CompletenessView): string[] {
  return absent.flatMap(({ name, lease, at }) => {
    const text =
      lease === undefined
        ? `The log of ${safeText(name)} is not here.`
        : `The log of the API server with the lease ${safeText(lease)} is not here. Others took its lease away ${timeText(at ?? Number.NaN, isUtc)}, as it had expired.`;
    return wrap(text, columns)
      .split('\n')
      .map((line) => style.yellow(line));
  });
}

function clockLines({ clocks }: Completeness, { columns }: CompletenessView): string[] {
  return clocks.map(({ behind, ahead, by, times }) =>
    wrap(
      `The clock of ${safeText(behind)} may be ${durationText(by)} or more behind that of ${safeText(ahead)}: ${counted(times, 'time')} it wrote later what has an earlier time.`,
      columns,
    ),
  );
}

function fixOf({ servers }: Completeness): string {
  const whys = new Set(servers.flatMap(({ periods }) => periods.map(({ why }) => why)));
  if (whys.has('file-missing'))
    return 'look for the missing file on the node or in a backup. --log-max-backups keeps more of them.';
  if (whys.has('crash') || whys.has('silence'))
    return 'look into the log of kube-apiserver and of the node at that time, and for files of the audit log elsewhere.';
  if (whys.has('no-heartbeat'))
    return 'record the lease of the API servers, as the policy kops does: kops-audit enable --policy kops.';
  return '';
}

const UNITS = [
  { name: 'd', microseconds: 86_400_000_000 },
  { name: 'h', microseconds: 3_600_000_000 },
  { name: 'min', microseconds: 60_000_000 },
  { name: 's', microseconds: 1_000_000 },
] as const;

/** `38 s`, `4 min 10 s`, `2 h 5 min`: two units at most. */
function durationText(microseconds: number): string {
  const seconds = Math.round(microseconds / 1_000_000) * 1_000_000;
  const first = UNITS.findIndex((unit) => seconds >= unit.microseconds);
  if (first < 0) return 'less than 1 s';
  const parts = UNITS.slice(first, first + 2).map(({ name, microseconds: size }, at) => ({
    name,
    count: at === 0 ? Math.floor(seconds / size) : Math.floor((seconds % (UNITS[first]?.microseconds ?? 1)) / size),
  }));
  return parts
    .filter(({ count }) => count > 0)
    .map(({ count, name }) => `${count} ${name}`)
    .join(' ');
}

/** The document of `logs --check -o json`. */
export function completenessJson(
  { verdict, servers, absent, clocks }: Completeness,
  missing: readonly string[] = [],
): object {
  return {
    kind: 'LogCompleteness',
    formatVersion: 1,
    verdict,
    missing,
    servers: servers.map(({ from, to, periods, starts, stops, host, lease, version, ...server }) => ({
      server: server.server,
      host: host ?? null,
      lease: lease ?? null,
      kubernetesVersion: version ?? null,
      verdict: server.verdict,
      from: isoTime(from),
      to: isoTime(to),
      periods: periods.map(periodJson),
      starts: starts.map(isoTime),
      stops: stops.map(isoTime),
    })),
    absent: absent.map(({ name, lease, at }) => ({
      name,
      lease: lease ?? null,
      expired: at === undefined ? null : isoTime(at),
    })),
    clocks: clocks.map(({ behind, ahead, by, times }) => ({ behind, ahead, seconds: by / 1e6, times })),
  };
}

function periodJson({ from, to, verdict, why, isPolicyNew, file, losses, neighbours }: Period): object {
  return {
    from: isoTime(from),
    to: isoTime(to),
    seconds: Math.round((to - from) / 1000) / 1000,
    verdict,
    why: why ?? null,
    isPolicyNew,
    ...(file === undefined ? {} : { file }),
    losses: losses.map((loss) => (loss.what === 'crash' ? { what: loss.what, at: isoTime(loss.at) } : loss)),
    neighbours,
  };
}
