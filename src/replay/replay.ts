import { UserError } from '../errors.ts';
import type { LoggedEvent } from '../events/event.ts';
import { targetOf, userOf } from '../events/request.ts';
import {
  COMBINATION,
  COMES_AGAIN,
  END,
  LEVEL,
  MOST_COMBINATIONS,
  ROW_LENGTH,
  SAYS,
  type Scanner,
  STAGE,
  STAMP,
  START,
  TARGET,
  USER,
} from '../events/scan.ts';
import { WalkedEvent } from '../events/walked.ts';
import { compileParts, type Parts } from '../policy/decide/compile.ts';
import { LEVELS, type Policy } from '../policy/types.ts';
import { type Amount, count } from './amount.ts';
import { countIn, OverTime, type Timeline } from './over-time.ts';
import { type PolicyAmount, type PolicyCounts, PolicyTally } from './policy-tally.ts';
import { isEnd, RowCounts } from './row-counts.ts';
import { rowSize, sizesOf } from './sizes.ts';
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
  readonly #parts: Parts;
  readonly #policies: readonly PolicyTally[];
  readonly #talkers: Talkers;
  #overTime: OverTime;
  #hasBeginnings = false;
  /** The whole log as it is. */
  log: Amount = { events: 0, bytes: 0 };
  /** Whether it matters to a policy what an object is called. */
  readonly keepsNames: boolean;
  /** What is known of each combination: the talker (-1 where it is not known), whether it has a user, and the rule of each policy. */
  readonly #combinations: Int32Array;
  /** So many numbers are known of one. */
  readonly #each: number;
  readonly #limit: number;
  /** Of each policy the rule that decides the event that is taken. */
  readonly #rules: Int32Array;
  /** What the scanner counts that rows come from. */
  #counts: RowCounts | undefined;
  /** What is known of each user and target of a scanner. */
  readonly #users: (KnownUser | undefined)[] = [];
  readonly #targets: (KnownTarget | undefined)[] = [];
  /** Of the event that is taken, by rank and by whether managed fields go; -1 where it is not known yet. */
  readonly #sizes: Float64Array = new Float64Array(2 * LEVELS.length);

  constructor(policies: readonly Policy[], { limit = Infinity, mostTalkers }: ReplayOptions = {}) {
    this.#parts = compileParts(policies);
    this.#limit = limit;
    this.#rules = new Int32Array(policies.length);
    this.#policies = policies.map((policy) => new PolicyTally(policy, limit));
    this.#talkers = new Talkers(policies.length, mostTalkers);
    this.#overTime = new OverTime(policies.length);
    this.#each = RULES + policies.length;
    this.#combinations = new Int32Array(MOST_COMBINATIONS * this.#each).fill(-1);
    this.keepsNames = policies.some(({ rules }) => rules.some(({ resources = [] }) => resources.some(isOfNames)));
  }

  /**
   * Takes an event of the log.
   *
   * @throws UserError for one that a log store changed: how long its line was is not known.
   */
  add(event: LoggedEvent): void {
    if (event.isConverted) throw changed(event);
    const [user, target] = [this.#userOf(event), this.#targetOf(event)];
    const sizeUnder = sizesOf(event);
    this.#hasBeginnings ||= event.stage === RECEIVED;
    const recorded = event.bytes().length + 1;
    count(this.log, recorded);
    const span = this.#overTime.at(event.at);
    countIn(span, 0, recorded);
    const talker = this.#talkers.numberOf(user.number, target.asked);
    this.#parts.rules(user.word, target.word, this.#rules, 0);
    for (const [at, rule] of this.#rules.entries()) {
      const tally = this.#policies[at];
      const stage = tally?.stages.numberOf(event.stage) ?? 0;
      if (!tally?.decide(rule, stage, isEnd(stage) && user.hasName)) continue;
      const size = sizeUnder(LEVELS[tally.rankOf(rule)] ?? 'None', tally.omitsManagedFields(rule));
      tally.keep(rule, tally.levels.numberOf(event.level), stage, size);
      countIn(span, at + 1, size);
      this.#talkers.add(talker, at, size);
    }
  }

  /**
   * The same of an event in a row of a scanner, which makes no object.
   *
   * @param at where the row begins.
   * @param eventOf makes one where that is needed.
   */
  addRow({ rows, times }: Scanner, at: number, eventOf: () => LoggedEvent): void {
    const known = this.#combinations;
    const place = (rows[at + COMBINATION] ?? 0) * this.#each;
    const stage = rows[at + STAGE] ?? 0;
    const level = rows[at + LEVEL] ?? 0;
    let talker = known[place] ?? -1;
    if (talker < 0) talker = this.#learn(rows, at, eventOf);
    const recorded = (rows[at + END] ?? 0) - (rows[at + START] ?? 0) + 1;
    this.#hasBeginnings ||= stage === 0;
    count(this.log, recorded);
    const span = this.#overTime.at(times[(at + STAMP) >> 1] ?? NaN);
    countIn(span, 0, recorded);
    const ends = isEnd(stage) && known[place + HAS_USER] === 1;
    const policies = this.#policies;
    const sizes = this.#sizes;
    for (let size = 0; size < sizes.length; size++) sizes[size] = -1;
    for (let policy = 0; policy < policies.length; policy++) {
      const tally = policies[policy];
      const rule = known[place + RULES + policy] ?? 0;
      if (!tally?.decide(rule, stage, ends)) continue;
      const rank = Math.min(tally.rankOf(rule), level);
      const sized = 2 * rank + Number(tally.omitsManagedFields(rule));
      let size = sizes[sized] ?? -1;
      if (size < 0) {
        size = rowSize(rows, at, rank, tally.omitsManagedFields(rule), eventOf);
        sizes[sized] = size;
      }
      tally.keep(rule, level, stage, size);
      countIn(span, policy + 1, size);
      this.#talkers.add(talker, policy, size);
    }
  }

  /** The same of rows from one to before another, but for those that come again: most of them the scanner can count itself. */
  addRows(scanner: Scanner, from: number, to: number, eventOf: (row: number) => LoggedEvent): void {
    const counts = this.#countsIn(scanner);
    for (let row = counts?.count(from, to) ?? from; row < to; row = counts?.count(row, to) ?? row) {
      const at = row * ROW_LENGTH;
      const event = (): LoggedEvent => eventOf(row);
      if (counts && this.#talkerOf(scanner.rows[at + COMBINATION] ?? 0) < 0) this.#learn(scanner.rows, at, event);
      else {
        if (((scanner.rows[at + SAYS] ?? 0) & COMES_AGAIN) === 0) this.addRow(scanner, at, event);
        counts?.keepTime(scanner.times[(at + STAMP) >> 1] ?? NaN, { log: this.log, overTime: this.#overTime });
        row += 1;
      }
    }
  }

  /** Takes what a scanner counted. */
  finish(): void {
    const talkerOf = (combination: number): number => this.#talkerOf(combination);
    const ofLog = { log: this.log, overTime: this.#overTime };
    if (this.#counts?.take(ofLog, { talkers: this.#talkers, talkerOf })) this.#hasBeginnings = true;
  }

  /** Forgets all combinations, as the scanner did. */
  forget(): void {
    this.finish();
    this.#counts = undefined;
    this.#combinations.fill(-1);
    this.#users.length = this.#targets.length = 0;
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

  /** -1 where it is not known. */
  #talkerOf(combination: number): number {
    return this.#combinations[combination * this.#each] ?? -1;
  }

  #countsIn({ counter }: Scanner): RowCounts | undefined {
    if (counter && !this.#counts && RowCounts.fits(this.#policies))
      this.#counts = new RowCounts(counter, this.#policies, this.#limit + 1);
    return this.#counts;
  }

  /** All that is the same for events of one combination. */
  #learn(rows: Int32Array, at: number, eventOf: () => LoggedEvent): number {
    const user = (this.#users[rows[at + USER] ?? 0] ??= this.#userOf(eventOf()));
    const target = (this.#targets[rows[at + TARGET] ?? 0] ??= this.#targetOf(eventOf()));
    const place = (rows[at + COMBINATION] ?? 0) * this.#each;
    const talker = this.#talkers.numberOf(user.number, target.asked);
    this.#combinations[place] = talker;
    this.#combinations[place + HAS_USER] = Number(user.hasName);
    this.#parts.rules(user.word, target.word, this.#combinations, place + RULES);
    this.#counts?.know(rows[at + COMBINATION] ?? 0, user.hasName, this.#combinations, place + RULES);
    return talker;
  }

  #userOf(event: LoggedEvent): KnownUser {
    const user = userOf(event);
    return {
      number: this.#talkers.userOf(user.user ?? ''),
      hasName: event.user?.username !== undefined,
      word: this.#parts.who(user),
    };
  }

  #targetOf(event: LoggedEvent): KnownTarget {
    const isObject = event instanceof WalkedEvent ? event.hasObject('objectRef') : Boolean(event.objectRef);
    const target = targetOf(event, isObject, this.keepsNames);
    return { asked: this.#talkers.askedOf(target), word: this.#parts.what(target) };
  }
}

/** What stands where of a combination; the talker is first. */
const HAS_USER = 1;
const RULES = 2;

/** Who sends requests; without a name where nobody logged in. */
interface KnownUser {
  /** Its number among talkers. */
  number: number;
  hasName: boolean;
  /** What the policies make of it. */
  word: readonly number[];
}

/** What requests are about. */
interface KnownTarget {
  /** Its number among talkers. */
  asked: number;
  word: readonly number[];
}

const RECEIVED = 'RequestReceived';
function isOfNames({ resourceNames = [] }: { resourceNames?: readonly string[] }): boolean {
  return resourceNames.length > 0;
}

function changed({ source, line, envelope }: LoggedEvent): UserError {
  return new UserError('a log store changed this event, so that the length of its line is not known', {
    place: { file: source.name, line },
    hint: `Replay the log as the API server wrote it${envelope === '' ? '' : `, not what ${envelope} made of it`}.`,
  });
}
