import { UserError } from '../errors.ts';
import type { LoggedEvent } from '../events/event.ts';
import {
  COMBINATION,
  COMES_AGAIN,
  END,
  LEVEL,
  ROW_LENGTH,
  ROW_STAGES,
  SAYS,
  type Scanner,
  STAGE,
  STAMP,
  START,
} from '../events/scan.ts';
import { LEVELS, type Policy } from '../policy/types.ts';
import { type Amount, count } from './amount.ts';
import { Combinations, type Known } from './combinations.ts';
import { countIn, OverTime, type Timeline } from './over-time.ts';
import { type PolicyAmount, type PolicyCounts, PolicyTally } from './policy-tally.ts';
import { RowCounts } from './row-counts.ts';
import { rowSizes, type SizeUnder, sizesOf } from './sizes.ts';
import { type Talker, type TalkerCounts, Talkers } from './talkers.ts';

/** What else is asked of a replay. */
export interface ReplayOptions {
  /** The most bytes that one event may have, line feed not counted: it is told how many are longer. */
  limit?: number;
  /** So many talkers are told apart. */
  mostTalkers?: number;
}

/** All that a `Replay` counted, as plain data: for another thread. */
export interface ReplayCounts {
  log: Amount;
  hasBeginnings: boolean;
  policies: PolicyCounts[];
  talkers: TalkerCounts;
  overTime: ReturnType<OverTime['counted']>;
}

/** Replays a log against policies: what each would have kept of it. Memory does not grow with the log. */
export class Replay {
  /** The whole log as it is. */
  log: Amount = { events: 0, bytes: 0 };
  readonly #policies: readonly PolicyTally[];
  readonly #limit: number;
  readonly #talkers: Talkers;
  readonly #combinations: Combinations;
  #overTime: OverTime;
  #hasBeginnings = false;
  /** What the scanner counts that rows come from. */
  #counts: RowCounts | undefined;

  constructor(policies: readonly Policy[], { limit = Infinity, mostTalkers }: ReplayOptions = {}) {
    this.#policies = policies.map((policy) => new PolicyTally(policy, limit));
    this.#limit = limit;
    this.#talkers = new Talkers(policies.length, mostTalkers);
    this.#combinations = new Combinations(policies, this.#talkers);
    this.#overTime = new OverTime(policies.length);
  }

  /** Whether it matters to a policy what an object is called. */
  get keepsNames(): boolean {
    return this.#combinations.keepsNames;
  }

  /**
   * Takes an event of the log.
   *
   * @throws UserError for one that a log store changed: how long its line was is not known.
   */
  add(event: LoggedEvent): void {
    if (event.isConverted) throw changed(event);
    const { stage, level, at } = event;
    const bytes = event.bytes().length + 1;
    this.#take({ stage, level, at, bytes }, this.#combinations.ofEvent(event), sizesOf(event));
  }

