import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import type { LoggedEvent } from '../../events/event.ts';
import type { ServerLog } from '../../events/log-set.ts';
import { type Engine, ENGINE_VARIABLE, engineNamed } from '../../events/kernel.ts';
import { LogClock, mergeByTime, type TimedLog } from '../../events/merge.ts';
import { readLog } from '../../events/read.ts';
import { type Damage, type DamageKind, LogTally } from '../../events/tally.ts';
import { openLogs } from '../../input/log-files.ts';
import { shippedFile } from '../../input/shipped.ts';
import type { ClusterFlags } from './cluster-flags.ts';
import { followed, type FollowedLog, isFromStart, parted, readTogether } from './follow.ts';
import { eventMask } from '../../report/events/mask-event.ts';
import { countRemarks } from '../../report/events/remarks.ts';
import { spanText } from '../../report/events/times.ts';
import { counted, safeText, wrap } from '../../report/text.ts';

/** The flags that say which log is read, as the command line gives them. */
export interface OpenFlags {
  sample?: boolean;
  path?: string;
  strict?: boolean;
  quiet?: boolean;
  utc?: boolean;
  follow?: boolean;
}

/** A log that can be read: once. */
export interface OpenedLog {
  servers: readonly FollowedLog[];
  /** What was read of it so far. */
  tally: LogTally;
  engine: Engine;
  /** What should be there and could not be read, a sentence each. */
  missing: string[];
  /** Of a log that has no end, as it is read while it is written; else null. */
  clock: (() => Date) | null;
  /** Whether an event is of a request that reading this log took; left out where that took none. */
  isOurs?: (event: LoggedEvent) => boolean;
}

/**
 * Finds the log that a command names: files, folders, `-` for stdin; nothing named is that of `--cluster`, else stdin where that is a pipe.
 *
 * @param reader that command, as `LogOptions` has it.
 * @throws UserError for what is not there, and where no log is named.
 */
export async function openLog(
  words: readonly string[],
  flags: OpenFlags & Partial<ClusterFlags> & { since?: string; tail?: string },
  context: Context,
  reader: string | undefined,
): Promise<OpenedLog> {
  const { io } = context;
  if (words.length === 0 && flags.cluster !== undefined && flags.path !== undefined)
    throw new UserError('--path does not go with the log of a cluster', {
      hint: 'kube-apiserver wraps no event: leave it out, or name the log that was exported.',
    });
  if (words.length === 0 && flags.cluster !== undefined)
    return { ...(await (await import('./cluster.ts')).openCluster(flags, context, reader)), engine: engineOf(context) };
  const named = words.length === 0 && flags.sample ? [shippedFile(SAMPLE)] : words;
  const isStdinRead = !io.input.readable; // a spec or a policy was in it
  if (named.length === 0 && (io.input.isTTY || isStdinRead)) throw noLog();
  const missing: string[] = [];
  const places = named.length === 0 ? ['-'] : named;
  if (flags.follow && places.includes('-') && Number(flags.tail ?? 0) > 0) throw noEnd();
  const servers = openLogs(places, {
    stdin: io.input,
    ...(reader !== undefined && { reader }),
    // A part that is read again says it again.
    onMissing: (text) => missing.includes(text) || missing.push(text),
    ...(flags.follow && { isFollowed: true }),
    ...(flags.path !== undefined && { path: flags.path.replace(/^\./, '').split('.') }),
  });
  const opened = { servers, tally: new LogTally(), engine: engineOf(context), missing, clock: null };
  return flags.follow ? live(opened, flags, context) : opened;
}

/** The names of what is read of a log: of files their paths. */
export function filesOf({ servers }: Pick<OpenedLog, 'servers'>): string[] {
  return servers.flatMap(({ sources }) => sources.map(({ name }) => name));
}

/** How the lines of a log are walked: as the environment says. */
function engineOf({ env }: Context): Engine {
  return engineNamed(env[ENGINE_VARIABLE]);
}

