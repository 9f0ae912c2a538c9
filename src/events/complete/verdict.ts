import { isAtLeast } from '../../policy/kube-version.ts';
import { hostsInName, rotationStem, rotationTime } from '../log-set.ts';
import type { LeaseFacts, ServerFacts, Stream } from './collect.ts';
import { isLeaseOf } from './lease.ts';
import { type ClockSuspicion, clockSuspicions } from './clocks.ts';
import { policyChanges } from './relevelled.ts';
import { holesIn, SILENCE, type Span } from './spans.ts';

export type Verdict = 'complete' | 'complete but for' | 'gap' | 'cannot tell';

/** The worst first. */
export const VERDICTS: readonly Verdict[] = ['gap', 'cannot tell', 'complete but for', 'complete'];

/** What a stretch of a log is known to lack. */
export type Loss =
  | { what: 'lines'; count: number; file: string }
  | { what: 'bodies'; count: number }
  | { what: 'ends'; count: number; patches: number }
  | { what: 'streams'; watches: number; others: number }
  | { what: 'crash'; at: number };

/** Why something is missing, or why nobody can tell. */
export type Why =
  | 'no-heartbeat' // there are events, but no heartbeat among them
  | 'too-old' // a Kubernetes that has no such lease
  | 'silence' // the heartbeat stopped, and came back
  | 'crash' // it stopped, and then the API server started without having stopped in order
  | 'file-missing' // a file was rotated away, and the one that followed it is not here
  | 'ends-early' // others go on
  | 'begins-late' // others began before it
  | 'stopped'; // nothing is missing: the API server did not run

/** A stretch of the log of one API server, and whether it is complete. */
export interface Period extends Span {
  verdict: Verdict;
  why: Why | undefined;
  losses: readonly Loss[];
  /** The policy before it was another one. */
  isPolicyNew: boolean;
  /** The file behind which one is missing. */
  file: string | undefined;
  /** What the others recorded in the meantime. */
  neighbours: readonly { server: string; events: number; changes: number }[];
}

/** The log of one API server. */
export interface ServerCompleteness {
  server: string;
  /** Its lease; undefined where none was renewed. */
  lease: string | undefined;
  /** The one of the names it could have whose lease that is; undefined where it is none of them. */
  host: string | undefined;
  version: string | undefined;
  from: number;
  to: number;
  verdict: Verdict;
  periods: readonly Period[];
  starts: readonly number[];
  stops: readonly number[];
}

/** Whether a log is complete, as far as it tells. */
export interface Completeness {
  verdict: Verdict;
  /** The worst first. */
  servers: readonly ServerCompleteness[];
  /** API servers whose log is not here: by name where they were to be, by their lease where the log tells of them. */
  absent: readonly { name: string; lease: string | undefined; at: number | undefined }[];
  clocks: readonly ClockSuspicion[];
}

/**
 * Judges what was collected of the logs of all API servers.
 *
 * @param masters the names of the nodes whose logs should be here.
 */
export function judgeCompleteness(facts: readonly ServerFacts[], masters: readonly string[]): Completeness {
  const files = facts.flatMap((server) => server.files.flatMap(({ name }) => hostsInName(name)));
  const names = [...masters, ...facts.map(({ server }) => server), ...files].filter((name) => name !== '');
  const rows = facts.flatMap((server) => judgeServer(server, facts, names));
  const servers = rows.toSorted((a, b) => rank(a.verdict) - rank(b.verdict) || compare(nameOf(a), nameOf(b)));
  const absent = [...absentMasters(masters, rows), ...absentLeases(facts, rows)];
  const worst = worstOf(servers.map(({ verdict }) => verdict));
  const verdict = absent.length > 0 && rank(worst) > rank('cannot tell') ? 'cannot tell' : worst;
  return { verdict, servers, absent, clocks: clockSuspicions(facts, nameOf, rows) };
}

/** What an API server is called: its node, else its host, else its lease. */
function nameOf({ server, host, lease }: Pick<ServerCompleteness, 'server' | 'host' | 'lease'>): string {
  return server === '' ? (host ?? lease ?? '') : server;
}

function rank(verdict: Verdict): number {
  return VERDICTS.indexOf(verdict);
}

