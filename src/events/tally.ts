import { Duplicates, idOf } from './duplicates.ts';
import type { LoggedEvent, LogSource } from './event.ts';
import { HAS_ID, ID, SAYS, type Scanner, STAMP } from './scan.ts';

/**
 * What keeps a line from being an event: it begins like one and breaks off, which the last line of a log does that is being written
 * (`unfinished`, no damage); it has bytes NUL in it, is no JSON, or is JSON or text of something else.
 */
export type DamageKind = 'cut' | 'nul' | 'corrupt' | 'foreign' | 'unfinished';

/** What could be saved of an event that breaks off. */
export interface SavedParts {
  auditID: string | undefined;
  verb: string | undefined;
  username: string | undefined;
  requestURI: string | undefined;
}

/** One line that is no event. */
export interface Damage {
  source: LogSource;
  line: number;
  /** Where it begins, in bytes of what is decompressed. */
  offset?: number;
  kind: DamageKind;
  /** Of an event that breaks off: it is not to be trusted further than this. */
  saved?: SavedParts;
}

const KEPT = 20;
const DAMAGE_KINDS: readonly DamageKind[] = ['cut', 'nul', 'corrupt', 'foreign', 'unfinished'];
const ID_OF = new Int32Array(2);

/** What events are known by, in their order: two numbers each, in pieces; and the places of those that were known already. */
interface IDs {
  pieces: Int32Array[];
  count: number;
  known: number[];
}

const IN_PIECE = 65_536;

function addID(ids: IDs, first: number, second: number, isKnown: boolean): void {
  const at = (2 * ids.count) % IN_PIECE;
  if (at === 0) ids.pieces.push(new Int32Array(IN_PIECE));
  const piece = ids.pieces.at(-1);
  if (piece) [piece[at], piece[at + 1]] = [first, second];
  if (isKnown) ids.known.push(ids.count);
  ids.count += 1;
}

/** Gives the same IDs once more, and tells whether the same ones of them are known. */
function sameKnown(known: Duplicates, { pieces, count, known: places }: IDs): boolean {
  let next = 0;
  for (let at = 0; at < count; at++) {
    const piece = pieces[Math.floor((2 * at) / IN_PIECE)];
    const wasKnown = places[next] === at;
    if (wasKnown) next += 1;
    if (known.hasId(piece?.[(2 * at) % IN_PIECE] ?? 0, piece?.[((2 * at) % IN_PIECE) + 1] ?? 0) !== wasKnown)
      return false;
  }
  return true;
}

/** What is only added up. */
const SUMS = ['lines', 'bytes', 'events', 'duplicates', 'converted', 'rest', 'merged'] as const;

/** All that a `LogTally` counted, as plain data: for another thread. What is damaged is without its source. */
export interface TallyCounts extends Readonly<Record<(typeof SUMS)[number], number>> {
  from: number;
  to: number;
  damaged: Readonly<Record<DamageKind, number>>;
  damages: readonly Omit<Damage, 'source'>[];
  notes: readonly string[];
  envelopes: readonly string[];
  ids: IDs;
}

/** Counts what was read of a log, so that nothing is dropped silently. */
export class LogTally {
  lines: number = 0;
  bytes: number = 0;
  events: number = 0;
  /** `at` of the earliest and the latest event; Infinity and -Infinity where there is none. */
  from: number = Infinity;
  to: number = -Infinity;
  /** How many lines are no event, by kind. */
  readonly damaged: Record<DamageKind, number> = { cut: 0, nul: 0, corrupt: 0, foreign: 0, unfinished: 0 };
  /** The first of them, of each kind. */
  readonly damages: Damage[] = [];
  /** How many events were there before, and are not counted again. */
  duplicates: number = 0;
  /** How many are not as the API server wrote them. */
  converted: number = 0;
  #known = new Duplicates();
  /** Room for a copy of it. */
  #spare = new Duplicates();
  readonly #ids: IDs | undefined;
  /** How many lines and values are only what events are wrapped in. */
  rest: number = 0;
  /** How many lines hold more than one event, as where a line feed was lost. */
  merged: number = 0;
  /** What is to be known of what was read, a sentence each. */
  readonly notes: Set<string> = new Set();
  /** In which envelopes there were events. */
  readonly envelopes: Set<string> = new Set();

