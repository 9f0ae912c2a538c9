import { readJson } from '../json.ts';
import { textOf } from './json-bytes.ts';
import type { ByteRange, DirectBytes, LoggedEvent, LogSource } from './event.ts';
import { type Engine, engineNamed, type Walker } from './kernel.ts';
import { AT_ONCE, type LineBreaker, lineBreaker, type TakeLine } from './lines.ts';
import { isPlainEvent, ParsedEvent } from './parsed.ts';
import { COMES_AGAIN, END, MOST_ROWS, ROW_LENGTH, SAYS, type Scanner, START } from './scan.ts';
import type { LogTally } from './tally.ts';
import { beginsValue, Unwrapper } from './unwrap.ts';
import { WalkedEvent } from './walked.ts';

/**
 * Reads a source once, event by event, in the order in which they stand there.
 *
 * @param take gets each event, which is only good until it returns, and gives what is wanted of it; undefined for nothing.
 * @param tally counts what was read, and what could not be.
 * @param engine walks the lines.
 * @returns what `take` gave, in an array for every 64 KiB or so; one without anything is left out.
 * @throws what the source throws.
 */
export async function* readLog<Wanted>(
  source: LogSource,
  take: (event: LoggedEvent) => Wanted | undefined,
  tally: LogTally,
  engine: Engine = engineNamed(undefined),
): AsyncGenerator<Wanted[]> {
  let wanted: Wanted[] = [];
  const walker = engine.walker();
  const reader = lineReader(source, { tally, walker }, (event) => {
    const given = take(event);
    if (given !== undefined) wanted.push(given);
  });
  try {
    for await (const chunk of source.open())
      for (const piece of piecesOf(chunk)) {
        reader.feed(piece);
        if (wanted.length > 0) yield wanted;
        wanted = [];
      }
    reader.end();
    if (wanted.length > 0) yield wanted;
  } finally {
    engine.free(walker);
  }
}

/** Takes the events of a log, those in rows of a scanner where they are such. */
export interface RowTaker {
  /** Combinations of objects with different names differ. */
  readonly keepsNames: boolean;
  /** Combinations are told apart by objectRef, not by path. */
  readonly byObject?: boolean;
  add(event: LoggedEvent): void;
  /**
   * @param at where the row begins.
   * @param eventOf makes an event of it, where one is needed.
   */
  addRow(scanner: Scanner, at: number, eventOf: () => LoggedEvent): void;
  /** The same for rows from one to before another, but those that have `COMES_AGAIN`; left out where it takes them one by one. */
  addRows?(scanner: Scanner, from: number, to: number, eventOf: (row: number) => LoggedEvent): void;
  /** Nothing more comes of a source: what a scanner counted of it is to be taken now. */
  finish?(): void;
  /** The scanner knows none of its combinations any longer. */
  forget(): void;
}

/** A piece of a source that begins with a line, and ends with one unless it is the last. */
export interface Piece extends ByteRange {
  /** So many lines are before it. */
  line: number;
  isLast: boolean;
}

interface ScanOptions {
  engine?: Engine;
  /** Is called after every chunk, and waited for. */
  step?: () => void | Promise<void> | undefined;
  /** Only this is read of it. */
  piece?: Piece;
  /** One of the engine that is kept for the taker: what its scanner knows, the taker knows. */
  walker?: Walker;
  /** Other processors have work of their own: nothing is read ahead. */
  isBusy?: boolean;
}

/**
 * Reads a source as `readLog`, for what needs little of most events: whole blocks of lines are looked at at once.
 *
 * @returns whether what comes behind the piece can be read for itself: nothing is known of it that would matter there.
 * @throws what the source, the taker and `step` throw.
 */