/** Gaps are said as they are found: whoever watches must not wait for the end. */
function live(
  opened: OpenedLog,
  flags: { since?: string; tail?: string },
  { interrupt: signal, io, now }: Context,
): OpenedLog {
  const onGap = (text: string): void => io.stderr(`${io.style.yellow('warning:')} ${safeText(text)}\n`);
  const servers = followed(opened.servers, { signal, isFromStart: isFromStart(flags), onGap });
  return { ...opened, servers, clock: now };
}

/** A small log that comes with the package, to see the commands work. */
const SAMPLE = 'examples/audit-log.jsonl';

function noEnd(): UserError {
  return new UserError('--tail with --follow does not go with stdin', {
    hint: 'In stdin nothing tells where what is there ends and what is new begins. Name the file, or leave one of the two out.',
  });
}

function noLog(): UserError {
  return new UserError('no log is named', {
    hint: 'Name files or folders, or - for stdin. --sample shows it with a log that comes with kops-audit.',
  });
}

/** Reads all servers, each after the other, in the order of their files: for what needs no time order. */
export async function* readAll<Wanted>(
  { servers, tally, engine }: OpenedLog,
  take: (event: LoggedEvent) => Wanted | undefined,
): AsyncGenerator<Wanted[]> {
  for (const { sources } of servers)
    for (const source of sources) {
      const events = readLog(source, take, tally, engine);
      yield* source.isNewestFirst ? turned(events) : events;
    }
}

/** The last first, all at once. */
async function* turned<Wanted>(batches: AsyncIterable<Wanted[]>): AsyncGenerator<Wanted[]> {
  const all: Wanted[][] = [];
  for await (const some of batches) all.push(some);
  yield all.flat().toReversed();
}

/** What is in a log, and what comes to it: the first must be read to its end before the second is begun. */
export interface LogParts {
  there: AsyncGenerator<LoggedEvent[]>;
  /** Nothing where the log is not followed. */
  news: AsyncGenerator<LoggedEvent[]>;
}

/**
 * Reads all servers side by side: what is there in time order, and then, where they are followed, what comes. Each event is in one of both.
 * What `take` gives must last.
 */
export function readParts(opened: OpenedLog, take: (event: LoggedEvent) => LoggedEvent | undefined): LogParts {
  const logs = opened.servers.map((server) => {
    const { batches, clock } = timedLog(opened, server, take);
    const { there, news } = parted(batches, server.turn);
    return { there: { batches: there, clock }, news };
  });
  return {
    there: mergeLogs(
      opened,
      logs.map(({ there }) => there),
    ),
    news: readTogether(logs.map(({ news }) => news)),
  };
}

/** All of that. */
export async function* readMerged(
  opened: OpenedLog,
  take: (event: LoggedEvent) => LoggedEvent | undefined,
): AsyncGenerator<LoggedEvent[]> {
  const { there, news } = readParts(opened, take);
  yield* there;
  if (opened.clock) yield* news;
}

async function* mergeLogs(opened: OpenedLog, logs: readonly TimedLog<LoggedEvent>[]): AsyncGenerator<LoggedEvent[]> {
  const late = new Map<string, number>();
  const onLate = ({ source: { server, name } }: LoggedEvent): void => {
    const whose = server === '' ? name : server;
    late.set(whose, (late.get(whose) ?? 0) + 1);
  };
  yield* mergeByTime(logs, { timeOf: ({ at }) => at, onLate });
  for (const [whose, count] of late)
    opened.tally.note(
      `${counted(count, 'event')} of ${whose} ${count === 1 ? 'stands' : 'stand'} behind later ones: the clock there was ahead for a while.`,
    );
}

function timedLog(
  opened: OpenedLog,
  server: ServerLog,
  take: (event: LoggedEvent) => LoggedEvent | undefined,
): { batches: AsyncGenerator<LoggedEvent[]>; clock: LogClock } {
  const clock = new LogClock();
  const seen = (event: LoggedEvent): LoggedEvent | undefined => {
    clock.see(event.at);
    return take(event);
  };
  return { batches: readAll({ ...opened, servers: [server] }, seen), clock };
}

/**
 * Says on stderr what was read, and what could not be: one line, and one for each kind of damage.
 *
 * @param isCountTold the answer on the same terminal says already how lines and events were counted.
 */