  /**
   * @param keepsIDs so that it can be merged into another.
   * @internal
   */
  constructor(keepsIDs = false) {
    this.#ids = keepsIDs ? { pieces: [], count: 0, known: [] } : undefined;
  }

  /** @param bytes with the line feed. */
  line(bytes: number): void {
    this.lines += 1;
    this.bytes += bytes;
  }

  /** For what is not broken into lines. */
  chunk(bytes: Uint8Array): void {
    this.bytes += bytes.length;
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) this.lines += 1;
  }

  /** Gives whether it is new: one that was there before counts as that and as nothing else. */
  event(event: LoggedEvent): boolean {
    if (idOf(event, ID_OF) && this.#isKnown(ID_OF[0] ?? 0, ID_OF[1] ?? 0)) return false;
    const { at, envelope, isConverted } = event;
    this.events += 1;
    if (isConverted) this.converted += 1;
    if (at < this.from) this.from = at;
    if (at > this.to) this.to = at;
    if (envelope !== '') this.envelopes.add(envelope);
    return true;
  }

  /**
   * The same of an event in a row of a scanner.
   *
   * @internal
   */
  row({ rows, times }: Scanner, at: number): boolean {
    const hasId = ((rows[at + SAYS] ?? 0) & HAS_ID) !== 0;
    if (hasId && this.#isKnown(rows[at + ID] ?? 0, rows[at + ID + 1] ?? 0)) return false;
    const stamp = times[(at + STAMP) >> 1] ?? NaN;
    this.events += 1;
    if (stamp < this.from) this.from = stamp;
    if (stamp > this.to) this.to = stamp;
    return true;
  }

  /** @internal */
  counted(): TallyCounts {
    const { lines, bytes, events, duplicates, converted, rest, merged, from, to, damaged, notes, envelopes } = this;
    return {
      lines,
      bytes,
      events,
      duplicates,
      converted,
      rest,
      merged,
      from,
      to,
      damaged,
      damages: this.damages.map(({ source: _source, ...damage }) => damage),
      notes: [...notes],
      envelopes: [...envelopes],
      ids: this.#ids ?? { pieces: [], count: 0, known: [] },
    };
  }

  /**
   * Adds what was counted of the lines that came next; gives false, and adds nothing, where not the same would come out as if all had been
   * counted here: an event there was here before.
   *
   * @param source of those lines.
   * @param line so many lines of it are before them.
   * @internal
   */
  merge(counts: TallyCounts, source: LogSource, line: number): boolean {
    this.#spare.copy(this.#known);
    if (!sameKnown(this.#spare, counts.ids)) return false;
    [this.#known, this.#spare] = [this.#spare, this.#known];
    for (const sum of SUMS) this[sum] += counts[sum];
    this.from = Math.min(this.from, counts.from);
    this.to = Math.max(this.to, counts.to);
    const before = { ...this.damaged };
    for (const kind of DAMAGE_KINDS) this.damaged[kind] += counts.damaged[kind];
    for (const damage of counts.damages)
      if ((before[damage.kind] += 1) <= KEPT) this.damages.push({ ...damage, source, line: damage.line + line });
    for (const note of counts.notes) this.notes.add(note);
    for (const envelope of counts.envelopes) this.envelopes.add(envelope);
    return true;
  }

  #isKnown(first: number, second: number): boolean {
    const isKnown = this.#known.hasId(first, second);
    if (this.#ids) addID(this.#ids, first, second, isKnown);
    if (isKnown) this.duplicates += 1;
    return isKnown;
  }

  note(sentence: string): void {
    this.notes.add(sentence);
  }

  damage(damage: Damage): void {
    this.damaged[damage.kind] += 1;
    if (this.damaged[damage.kind] <= KEPT) this.damages.push(damage);
  }
}
