import { type Count, type CountedBy, Counter, PARTS, partsOf, type TimeCounter } from './counting.ts';
import type { LoggedEvent } from './event.ts';
import { EVERY, type Test } from './filter.ts';
import { Memo } from './memo.ts';
import { RequestEnds } from './request-ends.ts';
import {
  COMBINATION,
  IMPERSONATES,
  RESPONSE_STATUS,
  ROW_STAGES,
  SAYS,
  type Scanner,
  SOURCE_IPS,
  STAGE,
  STAMP,
  TARGET,
  USER,
  USER_AGENT,
} from './scan.ts';
import { asStatus, asTexts } from './shapes.ts';
import { valueIn } from './walked.ts';

interface CountsOptions {
  /** Counts them over time as well. */
  times?: TimeCounter | null;
  isWanted?: Test;
  /** Each event is counted for itself. */
  isByStage?: boolean;
}

const RECEIVED = ROW_STAGES.indexOf('RequestReceived');
const STARTED = ROW_STAGES.indexOf('ResponseStarted');
const COMPLETE = ROW_STAGES.indexOf('ResponseComplete');

/** Counts the requests of a log by parts of theirs, each where it ends; where all of them are wanted, in rows of a scanner too. */
export class RequestCounts {
  readonly keepsNames = false;
  readonly byObject = true;
  readonly total: Counter = new Counter();
  readonly #by: readonly CountedBy[];
  readonly #read: (event: LoggedEvent) => string[];
  readonly #rowParts: readonly RowPart[];
  /** A row that says this does not tell by what it is counted. */
  readonly #untold: number;
  readonly #times: TimeCounter | null;
  readonly #isWanted: Test;
  readonly #isByStage: boolean;
  readonly #ends: RequestEnds = new RequestEnds();
  /** What is known of the users, targets and combinations of a scanner. */
  readonly #users: Map<number, string> = new Map();
  readonly #targets: Map<number, Readonly<Record<OfTarget, string>>> = new Map();
  #parts: (string[] | undefined)[] = [];
  readonly #inTotal: KnownCounts = new KnownCounts();
  readonly #inTime: KnownCounts = new KnownCounts();

  constructor(by: readonly CountedBy[], { times = null, isWanted = EVERY, isByStage = false }: CountsOptions = {}) {
    this.#by = by;
    this.#read = partsOf(by);
    this.#rowParts = rowPartsOf(by);
    this.#untold = by.includes('user') ? IMPERSONATES : 0;
    this.#times = times;
    this.#isWanted = isWanted;
    this.#isByStage = isByStage;
  }

  /** Whether it can be given rows. */
  get takesRows(): boolean {
    return this.#isWanted === EVERY && !this.#isByStage;
  }

  /** How many ends of requests there were, whether or not they are wanted. */
  get ended(): number {
    return this.#ends.ended;
  }

  add(event: LoggedEvent): void {
    if (this.#isByStage || this.#ends.isEnd(event)) {
      if (this.#isWanted(event)) this.#count(this.#read(event), event.at);
    } else if (event.stage === 'ResponseStarted' && this.#isWanted(event)) this.#ends.begin(event, this.#read(event));
  }

  /**
   * The same of an event in a row of a scanner, which makes no object.
   *
   * @param at where the row begins.
   * @param eventOf makes one where that is needed.
   */
  addRow(scanner: Scanner, at: number, eventOf: () => LoggedEvent): void {
    const { rows } = scanner;
    const stage = rows[at + STAGE] ?? 0;
    if (stage === RECEIVED) return;
    const isBeginning = stage === STARTED && this.#userIn(rows, at, eventOf) !== '';
    const isTold = ((rows[at + SAYS] ?? 0) & this.#untold) === 0;
    if (!isTold || (stage !== COMPLETE && !isBeginning)) return this.add(eventOf());
    if (isBeginning) return this.#ends.beginRow(scanner, at, this.#partsIn(scanner, at, eventOf));
    this.#ends.complete(scanner, at);
    this.#countRow(scanner, at, eventOf);
  }

  /** Forgets all that it knows of a scanner, as that did. */
  forget(): void {
    this.#users.clear();
    this.#targets.clear();
    this.#parts = [];
    this.#inTotal.forget();
    this.#inTime.forget();
  }

  /** Counts those that are still open when the log ends; gives how many. */
  countOpen(): number {
    const open = this.#ends.open();
    for (const { parts, at } of open) this.#count(parts, at);
    return open.length;
  }

  #count(parts: readonly string[], at: number): void {
    this.total.add(parts, at);
    this.#times?.add(parts, at);
  }

  #countRow(scanner: Scanner, at: number, eventOf: () => LoggedEvent): void {
    const stamp = scanner.times[(at + STAMP) >> 1] ?? NaN;
    const parts = this.#partsIn(scanner, at, eventOf);
    if (this.#rowParts.length > 0) return this.#count(parts, stamp);
    const combination = scanner.rows[at + COMBINATION] ?? 0;
    this.#inTotal.add(this.total, combination, parts, stamp);
    const ofTime = this.#times?.of(stamp);
    if (ofTime) this.#inTime.add(ofTime, combination, parts, stamp);
  }

  #partsIn(scanner: Scanner, at: number, eventOf: () => LoggedEvent): readonly string[] {
    const { room, rows } = scanner;
    const known = this.#parts[rows[at + COMBINATION] ?? 0] ?? this.#learn(rows, at, eventOf);
    if (this.#rowParts.length === 0) return known;
    const parts = [...known];
    for (const { place, inRow, read } of this.#rowParts) {
      const from = rows[at + inRow] ?? 0;
      if (from > 0) parts[place] = read(room, from, rows[at + inRow + 1] ?? 0);
    }
    return parts;
  }

  /** The parts that are the same for all events of a combination; '' for others. */
  #learn(rows: Int32Array, at: number, eventOf: () => LoggedEvent): string[] {
    const parts = this.#by.map((each) => {
      if (each === 'user') return this.#userIn(rows, at, eventOf);
      return isOfTarget(each) ? this.#targetIn(rows, at, eventOf)[each] : '';
    });
    this.#parts[rows[at + COMBINATION] ?? 0] = parts;
    return parts;
  }

  /** The name of who sent it; '' where there is none. */
  #userIn(rows: Int32Array, at: number, eventOf: () => LoggedEvent): string {
    const number = rows[at + USER] ?? 0;
    const known = this.#users.get(number);
    if (known !== undefined) return known;
    const name = PARTS.user({ user: eventOf().user });
    this.#users.set(number, name);
    return name;
  }

  #targetIn(rows: Int32Array, at: number, eventOf: () => LoggedEvent): Readonly<Record<OfTarget, string>> {
    const number = rows[at + TARGET] ?? 0;
    const target = this.#targets.get(number) ?? targetOf(eventOf());
    this.#targets.set(number, target);
    return target;
  }
}

