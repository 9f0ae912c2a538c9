import type { Context } from '../../context.ts';
import type { LoggedEvent } from '../../events/event.ts';
import type { Test } from '../../events/filter.ts';
import { type FoldedRequest, RequestsBegun, stageFolder, unfolded } from '../../events/fold.ts';
import { isNoise } from '../../events/people.ts';
import { csvLine, FIELDS, tabLine, TABLE_FIELDS } from '../../report/events/fields.ts';
import { linePrinter } from '../../report/events/line.ts';
import { type EventMask, eventMask, revealed } from '../../report/events/mask-event.ts';
import { tableLines } from '../../report/table.ts';
import { safeJsonText } from '../../report/text.ts';
import { readCount } from '../../flags/check.ts';
import { pagedOut, plainOut } from '../../terminal/paged.ts';
import type { LogsFlags } from './flags.ts';
import { type OpenedLog, readAll, readParts } from './open.ts';

/**
 * Prints every event that is wanted, its own bytes on a line: nothing is hidden, folded or masked. Only a terminal gets what it would obey
 * as escapes of JSON.
 */
export async function printJson(opened: OpenedLog, isWanted: Test, flags: LogsFlags, { io }: Context): Promise<void> {
  const bytesOf = (event: LoggedEvent): Uint8Array => (flags.envelope ? event.wrapped() : event.bytes());
  const line = (event: LoggedEvent): Uint8Array => Buffer.concat([bytesOf(event), LINE_FEED]);
  const isOne = opened.servers.length === 1 && !opened.clock;
  const parts = (): Parts<Uint8Array> => {
    if (isOne)
      return { there: readAll(opened, (event) => (isWanted(event) ? line(event) : undefined)), news: nothing() };
    const { there, news } = readParts(opened, (event) => (isWanted(event) ? event.keep() : undefined));
    return { there: linesOf(there, line), news: linesOf(news, line) };
  };
  for await (const some of shownOf(parts(), flags)) {
    const bytes = Buffer.concat(some);
    await io.stdout(io.isTerminal.stdout ? safeJsonText(bytes.toString()) : bytes);
    if (io.isStdoutClosed) return;
  }
}

const LINE_FEED = Buffer.from('\n');

/** What is shown of what is there, and of what comes. */
interface Parts<Item> {
  there: AsyncIterable<Item[]>;
  news: AsyncIterable<Item[]>;
}

async function* nothing(): AsyncGenerator<never> {}

async function* linesOf<Line>(
  batches: AsyncIterable<LoggedEvent[]>,
  line: (event: LoggedEvent) => Line,
): AsyncGenerator<Line[]> {
  for await (const events of batches) yield events.map(line);
}

/** How many requests were shown, and how many were hidden. */
export interface Shown {
  shown: number;
  hidden: number;
}

/** Prints requests, each folded into one line, as `-o` says. What the cluster does to itself is hidden, unless it is asked for. */
export async function printRequests(
  opened: OpenedLog,
  isWanted: Test,
  flags: LogsFlags,
  context: Context,
): Promise<Shown> {
  const counts: Shown = { shown: 0, hidden: 0 };
  const writer = writerOf(opened, flags, context.io);
  const out = opened.clock ? plainOut(context.io) : await pagedOut(context.io, context);
  try {
    if (writer.head !== '') await out.write(writer.head);
    for await (const requests of shownOf(requestsOf(opened, isWanted, flags, counts), flags)) {
      counts.shown += requests.length;
      await out.write(writer.write(requests));
      if (out.isClosed) break;
    }
    await out.write(writer.end());
  } finally {
    await out.end();
  }
  return counts;
}

/** Of what the stages are told, or a single request, or of whom it says who, nothing is hidden: it is what was asked for. */
function hidesNoise({ all, stage, auditId, user, group }: LogsFlags): boolean {
  const isNamed = [...stage, ...auditId, ...user, ...group].some((value) => !value.startsWith('!'));
  return !all && !isNamed;
}

