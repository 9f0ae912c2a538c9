import { Duplicates, idOf, type PartIDs } from './duplicates.ts';
import type { LoggedEvent, LogSource } from './event.ts';
import { COMES_AGAIN, HAS_ID, ID, ROW_LENGTH, SAYS, type Scanner, STAMP } from './scan.ts';

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
/** So many events are looked at before it is asked for each: as many as stay near the processor. */
const AT_ONCE = 256;

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
}

type Known = Pick<Duplicates, 'hasId'> & Partial<Pick<Duplicates, 'touch'>>;

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
  readonly #known: Known;
  /** How many lines and values are only what events are wrapped in. */
  rest: number = 0;
  /** How many lines hold more than one event, as where a line feed was lost. */
  merged: number = 0;
  /** What is to be known of what was read, a sentence each. */
  readonly notes: Set<string> = new Set();
  /** In which envelopes there were events. */
  readonly envelopes: Set<string> = new Set();

  /**
   * @param known says of each event whether it was there before.
   * @internal
   */
  constructor(known: Known = new Duplicates()) {
    this.#known = known;
  }

  /** @param bytes with the line feed. */
  line(bytes: number): void {
    this.lines += 1;
    this.bytes += bytes;
  }

  /**
   * The same for many lines.
   *
   * @internal
   */
  manyLines(lines: number, bytes: number): void {
    this.lines += lines;
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
   * The same of events in rows of a scanner, from one on to before another or the first that is none, which it gives. Those that were there
   * before have `COMES_AGAIN` then.
   *
   * @internal
   */
  rows({ rows, times }: Scanner, from: number, to: number): number {
    for (let row = from; row < to; row++) {
      const at = row * ROW_LENGTH;
      const says = rows[at + SAYS] ?? 0;
      if (says === 0) return row;
      if ((says & HAS_ID) !== 0 && this.#isKnown(rows[at + ID] ?? 0, rows[at + ID + 1] ?? 0)) {
        rows[at + SAYS] = says | COMES_AGAIN;
        continue;
      }
      const stamp = times[(at + STAMP) >> 1] ?? NaN;
      this.events += 1;
      if (stamp < this.from) this.from = stamp;
      if (stamp > this.to) this.to = stamp;
    }
    return to;
  }

  /**
   * Prepares for so many rows.
   *
   * @internal
   */
  expect({ rows }: Scanner, count: number): void {
    this.#known.touch?.(rows, ID, count * ROW_LENGTH, ROW_LENGTH);
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
    };
  }

  /**
   * Gives the places of those events of the next part that were there before, as it would have found if it had read them; it knows them from
   * now on.
   *
   * @internal
   */
  knownOf({ ids, count }: PartIDs): number[] {
    const known: number[] = [];
    for (let at = 0; at < count; at++) {
      if (at % AT_ONCE === 0) this.#known.touch?.(ids, 2 * at, 2 * Math.min(count, at + AT_ONCE), 2);
      if (this.#known.hasId(ids[2 * at] ?? 0, ids[2 * at + 1] ?? 0)) known.push(at);
    }
    return known;
  }

  /**
   * Adds what was counted of the lines that came next, whose events are known.
   *
   * @param source of those lines.
   * @param line so many lines of it are before them.
   * @internal
   */
  merge(counts: TallyCounts, source: LogSource, line: number): void {
    for (const sum of SUMS) this[sum] += counts[sum];
    this.from = Math.min(this.from, counts.from);
    this.to = Math.max(this.to, counts.to);
    const before = { ...this.damaged };
    for (const kind of DAMAGE_KINDS) this.damaged[kind] += counts.damaged[kind];
    for (const damage of counts.damages)
      if ((before[damage.kind] += 1) <= KEPT) this.damages.push({ ...damage, source, line: damage.line + line });
    for (const note of counts.notes) this.notes.add(note);
    for (const envelope of counts.envelopes) this.envelopes.add(envelope);
  }

  #isKnown(first: number, second: number): boolean {
    const isKnown = this.#known.hasId(first, second);
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