  /**
   * The same of an event in a row of a scanner, which makes no object.
   *
   * @param at where the row begins.
   * @param eventOf makes one where that is needed.
   */
  addRow({ rows, times }: Scanner, at: number, eventOf: () => LoggedEvent): void {
    const combination = rows[at + COMBINATION] ?? 0;
    if (this.#combinations.talkerOf(combination) < 0) this.#combinations.learn(rows, at, eventOf);
    const taken = {
      stage: ROW_STAGES[rows[at + STAGE] ?? 0] ?? '',
      level: LEVELS[rows[at + LEVEL] ?? 0] ?? '',
      at: times[(at + STAMP) >> 1] ?? NaN,
      bytes: (rows[at + END] ?? 0) - (rows[at + START] ?? 0) + 1,
    };
    this.#take(taken, this.#combinations.of(combination), rowSizes(rows, at, eventOf));
  }

  /** The same of rows from one to before another, but for those that come again: most of them the scanner can count itself. */
  addRows(scanner: Scanner, from: number, to: number, eventOf: (row: number) => LoggedEvent): void {
    const { rows, times } = scanner;
    const counts = this.#countsIn(scanner);
    for (let row = counts?.count(from, to) ?? from; row < to; row = counts?.count(row, to) ?? row) {
      const at = row * ROW_LENGTH;
      const event = (): LoggedEvent => eventOf(row);
      if (counts && this.#combinations.talkerOf(rows[at + COMBINATION] ?? 0) < 0) {
        this.#combinations.learn(rows, at, event);
        counts.know(rows[at + COMBINATION] ?? 0, this.#combinations);
        continue;
      }
      if (((rows[at + SAYS] ?? 0) & COMES_AGAIN) === 0) this.addRow(scanner, at, event);
      counts?.keepTime(times[(at + STAMP) >> 1] ?? NaN, this.log, this.#overTime);
      row += 1;
    }
  }

  /** Takes what a scanner counted. */
  finish(): void {
    const hasBeginnings = this.#counts?.take(this.log, this.#overTime, this.#talkers, this.#combinations) ?? false;
    this.#hasBeginnings ||= hasBeginnings;
  }

  /** Forgets all combinations, as the scanner did. */
  forget(): void {
    this.finish();
    this.#counts = undefined;
    this.#combinations.forget();
  }

  /**
   * Begins to count anew, and keeps what is known of combinations.
   *
   * @param spare was `counted`, and is needed no longer: its memory is used again.
   */
  renew(spare?: ReplayCounts): void {
    this.log = { events: 0, bytes: 0 };
    this.#hasBeginnings = false;
    for (const [at, policy] of this.#policies.entries()) policy.renew(spare?.policies[at]);
    this.#overTime = new OverTime(this.#policies.length);
    if (!this.#talkers.renew(spare?.talkers)) this.forget();
  }

  /** What each policy would have kept so far. */
  policies(): PolicyAmount[] {
    return this.#policies.map((policy) => policy.amount(this.#hasBeginnings));
  }

  /** Those that cost most under a policy, by its place. */
  talkers(policy: number, most: number): Talker[] {
    return this.#talkers.costliest(policy, most);
  }

  /** The log over time, and what each policy keeps of it. */
  timeline(): Timeline {
    return this.#overTime.timeline();
  }

  counted(): ReplayCounts {
    return {
      log: this.log,
      hasBeginnings: this.#hasBeginnings,
      policies: this.#policies.map((policy) => policy.counted()),
      talkers: this.#talkers.counted(),
      overTime: this.#overTime.counted(),
    };
  }

  /** Whether `merge` gives what would have come out if all had been counted here. */
  canMerge({ talkers }: ReplayCounts): boolean {
    return this.#talkers.canMerge(talkers);
  }

  /** Adds what was counted of the events that came next. */
  merge({ log, hasBeginnings, policies, talkers, overTime }: ReplayCounts): void {
    this.log.events += log.events;
    this.log.bytes += log.bytes;
    this.#hasBeginnings ||= hasBeginnings;
    for (const [at, counts] of policies.entries()) this.#policies[at]?.merge(counts);
    this.#talkers.merge(talkers);
    this.#overTime.merge(overTime);
  }

  #take({ stage, level, at, bytes }: Taken, { talker, hasName, rules }: Known, sizeUnder: SizeUnder): void {
    this.#hasBeginnings ||= stage === RECEIVED;
    count(this.log, bytes);
    const span = this.#overTime.at(at);
    countIn(span, 0, bytes);
    for (const [policy, tally] of this.#policies.entries()) {
      const rule = rules[policy] ?? 0;
      const number = tally.stages.numberOf(stage);
      if (!tally.decide(rule, number, hasName)) continue;
      const size = sizeUnder(LEVELS[tally.rankOf(rule)] ?? 'None', tally.omitsManagedFields(rule));
      tally.keep(rule, tally.levels.numberOf(level), number, size);
      countIn(span, policy + 1, size);
      this.#talkers.add(talker, policy, size);
    }
  }

  #countsIn({ counter }: Scanner): RowCounts | undefined {
    if (counter && !this.#counts && RowCounts.fits(this.#policies))
      this.#counts = new RowCounts(counter, this.#policies, this.#limit + 1);
    return this.#counts;
  }
}

/** What of an event matters besides who asks for what. */
interface Taken {
  stage: string;
  level: string;
  /** In microseconds since 1970; NaN where that is not known. */
  at: number;
  /** Of its line, with the line feed. */
  bytes: number;
}

const RECEIVED = 'RequestReceived';

function changed({ source, line, envelope }: LoggedEvent): UserError {
  return new UserError('a log store changed this event, so that the length of its line is not known', {
    place: { file: source.name, line },
    hint: `Replay the log as the API server wrote it${envelope === '' ? '' : `, not what ${envelope} made of it`}.`,
  });
}
