import {
  type AuditUser,
  EVENT_KEYS,
  type EventKey,
  type LoggedEvent,
  type LogSource,
  type ObjectReference,
  type ResponseStatus,
} from './event.ts';
import { Memo } from './memo.ts';
import { asObject, asStatus, asTextMap, asTexts, asUser } from './shapes.ts';
import { microseconds } from './time.ts';
import { newSpans, walk as plainWalk } from './walk.ts';

/**
 * An event as it lies in the bytes of its line: each value is decoded when it is asked for. One object serves for line after line
 * (`take` the next, `keep` for a copy). The values are those of `ParsedEvent`, which a property test holds.
 */
export class WalkedEvent implements LoggedEvent {
  readonly source: LogSource;
  readonly envelope = '';
  readonly isConverted = false;
  line = 0;
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  readonly #spans: Int32Array;
  readonly #walk: typeof plainWalk;
  #at: number | undefined;

  constructor(source: LogSource, walk: typeof plainWalk = plainWalk, spans: Int32Array = newSpans()) {
    this.source = source;
    this.#walk = walk;
    this.#spans = spans;
  }

  /** Takes the line `bytes[start..end)`, behind which stands a line feed; gives whether it surely is an event. */
  take(bytes: Buffer, start: number, end: number, line: number): boolean {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#at = undefined;
    this.line = line;
    const walk = this.#walk;
    return walk(bytes, start, end, this.#spans) && this.#isPlainEvent();
  }

  get level(): string {
    return this.#word('level') ?? '';
  }
  get auditID(): string {
    return this.#text('auditID') ?? '';
  }
  get stage(): string {
    return this.#word('stage') ?? '';
  }
  get requestURI(): string {
    return this.#text('requestURI') ?? '';
  }
  get verb(): string {
    return this.#word('verb') ?? '';
  }
  get userAgent(): string | undefined {
    return this.#word('userAgent');
  }
  get requestReceivedTimestamp(): string | undefined {
    return this.#text('requestReceivedTimestamp');
  }
  get stageTimestamp(): string | undefined {
    return this.#text('stageTimestamp');
  }
  get user(): AuditUser | undefined {
    return this.#shaped('user', USERS);
  }
  get impersonatedUser(): AuditUser | undefined {
    return this.#shaped('impersonatedUser', USERS);
  }
  get objectRef(): ObjectReference | undefined {
    return this.#shaped('objectRef', OBJECTS);
  }
  get responseStatus(): ResponseStatus | undefined {
    return this.#shaped('responseStatus', STATUSES);
  }
  get annotations(): Readonly<Record<string, string>> | undefined {
    return this.#shaped('annotations', TEXT_MAPS);
  }
  get sourceIPs(): readonly string[] | undefined {
    return this.#shaped('sourceIPs', LISTS);
  }
  get requestObject(): unknown {
    return this.#parsed('requestObject');
  }
  get responseObject(): unknown {
    return this.#parsed('responseObject');
  }
  get at(): number {
    this.#at ??= this.#time('stageTimestamp');
    return this.#at;
  }
  get received(): number {
    return this.#time('requestReceivedTimestamp');
  }
  get code(): number {
    const code = this.responseStatus?.code;
    return typeof code === 'number' ? code : 0;
  }
  bytes(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end);
  }
  sizeOf(key: EventKey): number {
    return this.#to(key) - this.#from(key);
  }
  wrapped(): Uint8Array {
    return this.bytes();
  }
  keep(part?: 'head'): LoggedEvent {
    const cuts = part === 'head' ? this.#bodies() : [];
    const size = cuts.reduce((left, [from, to]) => left - (to - from) + NULL.length, this.#end - this.#start);
    // One piece of memory for places and bytes: many events are kept at once, and each piece has a price of its own.
    const memory = Buffer.allocUnsafe(this.#spans.byteLength + size);
    const spans = new Int32Array(memory.buffer, memory.byteOffset, this.#spans.length);
    const kept = new WalkedEvent(this.source, plainWalk, spans);
    kept.#bytes = memory.subarray(this.#spans.byteLength);
    kept.#end = size;
    kept.line = this.line;
    let [from, to] = [this.#start, 0];
    for (const [start, end] of cuts) {
      to += this.#bytes.copy(kept.#bytes, to, from, start);
      to += NULL.copy(kept.#bytes, to);
      from = end;
    }
    this.#bytes.copy(kept.#bytes, to, from, this.#end);
    for (const [at, place] of this.#spans.entries()) kept.#spans[at] = place === 0 ? 0 : this.#moved(place, cuts);
    if (part === 'head') for (const key of BODIES) kept.#spans.fill(0, 2 * PLACES[key], 2 * PLACES[key] + 2);
    return kept;
  }

  /** Where they are, in the order in which they stand there. */
  #bodies(): [from: number, to: number][] {
    const spans = BODIES.map((key): [number, number] => [this.#from(key), this.#to(key)]);
    return spans.filter(([from]) => from !== 0).toSorted(([a], [b]) => a - b);
  }

  /** Where a place of the line is in one of which something was cut. */
  #moved(place: number, cuts: readonly [from: number, to: number][]): number {
    const before = cuts.filter(([from]) => from < place);
    return before.reduce((moved, [from, to]) => moved - (to - from) + NULL.length, place - this.#start);
  }

  /** As `isPlainEvent` of `parsed.ts` has it, and with a level: `ship` may have given that another name. */
  #isPlainEvent(): boolean {
    const user = this.#from('user');
    if (user === 0 || this.#bytes[user] !== OPEN_MAP || this.#from('level') === 0) return false;
    return MUST_BE_TEXT.every((key) => this.#isText(key));
  }

  #from(key: EventKey): number {
    return this.#spans[2 * PLACES[key]] ?? 0;
  }

  #to(key: EventKey): number {
    return this.#spans[2 * PLACES[key] + 1] ?? 0;
  }

  #isText(key: EventKey): boolean {
    const from = this.#from(key);
    return from !== 0 && this.#bytes[from] === QUOTE;
  }

  #text(key: EventKey): string | undefined {
    return this.#isText(key) ? textIn(this.#bytes, this.#from(key), this.#to(key)) : undefined;
  }

  /** Of what there are few that differ. */
  #word(key: EventKey): string | undefined {
    return this.#isText(key) ? WORDS.get(this.#bytes, this.#from(key), this.#to(key)) : undefined;
  }

  #parsed(key: EventKey): unknown {
    const from = this.#from(key);
    return from === 0 ? undefined : valueIn(this.#bytes, from, this.#to(key));
  }

  #shaped<Value>(key: EventKey, memo: Memo<Value>): Value | undefined {
    const from = this.#from(key);
    return from === 0 ? undefined : memo.get(this.#bytes, from, this.#to(key));
  }

  #time(key: EventKey): number {
    const from = this.#from(key);
    if (this.#to(key) - from !== TIME.length) return microseconds(this.#text(key));
    return timeIn(this.#bytes, from) ?? microseconds(this.#text(key));
  }
}

const QUOTE = 0x22;
const OPEN_MAP = 0x7b;
const BODIES: readonly EventKey[] = ['requestObject', 'responseObject'];
const NULL: Buffer = Buffer.from('null');
const MUST_BE_TEXT: readonly EventKey[] = ['auditID', 'stage', 'verb'];
const PLACES = Object.fromEntries(EVENT_KEYS.map((key, at) => [key, at])) as Record<EventKey, number>;

const WORDS = new Memo(textIn);
const USERS = memoOf(asUser);
const OBJECTS = memoOf(asObject);
const STATUSES = memoOf(asStatus);
const TEXT_MAPS = memoOf(asTextMap);
const LISTS = memoOf(asTexts);

function memoOf<Value>(shape: (value: unknown) => Value): Memo<Value> {
  return new Memo((bytes, start, end) => shape(valueIn(bytes, start, end)));
}

function textIn(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start + 1, end - 1);
  return text.includes('\\') ? String(JSON.parse(`"${text}"`)) : text;
}

function valueIn(bytes: Buffer, start: number, end: number): unknown {
  return JSON.parse(bytes.toString('utf8', start, end));
}

/** How Go writes a `metav1.MicroTime`: always so many digits, always in UTC. */
const TIME = '"2026-11-23T05:55:18.123456Z"';

/** Reads a time of this form at a place; undefined for one that is not of it. */
function timeIn(bytes: Uint8Array, from: number): number | undefined {
  for (const at of MARKS) if (bytes[from + at] !== TIME.charCodeAt(at)) return undefined;
  const [year, month, day] = [numberIn(bytes, from + 1, 4), numberIn(bytes, from + 6, 2), numberIn(bytes, from + 9, 2)];
  const hours = numberIn(bytes, from + 12, 2);
  const seconds = hours * 3600 + numberIn(bytes, from + 15, 2) * 60 + numberIn(bytes, from + 18, 2);
  const micro = numberIn(bytes, from + 21, 6);
  const isReal = year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= 28 && seconds < 86_400 && micro >= 0;
  return isReal ? (daysSince1970(year, month, day) * 86_400 + seconds) * 1_000_000 + micro : undefined;
}

/** So many decimal digits; NaN where one is none. */
function numberIn(bytes: Uint8Array, from: number, length: number): number {
  let value = 0;
  for (let at = from; at < from + length; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Where the marks are that are no digits. */
const MARKS: readonly number[] = [...TIME].flatMap((char, at) => (/\d/.test(char) ? [] : [at]));

/** The algorithm `days_from_civil` of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms". */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}
