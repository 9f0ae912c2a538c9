import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import type { LoggedEvent } from '../../events/event.ts';
import { type ServerLog, serverLogs } from '../../events/log-set.ts';
import { mergeByTime } from '../../events/merge.ts';
import { readLog } from '../../events/read.ts';
import { type DamageKind, LogTally } from '../../events/tally.ts';
import { logSources } from '../../input/log-files.ts';
import { shippedFile } from '../../input/templates.ts';
import { followed, readTogether } from './follow.ts';
import { timeText } from '../../report/events/line.ts';
import { safeText, wrap } from '../../report/text.ts';

/** The flags that say which log is read, as the command line gives them. */
export interface OpenFlags {
  sample?: boolean;
  strict?: boolean;
  quiet?: boolean;
  utc?: boolean;
  follow?: boolean;
}

/** A log that can be read: once. */
export interface OpenedLog {
  servers: readonly ServerLog[];
  /** What was read of it so far. */
  tally: LogTally;
  /** What should be there and could not be read, a sentence each. */
  missing: string[];
  /** Of a log that has no end, as it is read while it is written; else null. */
  clock: (() => Date) | null;
}

/**
 * Finds the log that a command names: files, folders, `-` for stdin; nothing named is stdin where that is a pipe.
 *
 * @throws UserError for what is not there, and where no log is named.
 */
export function openLog(words: readonly string[], flags: OpenFlags & { since?: string }, context: Context): OpenedLog {
  const { io } = context;
  const named = words.length === 0 && flags.sample ? [shippedFile(SAMPLE)] : words;
  if (named.length === 0 && io.input.isTTY) throw noLog();
  const sources = logSources(named.length === 0 ? ['-'] : named, io.input);
  const opened = { servers: serverLogs(sources), tally: new LogTally(), missing: [], clock: null };
  return flags.follow ? live(opened, flags, context) : opened;
}

/** Gaps are said as they are found: whoever watches must not wait for the end. */
function live(opened: OpenedLog, { since }: { since?: string }, { interrupt: signal, io, now }: Context): OpenedLog {
  const onGap = (text: string): void => io.stderr(`${io.style.yellow('warning:')} ${safeText(text)}\n`);
  const servers = followed(opened.servers, { signal, isFromStart: since !== undefined, onGap });
  return { ...opened, servers, clock: now };
}

/** A small log that comes with the package, to see the commands work. */
const SAMPLE = 'examples/audit-log.jsonl';

function noLog(): UserError {
  return new UserError('no log is named', {
    hint: 'Name files or folders, or - for stdin. --sample shows it with a log that comes with kops-audit.',
  });
}

/** Reads all servers, each after the other, in the order of their files: for what needs no time order. */
export async function* readAll<Wanted>(
  { servers, tally }: OpenedLog,
  take: (event: LoggedEvent) => Wanted | undefined,
): AsyncGenerator<Wanted[]> {
  for (const { sources } of servers) for (const source of sources) yield* readLog(source, take, tally);
}

/** Reads all servers side by side, in time order. What `take` gives must last. */
export async function* readMerged(
  opened: OpenedLog,
  take: (event: LoggedEvent) => LoggedEvent | undefined,
): AsyncGenerator<LoggedEvent[]> {
  if (opened.clock) return yield* readTogether(opened.servers, take, opened.tally);
  const streams = opened.servers.map((server) => readAll({ ...opened, servers: [server] }, take));
  yield* mergeByTime(streams, ({ at }) => at);
}

/** Says on stderr what was read, and what could not be: one line, and one for each kind of damage. */
export function sayWhatWasRead({ servers, tally, missing }: OpenedLog, flags: OpenFlags, { io }: Context): void {
  const { style, columns } = io;
  if (!flags.quiet) io.stderr(`${style.dim(wrap(summary(servers, tally, flags.utc ?? false), columns))}\n`);
  for (const line of damageLines(tally)) io.stderr(`${style.yellow('warning:')} ${wrap(line, columns - 9)}\n`);
  for (const line of missing) io.stderr(`${style.red('missing:')} ${wrap(safeText(line), columns - 9)}\n`);
}

function summary(servers: readonly ServerLog[], { events, from, to }: LogTally, isUtc: boolean): string {
  const files = servers.reduce((sum, { sources }) => sum + sources.length, 0);
  const of = servers.length > 1 ? ` of ${servers.length} API servers` : '';
  const span = events === 0 ? '' : `, ${timeText(from, isUtc)} to ${timeText(to, isUtc)}`;
  return `${counted(events, 'event')} in ${counted(files, 'file')}${of}${span}`;
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
}

const DAMAGE: Readonly<Record<DamageKind, string>> = {
  cut: 'begin like an event and break off',
  nul: 'hold bytes NUL, as after a crash or on a full disk',
  corrupt: 'are not JSON',
  foreign: 'are no audit event',
  unfinished: 'at the end of a file is only begun: it is being written, or the copy was cut off',
};

function damageLines({ damaged, damages }: LogTally): string[] {
  const kinds = Object.entries(DAMAGE).map(([kind, says]) => {
    const found = damages.filter((damage) => damage.kind === kind);
    const places = found.slice(0, 3).map(({ source, line }) => safeText(`${source.name}:${line}`));
    const count = Object.entries(damaged).find(([name]) => name === kind)?.[1] ?? 0;
    return count === 0 ? '' : `${counted(count, 'line')} ${says}: ${places.join(', ')}${count > 3 ? ', …' : ''}`;
  });
  return kinds.filter((line) => line !== '');
}

/** The exit status after a log was read: 4 where a part of it is missing, 1 with `--strict` where lines are damaged. */
export function statusOf({ tally, missing }: OpenedLog, { strict }: OpenFlags): number {
  if (missing.length > 0) return 4;
  return strict && Object.values(tally.damaged).some((count) => count > 0) ? 1 : 0;
}
