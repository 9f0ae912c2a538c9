import { idOf } from './duplicates.ts';
import { LEVELS } from '../policy/types.ts';
import type { LogSource, ObjectReference } from './event.ts';
import { WalkedEvent } from './walked.ts';

/** Where a row says what, in numbers of 32 bits: the line is `room[start..end)`. */
export const START = 0;
export const END = 1;
/** A sum of what follows; 0 for a line that is no event, or has to be read another way: then the rest of its row means nothing. */
export const SAYS = 2;
const IS_EVENT = 1;
/** It begins as Go's JSON of kube-apiserver, ends with its bracket, and holds none of < > &, which Go would have escaped. */
export const IS_BY_GO = 2;
/** It may have annotations that patches of webhooks left. */
export const HAS_PATCH = 4;
/** It has an ID and a time, so that it is known when it comes again. */
export const HAS_ID = 8;
/** It may say as whom somebody acted. */
export const IMPERSONATES = 16;
/** It was there before, and counts no more: no scanner says so, but a `LogTally`. */
export const COMES_AGAIN = 32;
/** By its place in `LEVELS`, and in `ROW_STAGES`. */
export const LEVEL = 3;
export const STAGE = 4;
/** Of who asks for what. */
export const COMBINATION = 5;
/** Where the bodies are: two numbers each, both 0 where there is none. */
export const REQUEST_OBJECT = 6;
export const RESPONSE_OBJECT = 8;
/** What `Duplicates` knows it by: two numbers. */
export const ID = 10;
/** `stageTimestamp` in microseconds, as a number of 64 bits. */
export const STAMP = 12;
/** By number: who sent it, and what is asked of what. Both together make the combination. */
export const USER = 14;
export const TARGET = 15;
/** Where more of it is: two numbers each, both 0 where there is none. */
export const SOURCE_IPS = 16;
export const USER_AGENT = 18;
export const RESPONSE_STATUS = 20;
export const AUDIT_ID = 22;
export const RECEIVED = 24;
/** The last 32 bits of the microseconds in `requestReceivedTimestamp`; 0 without one. */
export const RECEIVED_LOW = 26;
export const ROW_LENGTH = 28;

export const ROW_STAGES: readonly string[] = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'];

/** So many lines at once. */
export const MOST_ROWS = 2048;
/** There are never more combinations than this. */
export const MOST_COMBINATIONS = 16_384;

/**
 * Looks at many lines at once and says of each in a row of numbers what is needed to replay or count it. Lines of one combination are of
 * the same user, groups and verb, and about the same path (without the query, and where names do not matter without the name of the
 * object): what a policy decides about one it decides about all. Or they are told apart by objectRef instead: of one combination are those
 * with the same resource, group, subresource and namespace there, and without an objectRef those about the same path.
 */
export interface Scanner {
  /** Where the lines lie. */
  readonly room: Buffer;
  readonly rows: Int32Array;
  readonly times: Float64Array;
  /** Forgets all combinations. With `keepsNames` those of objects with different names differ; `byObject` tells them apart by objectRef. */
  reset(keepsNames: boolean, byObject?: boolean): void;
  /**
   * Fills rows for the lines in `room[from..to)`, behind each of which stands a line feed; gives how many. Where they are less than
   * `MOST_ROWS` and some lines are left, it knows too many combinations: `reset` it, and go on.
   */
  scan(from: number, to: number): number;
  /**
   * Left out where it has none.
   *
   * @internal
   */
  readonly counter?: RowCounter;
}

/**
 * Counts what policies keep of rows, in memory of its own: kernel/count.ts, which says what lies in it. `RowCounts` of src/replay puts there
 * what it has to know, and takes from there what it counted.
 */
export interface RowCounter {
  readonly rules: Uint32Array;
  readonly known: Uint16Array;
  readonly limits: Uint32Array;
  readonly firsts: Uint8Array;
  readonly width: Float64Array;
  readonly spans: Float64Array;
  readonly cells: Float64Array;
  readonly largest: Uint32Array;
  readonly sizes: Uint32Array;
  readonly talkers: Float64Array;
  /** Counts rows from one to before another; gives the first that it does not count, as it does not know enough of it. */
  count(from: number, to: number, policies: number, most: number): number;
}

/** A counter counts for so many policies. */
export const MOST_POLICIES = 7;
/** All of them together have at most so many rules, with one more each for what no rule matches. */
export const MOST_RULES = 256;
/** It counts in so many spans of time at once, which are more than a log has. */
export const COUNTED_SPANS = 128;
/** So many sizes are told apart. */
export const SIZE_STEPS = 1024;

const NOWHERE: LogSource = { name: '', server: '', open: async function* () {} };
const LINE_FEED = 10;
const CLOSE_MAP = 0x7d;
/** How kube-apiserver begins a line. */
const BEGIN: Buffer = Buffer.from('{"kind":"Event","apiVersion":"audit.k8s.io/v1');
/** What Go's `encoding/json` writes as an escape. */
const RAW: readonly number[] = [...'<>&'].map((char) => char.charCodeAt(0));
const PATCH: Buffer = Buffer.from('"patch.w');