function worstOf(verdicts: readonly Verdict[]): Verdict {
  return VERDICTS.find((verdict) => verdicts.includes(verdict)) ?? 'cannot tell';
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

// A log with the leases of several API servers is that of several, mixed.
function judgeServer(facts: ServerFacts, all: readonly ServerFacts[], names: readonly string[]): ServerCompleteness[] {
  if (facts.events === 0 || facts.from === Infinity) return [];
  if (facts.leases.length === 0) return [judged(facts, undefined, all, names)];
  return facts.leases.map((lease) => judged(facts, lease, all, names));
}

function judged(
  facts: ServerFacts,
  lease: LeaseFacts | undefined,
  all: readonly ServerFacts[],
  names: readonly string[],
): ServerCompleteness {
  const life = lifeOf(lease);
  const isMixed = facts.leases.length > 1;
  const span = isMixed && lease ? extent(lease.heard) : { from: facts.from, to: facts.to };
  const heard = merged([...(lease?.heard ?? []), ...(isMixed ? [] : facts.probed)]);
  const row = { facts, heard, life, isMixed };
  const known = heard.length === 0 ? [unknown(span, facts)] : within(span, row);
  const ragged = isMixed ? known : [...raggedEnds(facts, life, all, known), ...known];
  const changes =
    isMixed || lease === undefined
      ? []
      : policyChanges(
          facts.relevelled,
          life.starts.map(({ at }) => at),
        );
  const split = withPolicies(ragged, changes);
  const periods = withLosses(withNeighbours(split, facts, all, names), facts, life).toSorted((a, b) => a.from - b.from);
  return {
    server: facts.server,
    lease: lease?.lease,
    host: hostOf(lease, names),
    version: facts.version,
    ...span,
    verdict: worstOf(periods.map(({ verdict }) => verdict)),
    periods,
    starts: life.starts.map(({ at }) => at),
    stops: life.stops,
  };
}

function hostOf(lease: LeaseFacts | undefined, names: readonly string[]): string | undefined {
  return names.find((name) => lease !== undefined && namesOf(name).some((host) => isLeaseOf(lease.lease, host)));
}

/** A host is often called by the first part of the node's name. */
function namesOf(name: string): string[] {
  return [name, name.split('.', 1)[0] ?? name];
}

interface Life {
  starts: { at: number; isAfterCrash: boolean }[];
  stops: number[];
}

/** A lease is taken away and made again within this time when an API server starts. */
const STARTING = 5_000_000;

/**
 * For so long an API server that has taken its lease away waits for what is open before it ends it: 60 s for the requests (seen with 1.36.3,
 * with a watch open), and `--shutdown-delay-duration` before.
 */
const STOPPING = 120_000_000;

/**
 * When an API server started and stopped. At each start it takes its lease away and makes it: what it finds to take away was left by one
 * that did not stop in order (seen with 1.36.3: 404 after a clean stop, 200 after a kill).
 */
function lifeOf(lease: LeaseFacts | undefined): Life {
  const { made = [], removed = [] } = lease ?? {};
  const startOf = (at: number): number | undefined => made.find((start) => start >= at && start - at <= STARTING);
  const starts = made.map((at) => {
    const before = removed.filter((one) => one.at <= at && at - one.at <= STARTING);
    return { at, isAfterCrash: before.length > 0 && before.every(({ isDone }) => isDone) };
  });
  const stops = removed.filter((one) => one.isDone && !isStart(one.at)).map(({ at }) => at);
  return { starts, stops };
  // A stop and a start may come right after each other: then the start has one more to take away, which is not there.
  function isStart(at: number): boolean {
    const start = startOf(at);
    return start !== undefined && !removed.some((one) => !one.isDone && one.at > at && one.at <= start);
  }
}

function extent(spans: readonly Span[]): Span {
  return { from: spans[0]?.from ?? Infinity, to: spans.at(-1)?.to ?? -Infinity };
}

function merged(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last && span.from - last.to <= SILENCE) last.to = Math.max(last.to, span.to);
    else all.push({ ...span });
  }
  return all;
}

function period(span: Span, verdict: Verdict, why?: Why, file?: string): Period {
  return { from: span.from, to: span.to, verdict, why, losses: [], isPolicyNew: false, file, neighbours: [] };
}

function unknown(span: Span, { version }: ServerFacts): Period {
  return period(span, 'cannot tell', version !== undefined && !isAtLeast(version, 26) ? 'too-old' : 'no-heartbeat');
}

interface Row {
  facts: ServerFacts;
  heard: readonly Span[];
  life: Life;
  isMixed: boolean;
}

