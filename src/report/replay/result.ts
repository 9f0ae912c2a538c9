import type { DamageKind } from '../../events/tally.ts';
import type { Policy } from '../../policy/types.ts';
import type { Amount } from '../../replay/amount.ts';
import type { Timeline } from '../../replay/over-time.ts';
import type { PolicyAmount } from '../../replay/policy-tally.ts';
import type { Talker } from '../../replay/talkers.ts';
import type { Sink } from '../../ship/sinks.ts';

/** A policy and what it would have kept. */
export interface Replayed extends PolicyAmount {
  name: string;
  policy: Policy;
  /** Its text, and the line that this has where it is from. */
  text: string;
  firstLine: number;
  /** The line of each rule in the policy's text, by its number; undefined where it has none. */
  lineOf: (rule: number) => number | undefined;
  talkers: readonly Talker[];
}

/** The log that was replayed. */
export interface ReplayedLog extends Amount {
  files: number;
  from: number;
  to: number;
  /** How many lines are no event, by what is wrong with them. */
  damaged: Readonly<Record<DamageKind, number>>;
  /** How many lines hold more than one event, which all count. */
  merged: number;
  /** How many events were there twice, and count once. */
  duplicates: number;
}

/** The policy that recorded a log, and what it would have kept of it: all, if it was that one. */
export interface RecordedWith {
  name: string;
  policy: Policy;
  amount: PolicyAmount;
}

/** What `policy replay` found. */
export interface ReplayResult {
  log: ReplayedLog;
  policies: readonly Replayed[];
  timeline: Timeline;
  /** Left out: nobody said. */
  recordedWith?: RecordedWith;
  /** The store that the events shall go to. */
  sink?: Sink;
  /** For 10⁹ bytes. */
  price?: number;
  /** So many bytes the log files on a node may have together. */
  room?: number;
}

/** A span that is shorter says nothing of a day, and one that is not long says little. */
const LEAST_SPAN = 10_000_000;
const GOOD_SPAN = 3_600_000_000;
const DAY = 86_400_000_000;
const HOUR = 3_600_000_000;
const MONTH = 30;

/** How many bytes that makes a day; null where the log is too short to tell. */
export function perDay({ bytes }: Amount, { from, to }: Pick<ReplayedLog, 'from' | 'to'>): number | null {
  return to - from >= LEAST_SPAN ? Math.round((bytes * DAY) / (to - from)) : null;
}

/** What 30 days cost; null where the log is too short to tell. */
export function costOf(amount: Amount, { price = 0, log }: ReplayResult): number | null {
  const bytes = perDay(amount, log);
  return bytes === null ? null : Math.round((bytes * MONTH * price) / 1e7) / 100;
}

/** For how many hours the files on a node reach back; null where the log is too short to tell. */
export function hoursOf({ bytes }: Amount, { room = 0, log: { from, to } }: ReplayResult): number | null {
  return to - from >= LEAST_SPAN && bytes > 0 ? Math.round((10 * room * (to - from)) / bytes / HOUR) / 10 : null;
}

/** How many lines are no event; one that is only begun is none of them. */
export function unreadableOf({ damaged }: ReplayedLog): number {
  return Object.values(damaged).reduce((sum, lines) => sum + lines, 0) - damaged.unfinished;
}

/** How many events of a policy the store does not take as they are; null where its limit is not known. */
export function overLimitOf({ rules }: PolicyAmount, sink: Sink): number | null {
  return sink.maxEventBytes === undefined ? null : rules.reduce((sum, { overLimit }) => sum + overLimit, 0);
}

/** How much of a whole, from 0; null of nothing. */
export function partOf(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** Whether the log is so short that another day may be another. */
export function isShort({ from, to }: Pick<ReplayedLog, 'from' | 'to'>): boolean {
  return to - from >= LEAST_SPAN && to - from < GOOD_SPAN;
}

/** In narrower spans a quiet cluster may have no event, and in a smaller part of them. */
const LEAST_WIDTH = 60_000_000;
const LEAST_PART = 0.1;

/**
 * For how many seconds there is no event, from the first to the last; 0 where these are few. What is a day in such a log is no day of the
 * cluster, unless nothing happened there: it is told too small.
 */
export function quietSeconds({ width, spans }: Timeline): number {
  const quiet = spans.filter(({ log }) => log.events === 0).length;
  return width < LEAST_WIDTH || quiet < LEAST_PART * spans.length ? 0 : (quiet * width) / 1_000_000;
}
