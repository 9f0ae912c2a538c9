import type { Context } from '../../context.ts';
import type { LoggedEvent } from '../../events/event.ts';
import { eventFilter, type Test } from '../../events/filter.ts';
import { stageFolder, type FoldedRequest } from '../../events/fold.ts';
import { isNoise } from '../../events/people.ts';
import { csvLine, eventLine, FIELDS } from '../../report/events/line.ts';
import { safeText, wrap } from '../../report/text.ts';
import { count } from './count.ts';
import { readFilter } from './filter-flags.ts';
import type { LogsFlags } from './flags.ts';
import { type OpenedLog, openLog, readAll, readMerged, sayWhatWasRead, statusOf } from './open.ts';

/** What stands before and behind `--`. */
interface LogsWords {
  words: readonly string[];
  request: readonly string[];
}

/** `logs`: what is in audit logs, a request a line. */
export async function logs({ words, request }: LogsWords, flags: LogsFlags, context: Context): Promise<number> {
  const isWanted = await wanted(flags, request, context);
  const opened = openLog(words, flags, context);
  const isCounted = flags.count || flags.top !== undefined || flags.by !== undefined;
  if (isCounted) await count(opened, isWanted, flags, context);
  else if (flags.output === 'json') await printJson(opened, isWanted, flags, context);
  else await printLines(opened, isWanted, flags, context);
  sayWhatWasRead(opened, flags, context);
  return statusOf(opened, flags);
}

async function wanted(flags: LogsFlags, request: readonly string[], context: Context): Promise<Test> {
  const policy = flags.policy === undefined ? undefined : await namedBy(flags.policy, flags.set, context);
  const zone = flags.utc ? 'utc' : 'local';
  return eventFilter(readFilter(flags, { now: context.now(), zone, request, policy }));
}

async function namedBy(word: string, set: readonly string[], context: Context) {
  const [{ namedPolicy }, { readSet }] = await Promise.all([
    import('../policy/named-policy.ts'),
    import('../../flags/check.ts'),
  ]);
  return (await namedPolicy(word, { set: readSet(set) }, context)).policy;
}

/** Every event that is wanted, its own bytes on a line: nothing is hidden, folded or masked. */
async function printJson(opened: OpenedLog, isWanted: Test, { envelope }: LogsFlags, { io }: Context): Promise<void> {
  const lineOf = (event: LoggedEvent): Uint8Array => (envelope ? event.wrapped() : event.bytes());
  const line = (event: LoggedEvent) => (isWanted(event) ? Buffer.concat([lineOf(event), LINE_FEED]) : undefined);
  const isOne = opened.servers.length === 1;
  const all = isOne ? readAll(opened, line) : inOrder(readMerged(opened, keepIf(isWanted)), line);
  for await (const lines of all) await io.stdout(Buffer.concat(lines));
}

const LINE_FEED = Buffer.from('\n');

async function* inOrder<Line>(
  batches: AsyncIterable<LoggedEvent[]>,
  line: (event: LoggedEvent) => Line | undefined,
): AsyncGenerator<Line[]> {
  for await (const events of batches) yield events.map(line).filter((each) => each !== undefined);
}

function keepIf(isWanted: Test): (event: LoggedEvent) => LoggedEvent | undefined {
  return (event) => (isWanted(event) ? event.keep() : undefined);
}

async function printLines(opened: OpenedLog, isWanted: Test, flags: LogsFlags, context: Context): Promise<void> {
  const { io } = context;
  let hidden = 0;
  let shown = 0;
  const take = (event: LoggedEvent): LoggedEvent | undefined => {
    if (!isWanted(event)) return undefined;
    if (flags.all || flags.stage.length > 0 || !isNoise(event)) return event.keep();
    hidden += 1;
    return undefined;
  };
  const write = writer(opened, flags, context);
  if (write.head !== '') await io.stdout(write.head);
  for await (const requests of folded(readMerged(opened, take), flags.stage.length > 0)) {
    shown += requests.length;
    await io.stdout(requests.map(write.line).join(''));
  }
  sayHidden({ hidden, shown }, flags, context);
}

/** The requests of events; each event for itself where stages are asked for. */
async function* folded(batches: AsyncIterable<LoggedEvent[]>, isByStage: boolean): AsyncGenerator<FoldedRequest[]> {
  const folder = stageFolder();
  for await (const events of batches) {
    const requests = isByStage ? events.map(alone) : events.flatMap((event) => folder.add(event));
    if (requests.length > 0) yield requests;
  }
  const rest = folder.end();
  if (rest.length > 0) yield rest;
}

function alone(event: LoggedEvent): FoldedRequest {
  return { event, isOpen: false, took: NaN };
}

interface Writer {
  head: string;
  line: (folded: FoldedRequest) => string;
}

function writer({ servers }: OpenedLog, { output, utc }: LogsFlags, { io }: Context): Writer {
  const cells = (folded: FoldedRequest): string[] => FIELDS.map(({ text }) => text(folded));
  const names = FIELDS.map(({ name }) => name);
  if (output === 'csv') return { head: csvLine(names), line: (folded) => csvLine(cells(folded)) };
  if (output === 'wide') {
    const line = (folded: FoldedRequest): string => `${cells(folded).map(safeCell).join('\t')}\n`;
    return { head: `${io.stdoutStyle.bold(names.join('\t'))}\n`, line };
  }
  const options = {
    style: io.stdoutStyle,
    columns: io.stdoutColumns,
    isUtc: utc ?? false,
    hasServers: servers.length > 1,
  };
  return { head: '', line: (folded) => `${eventLine(folded, options)}\n` };
}

function safeCell(cell: string): string {
  return cell === '' ? '-' : safeText(cell).replaceAll(/[\t\n]/g, ' ');
}

/** Nothing is hidden without a word. */
function sayHidden({ hidden, shown }: { hidden: number; shown: number }, flags: LogsFlags, { io }: Context): void {
  if (flags.quiet) return;
  const lines = [
    ...(shown === 0 ? ['Nothing matches.'] : []),
    ...(hidden === 0
      ? []
      : [`${hidden.toLocaleString('en-US')} events of the system itself are hidden; --all shows them.`]),
  ];
  for (const line of lines) io.stderr(`${io.style.dim(wrap(line, io.columns))}\n`);
}