export function sayWhatWasRead(
  { servers, tally, missing }: OpenedLog,
  flags: OpenFlags,
  { io }: Context,
  isCountTold: boolean = false,
): void {
  const { style, columns } = io;
  const remarks = [...(isCountTold ? [] : countRemarks(tally)), ...unfinishedText(tally)];
  const talk = [summary(servers, tally, flags.utc ?? false), ...remarks];
  if (!flags.quiet) for (const line of talk) io.stderr(`${style.dim(wrap(safeText(line), columns))}\n`);
  for (const line of warnings(tally)) io.stderr(`${style.yellow('warning:')} ${wrap(safeText(line), columns - 9)}\n`);
  for (const line of missing) io.stderr(`${style.red('missing:')} ${wrap(safeText(line), columns - 9)}\n`);
}

function summary(servers: readonly ServerLog[], { events, envelopes, from, to }: LogTally, isUtc: boolean): string {
  const files = servers.reduce((sum, { sources }) => sum + sources.length, 0);
  const names = [...envelopes];
  const wrapped = names.length === 0 ? '' : ` (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''})`;
  const of = servers.length > 1 ? ` of ${servers.length} API servers` : '';
  const span = Number.isFinite(from) ? `, ${spanText(from, to, isUtc)}` : '';
  return `${counted(events, 'event')} in ${counted(files, 'file')}${wrapped}${of}${span}`;
}

function unfinishedText({ damaged, damages }: LogTally): string[] {
  if (damaged.unfinished === 0) return [];
  const places = placesOf('unfinished', damages, damaged.unfinished);
  return [`The last line is only begun in ${places}: it is being written, or was cut off.`];
}

const DAMAGE: Readonly<Record<Exclude<DamageKind, 'unfinished'>, [one: string, more: string]>> = {
  cut: ['begins like an event and breaks off', 'begin like an event and break off'],
  nul: ['holds bytes NUL, as after a crash or on a full disk', 'hold bytes NUL, as after a crash or on a full disk'],
  corrupt: ['is not JSON', 'are not JSON'],
  foreign: ['is no audit event', 'are no audit events'],
};

function warnings({ damaged, damages, converted, notes }: LogTally): string[] {
  const lines = (['cut', 'nul', 'corrupt', 'foreign'] as const)
    .filter((kind) => damaged[kind] > 0)
    .map((kind) => {
      const says = DAMAGE[kind][damaged[kind] === 1 ? 0 : 1];
      return `${counted(damaged[kind], 'line')} ${says}: ${placesOf(kind, damages, damaged[kind])}`;
    });
  const changed = `${counted(converted, 'event')} ${converted === 1 ? 'is' : 'are'} not as the API server wrote ${converted === 1 ? 'it' : 'them'}: fields were lost or renamed on the way.`;
  return [...lines, ...damages.flatMap(savedText).slice(0, SAVED), ...(converted === 0 ? [] : [changed]), ...notes];
}

const SAVED = 3;

function placesOf(kind: DamageKind, damages: readonly Damage[], count: number): string {
  const found = damages.filter((damage) => damage.kind === kind).slice(0, 3);
  const places = found.map(
    ({ source, line, offset }) => `${source.name}:${line}${offset === undefined ? '' : ` (byte ${offset})`}`,
  );
  return `${places.join(', ')}${count > found.length ? ', …' : ''}`;
}

/** An event that breaks off is not shown with the others: what it says could have been meant otherwise. */
function savedText({ kind, saved, source, line }: Damage): string[] {
  const { verb, requestURI, username, auditID } = saved ?? {};
  if (kind !== 'cut' || verb === undefined || requestURI === undefined) return [];
  const by = username === undefined ? '' : ` by ${username}`;
  return [
    `Of the event in ${source.name}:${line} is left: ${verb} ${eventMask().uri(requestURI)}${by}, audit ID ${auditID ?? 'unknown'}`,
  ];
}

/** The exit status after a log was read: 4 where a part of it is missing, 1 with `--strict` where lines are damaged. */
export function statusOf({ tally, missing }: OpenedLog, { strict }: OpenFlags): number {
  if (missing.length > 0) return 4;
  const { unfinished: _, ...damaged } = tally.damaged;
  return strict && Object.values(damaged).some((count) => count > 0) ? 1 : 0;
}