// The heartbeat parts a log into what is complete and holes; what a hole is, the other events and the life of the server tell.
function within(span: Span, row: Row): Period[] {
  const holes = holesIn(span, row.heard).flatMap((hole) => holePeriods(hole, span, row));
  const missing = row.isMixed ? [] : missingFiles(row.facts);
  const found = [...missing.filter((file) => !holes.some((hole) => isGapOver(hole, file))), ...holes].map((hole) => {
    const file = missing.find((one) => isGapOver(hole, one));
    return file === undefined ? hole : { ...hole, why: file.why, file: file.file };
  });
  const parts = found.toSorted((a, b) => a.from - b.from);
  return [...parts, ...between(span, parts)];
}

function isGapOver(hole: Period, { from, to }: Span): boolean {
  return hole.verdict === 'gap' && hole.from < to && hole.to > from;
}

/** What is left of a span besides parts of it, which are in order: it is complete. */
function between(span: Span, parts: readonly Span[]): Period[] {
  const rest: Period[] = [];
  let at = span.from;
  for (const part of parts) {
    if (part.from > at) rest.push(period({ from: at, to: part.from }, 'complete'));
    at = Math.max(at, part.to);
  }
  return at < span.to || rest.length + parts.length === 0
    ? [...rest, period({ from: at, to: span.to }, 'complete')]
    : rest;
}

function holePeriods(hole: Span, span: Span, { facts, life, isMixed }: Row): Period[] {
  const stop = life.stops.find((at) => at >= hole.from && at < hole.to);
  const start = life.starts.find(({ at }) => at > hole.from && at <= hole.to + STARTING);
  if (stop !== undefined && start !== undefined) return stoppedPeriods(hole, stop, start.at);
  const isLast = hole.to === span.to;
  if (isLast && stop !== undefined && stop - hole.from <= SILENCE && hole.to - stop <= STOPPING) return [];
  if (hole.from === span.from || isLast) return [period(hole, 'cannot tell', 'no-heartbeat')];
  const why = start ? 'crash' : 'silence';
  const silent = isMixed ? [hole] : holesIn(hole, facts.active);
  const gaps = silent.map((gap) => period(gap, 'gap', why));
  const rest = between(hole, silent).filter(({ from, to }) => to - from > SILENCE);
  return [...gaps, ...rest.map((part) => period(part, 'cannot tell', 'no-heartbeat'))];
}

// From its last word to its first nothing can be missing: it did not run.
function stoppedPeriods(hole: Span, stop: number, start: number): Period[] {
  return stop >= start ? [] : [period({ from: stop, to: Math.min(start, hole.to) }, 'complete', 'stopped')];
}

/** A file is rotated away to write an event that no longer fits in: the next one begins with it, at once. */
const AT_ONCE = 2_000_000;

function missingFiles({ files }: ServerFacts): Period[] {
  const ordered = files.filter(({ events }) => events > 0);
  return ordered.flatMap(({ name, to }, at) => {
    const next = ordered[at + 1];
    const rotated = rotationTime(name);
    if (next === undefined || Number.isNaN(rotated) || rotationStem(name) !== rotationStem(next.name)) return [];
    const from = Math.max(rotated, to);
    return next.from - from > AT_ONCE ? [period({ from, to: next.from }, 'gap', 'file-missing', name)] : [];
  });
}

/** Logs that are copied one after the other don't end at the same moment. */
const COPYING = 60_000_000;

function raggedEnds(facts: ServerFacts, life: Life, all: readonly ServerFacts[], known: readonly Period[]): Period[] {
  const others = all.filter((other) => other !== facts && other.events > 0);
  if (others.length === 0 || known.every(({ verdict }) => verdict === 'cannot tell')) return [];
  const from = Math.min(...others.map((other) => other.from));
  const to = Math.max(...others.map((other) => other.to));
  const [firstStart, lastStop] = [life.starts[0]?.at ?? Infinity, life.stops.at(-1) ?? -Infinity];
  const isStopped = facts.to - lastStop < STOPPING;
  const isStarted = firstStart - facts.from < SILENCE;
  return [
    ...(facts.from - from > COPYING && !isStarted
      ? [period({ from, to: facts.from }, 'cannot tell', 'begins-late')]
      : []),
    ...(to - facts.to > COPYING && !isStopped ? [period({ from: facts.to, to }, 'cannot tell', 'ends-early')] : []),
  ];
}