/** Where the requests of each combination are counted in a counter: looked for once, and not for each request. */
class KnownCounts {
  #counter: Counter | undefined;
  readonly #counts: Map<number, Count | null> = new Map();

  add(counter: Counter, combination: number, parts: readonly string[], at: number): void {
    if (counter !== this.#counter) this.forget();
    this.#counter = counter;
    const known = this.#counts.get(combination);
    const count = known === undefined ? counter.of(parts) : known;
    if (known === undefined) this.#counts.set(combination, count);
    counter.addTo(count, at);
  }

  forget(): void {
    this.#counts.clear();
  }
}

/** What is the same for all events of one target of a scanner that tells them apart by objectRef. */
type OfTarget = 'verb' | 'resource' | 'namespace';

function isOfTarget(by: CountedBy): by is OfTarget {
  return by === 'verb' || by === 'resource' || by === 'namespace';
}

function targetOf(event: LoggedEvent): Record<OfTarget, string> {
  return { verb: PARTS.verb(event), resource: PARTS.resource(event), namespace: PARTS.namespace(event) };
}

/** A part that is read from the line, where a row says. */
interface RowPart {
  /** Its place among the parts. */
  place: number;
  inRow: number;
  read: (room: Buffer, from: number, to: number) => string;
}

const IN_ROWS: Readonly<Partial<Record<CountedBy, { inRow: number; reader: () => RowPart['read'] }>>> = {
  ip: { inRow: SOURCE_IPS, reader: () => lastAddress },
  agent: { inRow: USER_AGENT, reader: () => remembered((value) => PARTS.agent({ userAgent: asText(value) })) },
  status: { inRow: RESPONSE_STATUS, reader: () => remembered((value) => PARTS.status({ code: codeOf(value) })) },
};

function rowPartsOf(by: readonly CountedBy[]): RowPart[] {
  return by.flatMap((each, place) => {
    const { inRow, reader } = IN_ROWS[each] ?? {};
    return inRow === undefined || !reader ? [] : [{ place, inRow, read: reader() }];
  });
}

function remembered(read: (value: unknown) => string): RowPart['read'] {
  const values = new Memo((bytes, start, end) => read(valueIn(bytes, start, end)));
  return (room, from, to) => values.get(room, from, to);
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function codeOf(value: unknown): number {
  return asStatus(value)?.code ?? 0;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;

/** The last text of a list. Of addresses there may be many, and hardly one has to be decoded: it is what stands between the last two quotes. */
function lastAddress(room: Buffer, from: number, to: number): string {
  let start = to - 3;
  while (start > from && isPlain(room[start] ?? 0)) start -= 1;
  const isBare = room[start] === QUOTE && room[start - 1] !== BACKSLASH;
  if (room[from] === OPEN_LIST && room[to - 2] === QUOTE && isBare) return room.toString('latin1', start + 1, to - 2);
  return PARTS.ip({ sourceIPs: asTexts(valueIn(room, from, to)) });
}

function isPlain(byte: number): boolean {
  return byte !== QUOTE && byte !== BACKSLASH && byte < 0x80;
}
