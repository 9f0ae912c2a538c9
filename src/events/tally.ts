import type { LoggedEvent, LogSource } from './event.ts';

/**
 * What keeps a line from being an event: it begins like one and breaks off, has bytes NUL in it, is no JSON, or is JSON or text of
 * something else.
 */
export type DamageKind = 'cut' | 'nul' | 'corrupt' | 'foreign';

/** One line that is no event. */
export interface Damage {
  source: LogSource;
  line: number;
  kind: DamageKind;
}

const KEPT = 20;

/** Counts what was read of a log, so that nothing is dropped silently. */
export class LogTally {
  lines: number = 0;
  bytes: number = 0;
  events: number = 0;
  /** `at` of the earliest and the latest event; Infinity and -Infinity where there is none. */
  from: number = Infinity;
  to: number = -Infinity;
  /** How many lines are no event, by kind. */
  readonly damaged: Record<DamageKind, number> = { cut: 0, nul: 0, corrupt: 0, foreign: 0 };
  /** The first of them. */
  readonly damages: Damage[] = [];
  /** How many events stood in which envelope; '' for none. */
  readonly envelopes: Map<string, number> = new Map();

  /** @param bytes with the line feed. */
  line(bytes: number): void {
    this.lines += 1;
    this.bytes += bytes;
  }

  event({ at, envelope }: LoggedEvent): void {
    this.events += 1;
    if (at < this.from) this.from = at;
    if (at > this.to) this.to = at;
    this.envelopes.set(envelope, (this.envelopes.get(envelope) ?? 0) + 1);
  }

  damage(damage: Damage): void {
    this.damaged[damage.kind] += 1;
    if (this.damages.length < KEPT) this.damages.push(damage);
  }
}