/** The twin of kernel/scan.ts: slower, and with the same answers. */
export class PlainScanner implements Scanner {
  readonly rows: Int32Array = new Int32Array(MOST_ROWS * ROW_LENGTH);
  readonly times: Float64Array = new Float64Array(this.rows.buffer);
  readonly room: Buffer;
  readonly #event: WalkedEvent = new WalkedEvent(NOWHERE);
  readonly #users: Numbers = new Numbers();
  readonly #targets: Numbers = new Numbers();
  readonly #combinations: Numbers = new Numbers();
  readonly #id: Int32Array = new Int32Array(2);
  #keepsNames = false;
  #byObject = false;

  constructor(room: Buffer) {
    this.room = room;
  }

  reset(keepsNames: boolean, byObject: boolean = false): void {
    for (const numbers of [this.#users, this.#targets, this.#combinations]) numbers.clear();
    this.#keepsNames = keepsNames;
    this.#byObject = byObject;
  }

  scan(from: number, to: number): number {
    let count = 0;
    for (let start = from; start < to && count < MOST_ROWS && this.#combinations.size < MOST_COMBINATIONS; count++) {
      const end = this.room.indexOf(LINE_FEED, start);
      const row = count * ROW_LENGTH;
      this.rows[row + START] = start;
      this.rows[row + END] = end;
      this.rows[row + SAYS] = this.#row(row, start, end);
      start = end + 1;
    }
    return count;
  }

  #row(row: number, start: number, end: number): number {
    const event = this.#event;
    const { rows } = this;
    if (!event.take(this.room, start, end, 0)) return 0;
    const level = LEVELS.findIndex((each) => each === event.level);
    const stage = ROW_STAGES.indexOf(event.stage);
    const target = this.#targetOf(event);
    if (level < 0 || stage < 0 || target === undefined) return 0;
    const user = this.#users.of(event.rawOf('user'));
    rows[row + LEVEL] = level;
    rows[row + STAGE] = stage;
    rows[row + USER] = user;
    rows[row + TARGET] = target;
    rows[row + COMBINATION] = this.#combinations.of(`${user} ${target}`);
    rows.set(event.placeOf('requestObject'), row + REQUEST_OBJECT);
    rows.set(event.placeOf('responseObject'), row + RESPONSE_OBJECT);
    this.times[(row + STAMP) / 2] = event.at;
    rows.set(event.placeOf('sourceIPs'), row + SOURCE_IPS);
    rows.set(event.placeOf('userAgent'), row + USER_AGENT);
    rows.set(event.placeOf('responseStatus'), row + RESPONSE_STATUS);
    rows.set(event.placeOf('auditID'), row + AUDIT_ID);
    rows.set(event.placeOf('requestReceivedTimestamp'), row + RECEIVED);
    rows[row + RECEIVED_LOW] = (event.received % 2 ** 32) | 0;
    const id = idOf(event, this.#id);
    if (id) rows.set(this.#id, row + ID);
    const line = this.room.subarray(start, end);
    const isPatched = line.includes(PATCH);
    const impersonates = event.sizeOf('impersonatedUser') > 0;
    const says = IS_EVENT + (isByGo(line) ? IS_BY_GO : 0) + (isPatched ? HAS_PATCH : 0) + (id ? HAS_ID : 0);
    return says + (impersonates ? IMPERSONATES : 0);
  }

  /** undefined where the path does not tell what it is about. */
  #targetOf(event: WalkedEvent): number | undefined {
    const { requestURI, verb, objectRef } = event;
    if (objectRef && this.#byObject) return this.#targets.of(JSON.stringify([verb, ...typeAndPlace(objectRef)]));
    if (objectRef && !/^\/(?:api\/[^/?]*|apis\/[^/?]*\/[^/?]*)\/[^?]/.test(requestURI)) return undefined;
    const mayNameObject = this.#keepsNames && (verb === 'list' || verb === 'watch');
    const path = mayNameObject ? requestURI : requestURI.split('?', 1)[0];
    return this.#targets.of(JSON.stringify([verb, objectRef === undefined, path]));
  }
}

function typeAndPlace({ resource, apiGroup, namespace, subresource }: ObjectReference): (string | undefined)[] {
  return [resource, apiGroup, namespace, subresource];
}

/** Numbers texts in the order in which they come. */
class Numbers {
  readonly #known: Map<string, number> = new Map();

  get size(): number {
    return this.#known.size;
  }

  /** The number of a text, a new one where it is new. */
  of(text: string): number {
    const number = this.#known.get(text) ?? this.#known.size;
    this.#known.set(text, number);
    return number;
  }

  clear(): void {
    this.#known.clear();
  }
}

/**
 * Whether a line is taken to be written by Go, as `IS_BY_GO` says. Behind the last bracket Go writes nothing: a line that was copied
 * through Windows has a carriage return there.
 */
export function isByGo(line: Buffer): boolean {
  const isGo = line.subarray(0, BEGIN.length).equals(BEGIN) && line.at(-1) === CLOSE_MAP;
  return isGo && RAW.every((byte) => !line.includes(byte));
}