/** Parts what a change of the policy lies in; what comes after it says so. */
function withPolicies(periods: readonly Period[], changes: readonly number[]): Period[] {
  return changes.reduce<Period[]>(
    (all, change) => {
      const parts = all
        .flatMap((one) => {
          const isIn = one.from < change && change < one.to;
          return isIn
            ? [
                { ...one, to: change },
                { ...one, from: change, isPolicyNew: false },
              ]
            : [one];
        })
        .toSorted((a, b) => a.from - b.from);
      const first = parts.find(({ from }) => from >= change);
      return parts.map((one) => (one === first ? { ...one, isPolicyNew: true } : one));
    },
    [...periods],
  );
}

function withNeighbours(
  periods: readonly Period[],
  facts: ServerFacts,
  all: readonly ServerFacts[],
  names: readonly string[],
): Period[] {
  const others = all.filter((other) => other !== facts);
  const called = ({ server, leases: [lease] }: ServerFacts): string =>
    nameOf({ server, host: hostOf(lease, names), lease: lease?.lease });
  return periods.map((one) =>
    one.verdict === 'gap'
      ? {
          ...one,
          neighbours: others.map((other) => ({ server: called(other), ...other.happened.within(one) })),
        }
      : one,
  );
}

// What is lost besides whole stretches goes to the stretch of the log that it is in.
function withLosses(periods: readonly Period[], facts: ServerFacts, life: Life): Period[] {
  const running = periods.filter(({ verdict, why }) => verdict === 'complete' && why === undefined);
  const lost = new Map<Period, Loss[]>();
  const isInGap = (at: number): boolean =>
    periods.some(({ verdict, from, to }) => verdict === 'gap' && at > from && at <= to + STARTING);
  for (const { at, loss } of lossesOf(facts, life)) {
    if (loss.what === 'crash' && isInGap(loss.at)) continue;
    const place = running.findLast(({ from }) => from <= at) ?? running[0];
    if (place) lost.set(place, [...(lost.get(place) ?? []), loss]);
  }
  return periods.map((one) => {
    const losses = lost.get(one);
    return losses === undefined ? one : { ...one, verdict: 'complete but for', losses };
  });
}

function lossesOf(facts: ServerFacts, { starts }: Life): { at: number; loss: Loss }[] {
  const { files, truncated, unended, streams, leases, from } = facts;
  const lines = files.flatMap(({ name, damaged, from: at }) => {
    return damaged === 0 ? [] : [{ at, loss: { what: 'lines', count: damaged, file: name } as const }];
  });
  const crashes = starts.filter(({ isAfterCrash, at }) => isAfterCrash && at > from + STARTING);
  return [
    ...lines,
    ...(leases.length === 1 ? streamLosses(streams, starts) : []),
    ...crashes.map(({ at }) => ({ at: at - 1, loss: { what: 'crash', at } as const })),
    ...(truncated === 0 ? [] : [{ at: from, loss: { what: 'bodies', count: truncated } as const }]),
    ...(unended.requests === 0
      ? []
      : [{ at: from, loss: { what: 'ends', count: unended.requests, patches: unended.patches } as const }]),
  ];
}

/** What was open at a crash, which was some time before the next start. One that stops in order ends its requests, or ends with them. */
function streamLosses(streams: readonly Stream[], starts: Life['starts']): { at: number; loss: Loss }[] {
  return starts.flatMap((start, index) => {
    if (!start.isAfterCrash) return [];
    const before = starts[index - 1]?.at ?? -Infinity;
    const cut = streams.filter(({ at }) => at < start.at - STARTING && at >= before - STARTING);
    if (cut.length === 0) return [];
    const watches = cut.filter(({ isWatch }) => isWatch).length;
    const at = Math.max(...cut.map((one) => one.at));
    return [{ at, loss: { what: 'streams', watches, others: cut.length - watches } as const }];
  });
}

function absentMasters(masters: readonly string[], rows: readonly ServerCompleteness[]): Completeness['absent'] {
  const isThere = (name: string): boolean => rows.some(({ server, host }) => server === name || host === name);
  return masters.filter((name) => !isThere(name)).map((name) => ({ name, lease: undefined, at: undefined }));
}

function absentLeases(facts: readonly ServerFacts[], rows: readonly ServerCompleteness[]): Completeness['absent'] {
  const own = new Set(rows.map(({ lease }) => lease));
  const seen = new Map(facts.flatMap(({ expired }) => expired.map(({ lease, at }) => [lease, at] as const)));
  return [...seen].filter(([lease]) => !own.has(lease)).map(([lease, at]) => ({ name: lease, lease, at }));
}