export async function scanLog(
  source: LogSource,
  taker: RowTaker,
  tally: LogTally,
  { engine = engineNamed(undefined), step, piece, walker: kept, isBusy = false }: ScanOptions = {},
): Promise<boolean> {
  const walker = kept ?? engine.walker();
  if (!kept) forget(walker.scanner, taker);
  const reader = lineReader(source, { tally, walker, taker, ...(piece && { piece }) }, (event) => taker.add(event));
  try {
    const direct = directBytes(source, piece);
    if (direct) await (isBusy ? scanDirect : scanBehind)(direct, reader, step).finally(() => direct.close());
    else
      for await (const chunk of source.open(piece)) {
        reader.feed(chunk);
        await step?.();
      }
    if (piece?.isLast !== false) reader.end();
    return reader.isFresh();
  } finally {
    taker.finish?.();
    if (!kept) {
      taker.forget();
      engine.free(walker);
    }
  }
}

/** undefined for what is not read line by line. */
function directBytes(source: LogSource, piece: Piece | undefined): DirectBytes | undefined {
  const direct = source.direct?.(piece);
  if (!direct || piece || beginsWithLine(direct.head)) return direct;
  direct.close();
  return undefined;
}

async function scanDirect(direct: DirectBytes, { lines }: Reader, step: ScanOptions['step']): Promise<void> {
  for (let count = direct.read(lines.space(AT_ONCE)); count > 0; count = direct.read(lines.space(AT_ONCE))) {
    lines.filled(count);
    const waiting = step?.();
    if (waiting) await waiting; // a promise for each of many small pieces would cost more than to read it
  }
}

/** To wait for less costs more than it is worth. */
const AHEAD = 2 * 1024 * 1024;

/** The same, while the next bytes are read: where another processor is free for that, it takes no time here. */
async function scanBehind(direct: DirectBytes, { lines }: Reader, step: ScanOptions['step']): Promise<void> {
  let reading = direct.readAhead(lines.space(AHEAD));
  try {
    for (let count = await reading; count > 0; count = await reading) {
      reading = direct.readAhead(lines.space(AHEAD));
      lines.filled(count);
      const waiting = step?.();
      if (waiting) await waiting;
    }
  } finally {
    await reading; // it writes into the room, and is read from what is closed next
  }
}

/** What is kept of a piece is soon done with: the first line is there at once, and little memory is needed. */
const PIECE = 65_536;

/** Breaks a chunk at ends of lines, so that no line is put together again for that. */
function* piecesOf(chunk: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  while (chunk.length - start > PIECE) {
    const end = chunk.indexOf(LINE_FEED, start + PIECE) + 1;
    if (end === 0) break;
    yield chunk.subarray(start, end);
    start = end;
  }
  yield chunk.subarray(start);
}

const LINE_FEED = 10;

/** Gets the bytes of a source, chunk by chunk. */
interface Reader {
  feed(chunk: Uint8Array): void;
  /** For a source of which it is known that it is read line by line: it may be given its bytes here, instead of by `feed`. */
  readonly lines: LineBreaker;
  end(): void;
  /** As if nothing had been read yet. */
  isFresh(): boolean;
}

