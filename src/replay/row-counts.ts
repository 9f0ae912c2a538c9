import { COUNTED_SPANS, MOST_POLICIES, MOST_RULES, ROW_STAGES, type RowCounter, SIZE_STEPS } from '../events/scan.ts';
import { LEVELS } from '../policy/types.ts';
import type { Amount } from './amount.ts';
import type { Combinations } from './combinations.ts';
import { countIn, type OverTime } from './over-time.ts';
import { type PolicyTally, stepOf } from './policy-tally.ts';
import type { Talkers } from './talkers.ts';

/** What a combination has in the memory of a counter: whether it is known, and whether it has a name; and the rule of each policy. */
const OF_COMBINATION = 1 + MOST_POLICIES;
const IS_KNOWN = 1;
const HAS_NAME = 2;
/** There may be events before the first, too: a log is not quite in order. */
const SPARE = 4;
/** What a span of time has: two numbers for the log, and for each policy. */
const OF_SPAN = 2 * (1 + MOST_POLICIES);
/** What a rule has: two numbers for events without and with a user, at each level and stage. */
const KINDS = 2 * LEVELS.length * ROW_STAGES.length;

/** What a counter of rows counts for some policies, until it is taken from there. */
export class RowCounts {
  readonly #counter: RowCounter;
  readonly #policies: readonly PolicyTally[];
  /** Where in the counter the rules of each policy begin. */
  readonly #firsts: readonly number[];
  readonly #most: number;
  /** So many combinations are. */
  #known = 0;

  /** Whether a counter can count for so many rules. */
  static fits(policies: readonly PolicyTally[]): boolean {
    const rules = policies.reduce((sum, { count }) => sum + count, 0);
    return policies.length > 0 && policies.length <= MOST_POLICIES && rules <= MOST_RULES;
  }

  /** @param most a longer line is over the limit. */
  constructor(counter: RowCounter, policies: readonly PolicyTally[], most: number) {
    this.#counter = counter;
    this.#policies = policies;
    this.#most = Math.min(most, 2 ** 32 - 1);
    this.#firsts = policies.map((_, at) => policies.slice(0, at).reduce((sum, { count }) => sum + count, 0));
    const words = policies.flatMap((policy) => Array.from({ length: policy.count }, (_, rule) => policy.wordOf(rule)));
    counter.rules.set(words);
    counter.known.fill(0);
    counter.limits.set(Array.from({ length: SIZE_STEPS }, (_, step) => smallestOf(step)));
    counter.firsts.set(Array.from({ length: 256 }, (_, bits) => stepOf(256 + bits) - stepOf(256)));
    counter.width.fill(NaN);
  }

  /** Says what is known of a combination. */
  know(combination: number, combinations: Combinations): void {
    const { known } = this.#counter;
    const at = OF_COMBINATION * combination;
    known[at] = IS_KNOWN + (combinations.hasName(combination) ? HAS_NAME : 0);
    for (let policy = 0; policy < this.#policies.length; policy++)
      known[at + 1 + policy] = (this.#firsts[policy] ?? 0) + combinations.ruleOf(combination, policy);
    this.#known = Math.max(this.#known, combination + 1);
  }

  /** Counts rows from one to before another; gives the first that it does not count, as it does not know enough of it. */
  count(from: number, to: number): number {
    return this.#counter.count(from, to, this.#policies.length, this.#most);
  }

  /** Counts in the same spans as `overTime` from now on, which has just counted an event of this time. */
  keepTime(at: number, log: Amount, overTime: OverTime): void {
    const [width = NaN, first = NaN] = this.#counter.width;
    const place = Math.floor(at / width) - first;
    if (Number.isNaN(at) || (width === overTime.scale.width && place >= 0 && place < COUNTED_SPANS)) return;
    this.#takeSpans(log, overTime);
    this.#counter.width.set([overTime.scale.width, overTime.scale.first - SPARE]);
  }

  /** Takes what was counted from the counter; gives whether there were beginnings of requests. */
  take(log: Amount, overTime: OverTime, talkers: Talkers, combinations: Combinations): boolean {
    let hasBeginnings = false;
    this.#takeSpans(log, overTime);
    for (const [at, policy] of this.#policies.entries())
      for (let rule = 0; rule < policy.count; rule++)
        if (this.#takeRule(policy, rule, (this.#firsts[at] ?? 0) + rule)) hasBeginnings = true;
    this.#takeTalkers(talkers, combinations);
    return hasBeginnings;
  }

  #takeSpans(log: Amount, overTime: OverTime): void {
    const { width, spans } = this.#counter;
    const [wide = NaN, first = NaN] = width;
    for (let span = 0; span < COUNTED_SPANS; span++) {
      const from = span * OF_SPAN;
      if ((spans[from] ?? 0) === 0) continue;
      log.events += spans[from] ?? 0;
      log.bytes += spans[from + 1] ?? 0;
      const counts = overTime.at((first + span + 0.5) * wide); // far from both ends, where it might be rounded out of it
      for (let pair = 0; pair <= this.#policies.length; pair++)
        countIn(counts, pair, spans[from + 2 * pair + 1] ?? 0, spans[from + 2 * pair]);
    }
    spans.fill(0);
    width.fill(NaN);
  }

  #takeRule(policy: PolicyTally, rule: number, place: number): boolean {
    const { cells, largest, sizes } = this.#counter;
    let hasBeginnings = false;
    for (let kind = 0; kind < KINDS; kind++) {
      const at = 2 * (place * KINDS + kind);
      const [events = 0, bytes = 0] = [cells[at], cells[at + 1]];
      if (events === 0) continue;
      const stage = kind % ROW_STAGES.length;
      if (stage === RECEIVED) hasBeginnings = true;
      const level = Math.floor(kind / ROW_STAGES.length) % LEVELS.length;
      const hasName = kind >= KINDS / 2;
      if (policy.decide(rule, stage, hasName, events)) policy.keepMany(rule, level, stage, { events, bytes });
    }
    cells.fill(0, 2 * place * KINDS, 2 * (place + 1) * KINDS);
    const [longest = 0, over = 0] = largest.subarray(2 * place, 2 * place + 2);
    if (longest === 0) return hasBeginnings;
    const own = sizes.subarray(SIZE_STEPS * place, SIZE_STEPS * (place + 1));
    policy.addSizes(rule, { largest: longest, over, sizes: own });
    largest.fill(0, 2 * place, 2 * place + 2);
    own.fill(0);
    return hasBeginnings;
  }

  #takeTalkers(talkers: Talkers, combinations: Combinations): void {
    const { talkers: counts } = this.#counter;
    const policies = this.#policies.length;
    for (let combination = 0; combination < this.#known; combination++)
      for (let policy = 0; policy < policies; policy++) {
        const at = 2 * (policies * combination + policy);
        const lines = counts[at] ?? 0;
        if (lines > 0) talkers.add(combinations.talkerOf(combination), policy, counts[at + 1] ?? 0, lines);
      }
    counts.fill(0, 0, 2 * policies * this.#known);
  }
}

const RECEIVED = ROW_STAGES.indexOf('RequestReceived');

/** The smallest size of a step, or of those above it where none has it. */
function smallestOf(step: number): number {
  let size = Math.ceil(2 ** (step / 32));
  while (stepOf(size) < step) size += 1;
  while (size > 1 && stepOf(size - 1) >= step) size -= 1;
  return size;
}
