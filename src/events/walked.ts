import {
  type AuditUser,
  EVENT_KEYS,
  type EventKey,
  type LoggedEvent,
  type LogSource,
  type ObjectReference,
  type ResponseStatus,
} from './event.ts';
import { hashBytes, hashText } from './duplicates.ts';
import { Memo } from './memo.ts';
import { asObject, asStatus, asTextMap, asTexts, asUser } from './shapes.ts';
import { goTimes, microseconds } from './time.ts';
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
  hashID(state: Int32Array): boolean {
    const [from, to] = [this.#from('auditID') + 1, this.#to('auditID') - 1];
    if (!hashBytes(this.#bytes, from, to, state)) hashText(this.auditID, state);
    return from < to;
  }
  bytes(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end);
  }
  sizeOf(key: EventKey): number {
    return this.#to(key) - this.#from(key);
  }
  /** Whether the value of a key is an object: it is not read for that. */
  hasObject(key: EventKey): boolean {
    return this.#from(key) !== 0 && this.#bytes[this.#from(key)] === OPEN_MAP;
  }
  /** Where the value of a key is in the bytes that were taken; both 0 where there is none. */
  placeOf(key: EventKey): [from: number, to: number] {
    return [this.#from(key), this.#to(key)];
  }
  /** The value of a key as it stands there, a byte a character. */
  rawOf(key: EventKey): string {
    return this.#bytes.toString('latin1', this.#from(key), this.#to(key));
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

  #time(key: keyof typeof TIMES): number {
    return TIMES[key](this.#bytes, this.#from(key), this.#to(key)) ?? microseconds(this.#text(key));
  }
}

const QUOTE = 0x22;
const OPEN_MAP = 0x7b;
const BODIES: readonly EventKey[] = ['requestObject', 'responseObject'];
const NULL: Buffer = Buffer.from('null');
const MUST_BE_TEXT: readonly EventKey[] = ['auditID', 'stage', 'verb'];
const PLACES = Object.fromEntries(EVENT_KEYS.map((key, at) => [key, at])) as Record<EventKey, number>;

/** Each its own: a request that took long ended in another minute. */
const TIMES = { stageTimestamp: goTimes(), requestReceivedTimestamp: goTimes() };

const WORDS = new Memo(textIn);
const USERS = memoOf(asUser);
const OBJECTS = memoOf(asObject);
const STATUSES = memoOf(asStatus);
const TEXT_MAPS = memoOf(asTextMap);
const LISTS = memoOf(asTexts);

function memoOf<Value>(shape: (value: unknown) => Value): Memo<Value> {
  return new Memo((bytes, start, end) => shape(valueIn(bytes, start, end)));
}

/** The text of a JSON string, `bytes[start..end)` with its quotes. */
export function textIn(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start + 1, end - 1);
  return text.includes('\\') ? String(JSON.parse(`"${text}"`)) : text;
}

/** The JSON value in `bytes[start..end)`. */
export function valueIn(bytes: Buffer, start: number, end: number): unknown {
  return JSON.parse(bytes.toString('utf8', start, end));
}