function requestsOf(opened: OpenedLog, isWanted: Test, flags: LogsFlags, counts: Shown): Parts<FoldedRequest> {
  const hides = hidesNoise(flags);
  const isShown: Test = hides ? (event) => isWanted(event) && !isNoise(event) : isWanted;
  const folder = stageFolder(isShown);
  const hidden = new RequestsBegun();
  const isByStage = flags.stage.length > 0;
  const take = (event: LoggedEvent): LoggedEvent | undefined => {
    const isNeeded = isWanted(event);
    const isHidden = isNeeded && hides && isNoise(event);
    if (isHidden && !hidden.see(event)) counts.hidden += 1;
    else if (isNeeded && !isHidden && hidden.has(event) && hidden.see(event)) counts.hidden -= 1; // only its end tells
    if (isByStage) return isNeeded ? event.keep('head') : undefined;
    return folder.takes(event, isNeeded && !isHidden) ? event.keep('head') : undefined;
  };
  const { there, news } = readParts(opened, take);
  const { clock } = opened;
  const told = (events: LoggedEvent[]): FoldedRequest[] =>
    isByStage ? events.map(unfolded) : events.flatMap((event) => folder.add(event));
  const pass = (): FoldedRequest[] => (clock ? folder.pass(clock().getTime() * 1000) : []);
  const passed = (events: LoggedEvent[]): FoldedRequest[] => [...told(events), ...pass()];
  const settled = (): FoldedRequest[] => [...pass(), ...folder.settle()].toSorted((a, b) => a.event.at - b.event.at);
  return {
    there: foldedOf(there, told, clock ? settled : folder.end),
    news: clock ? foldedOf(news, passed, folder.end) : nothing(),
  };
}

async function* foldedOf(
  batches: AsyncIterable<LoggedEvent[]>,
  told: (events: LoggedEvent[]) => FoldedRequest[],
  end: () => FoldedRequest[],
): AsyncGenerator<FoldedRequest[]> {
  for await (const events of batches) yield told(events);
  yield end();
}

/** What is there first, with `--tail` only the last of it, and then what comes. */
async function* shownOf<Item>({ there, news }: Parts<Item>, flags: LogsFlags): AsyncGenerator<Item[]> {
  yield* tailOf(there, flags);
  for await (const items of news) if (items.length > 0) yield items;
}

/** All, or with `--tail` the last of them, once they are known. */
async function* tailOf<Item>(batches: AsyncIterable<Item[]>, { tail }: LogsFlags): AsyncGenerator<Item[]> {
  const count = readCount('--tail', tail, 'requests');
  let last: Item[] = [];
  for await (const items of batches) {
    if (items.length === 0) continue;
    if (count === undefined) {
      yield items;
      continue;
    }
    for (const item of items) last.push(item);
    if (last.length > 2 * count) last = last.slice(last.length - count);
  }
  if (last.length > 0) yield last.slice(-(count ?? 0));
}

interface Writer {
  head: string;
  write: (requests: readonly FoldedRequest[]) => string;
  end: () => string;
}

type Io = Context['io'];

function writerOf({ servers, clock }: OpenedLog, flags: LogsFlags, io: Io): Writer {
  const { output, utc: isUtc = false, reveal, stage } = flags;
  const mask = reveal ? revealed : eventMask();
  const hasServers = servers.length > 1;
  const { stdoutStyle: style, stdoutColumns: columns } = io;
  const names = FIELDS.map(({ name }) => name);
  if (output === 'csv') return fieldWriter(csvLine(names), (request) => csvLine(cellsOf(request, mask)));
  if (output === 'wide')
    return fieldWriter(`${style.bold(names.join('\t'))}\n`, (request) => tabLine(cellsOf(request, mask)));
  if (output === 'table') return tableWriter(io, { mask, isUtc, hasServers, block: clock ? 1 : BLOCK });
  const write = linePrinter({ style, columns, isUtc, hasServers, hasStages: stage.length > 0, mask });
  return { head: '', write, end: () => '' };
}

function cellsOf(request: FoldedRequest, mask: EventMask): string[] {
  return FIELDS.map(({ text }) => text(request, mask));
}

function fieldWriter(head: string, line: (request: FoldedRequest) => string): Writer {
  return { head, write: (requests) => requests.map(line).join(''), end: () => '' };
}

interface TableOptions {
  mask: EventMask;
  isUtc: boolean;
  hasServers: boolean;
  /** So many requests are made as wide as the widest of them. */
  block: number;
}

/** Of a log that has an end; of one that is followed nobody waits for more. */
const BLOCK = 1000;

function tableWriter(io: Io, options: TableOptions): Writer {
  let rows: FoldedRequest[] = [];
  let hasHead = false;
  const text = (): string => {
    if (rows.length === 0) return '';
    const columns = TABLE_FIELDS.filter(({ head }) => options.hasServers || head !== 'SERVER').map(
      ({ text: cell, ...column }) => ({
        ...column,
        cells: rows.map((row) => cell(row, options)),
      }),
    );
    const lines = tableLines(columns, io.stdoutColumns, io.stdoutStyle).slice(hasHead ? 1 : 0);
    hasHead = true;
    rows = [];
    return `${lines.join('\n')}\n`;
  };
  return {
    head: '',
    write: (requests) => {
      rows = [...rows, ...requests]; // as many as are given at once: too many for the arguments of a call
      return rows.length >= options.block ? text() : '';
    },
    end: text,
  };
}