/** Events on lines of their own are read here, all else by the unwrapper; so is a source whose first chunk has no whole line. */
function lineReader(
  source: LogSource,
  { tally, walker, taker, piece }: { tally: LogTally; walker: Walker; taker?: RowTaker; piece?: Piece },
  take: (event: LoggedEvent) => void,
): Reader {
  const counted = (event: LoggedEvent): void => {
    if (tally.event(event)) take(event);
  };
  const unwrapper = new Unwrapper(source, tally, counted);
  const walked = new WalkedEvent(source, walker.walk);
  let { line = 0, from: offset = 0 } = piece ?? {};
  let isEnd = false;
  let isLines = piece ? true : undefined;
  const takeLine: TakeLine = (chunk, start, end) => {
    const from = offset;
    line += 1;
    offset += end - start + 1;
    tally.line(end - start + 1);
    if (start === end) return;
    if (!unwrapper.isOpen && walked.take(chunk, start, end, line)) return counted(walked);
    const bytes = chunk.subarray(start, end);
    const value = unwrapper.isOpen ? undefined : readJson(textOf(bytes));
    if (!isPlainEvent(value)) return unwrapper.line(bytes, { line, offset: from }, isEnd);
    counted(new ParsedEvent(value, { source, line, envelope: '', isConverted: false, bytes, wrapped: bytes }));
  };
  const startOf = (row: number): number => walker.scanner.rows[row * ROW_LENGTH + START] ?? 0;
  const endOf = (row: number): number => walker.scanner.rows[row * ROW_LENGTH + END] ?? 0;
  /** Takes rows of events from one to before another. */
  const takeEvents = (by: RowTaker, from: number, to: number): void => {
    const before = line;
    const bytes = endOf(to - 1) + 1 - startOf(from);
    const eventOf = (row: number): LoggedEvent => {
      walked.take(walker.room, startOf(row), endOf(row), before + row - from + 1);
      return walked;
    };
    line += to - from;
    offset += bytes;
    tally.manyLines(to - from, bytes);
    giveRows(by, walker.scanner, from, to, eventOf);
  };
  const takeRows = (by: RowTaker, count: number): void => {
    for (let row = 0; row < count;) {
      const next = unwrapper.isOpen ? row : tally.rows(walker.scanner, row, count);
      if (next > row) takeEvents(by, row, next);
      else takeLine(walker.room, startOf(row), endOf(row));
      row = Math.max(next, row + 1);
    }
  };
  const tooLong = (length: number): void => {
    tally.damage({ source, line: (line += 1), offset, kind: 'corrupt' });
    tally.line(length + 1);
    offset += length + 1;
  };
  const takeMany = taker && rowsTaker(walker.scanner, taker, tally, (count) => takeRows(taker, count));
  const lines = lineBreaker({ take: takeLine, ...(takeMany && { takeMany }), tooLong, room: walker.room });
  const feed = (chunk: Uint8Array): void => {
    isLines ??= beginsWithLine(chunk);
    if (isLines) return lines.chunk(chunk);
    tally.chunk(chunk);
    unwrapper.bytes(chunk);
  };
  const end = (): void => {
    isEnd = true;
    if (isLines !== false) lines.end();
    unwrapper.end();
  };
  return { feed, lines, end, isFresh: () => unwrapper.isFresh };
}

/** Has blocks of lines scanned. */
function rowsTaker(scanner: Scanner, taker: RowTaker, tally: LogTally, takeRows: (count: number) => void) {
  return (start: number, end: number): void => {
    for (let from = start; from < end;) {
      const count = scanner.scan(from, end);
      tally.expect(scanner, count);
      takeRows(count);
      if (count > 0) from = (scanner.rows[(count - 1) * ROW_LENGTH + END] ?? end) + 1;
      if (from < end && count < MOST_ROWS) forget(scanner, taker);
    }
  };
}

/** Gives rows to a taker, from one to before another, but those that have `COMES_AGAIN`. */
export function giveRows(
  taker: Pick<RowTaker, 'addRow' | 'addRows'>,
  scanner: Scanner,
  from: number,
  to: number,
  eventOf: (row: number) => LoggedEvent,
): void {
  if (taker.addRows) return taker.addRows(scanner, from, to, eventOf);
  for (let row = from; row < to; row++) {
    const at = row * ROW_LENGTH;
    if (((scanner.rows[at + SAYS] ?? 0) & COMES_AGAIN) === 0) taker.addRow(scanner, at, () => eventOf(row));
  }
}

function forget(scanner: Scanner, taker: RowTaker): void {
  scanner.reset(taker.keepsNames, taker.byObject);
  taker.forget();
}

/**
 * Whether a source that begins with this chunk is read line by line. Not where a list begins or a first line is long: a large export on
 * one line would have to be held as a whole.
 */
export function beginsWithLine(chunk: Uint8Array): boolean {
  const isList = beginsValue(chunk) && chunk.find((byte) => byte > 0x20) !== 0x7b;
  return !isList && (chunk.length < 65_536 || chunk.includes(10));
}
