import { ROW_STAGES, SIZE_STEPS } from '../events/scan.ts';
import { decisionOf } from '../policy/decide/decide.ts';
import { type Decision, type Level, LEVELS, type Policy } from '../policy/types.ts';
import type { Amount } from './amount.ts';

/** What one rule of a policy makes of a log. */
export interface RuleAmount extends Amount {
  /** From 1; 0 for what no rule matches. */
  rule: number;
  level: Level;
  /** So many events of the log are of requests that it decides, what it drops included. */
  decided: number;
  /** The longest line. */
  largest: number;
  /** 99 of 100 lines are not longer; up to 2.2 % too high. */
  p99: number;
  /** So many lines are longer than the limit that was given. */
  overLimit: number;
}

/** What a policy would have kept of a log. */
export interface PolicyAmount extends Amount {
  rules: RuleAmount[];
  levels: Readonly<Record<string, Amount>>;
  stages: Readonly<Record<string, Amount>>;
  /** So many were recorded at a lower level than the policy wants: their bytes are a lower bound. */
  underRecorded: number;
  /** So many requests whose beginning (RequestReceived) the policy wants too, and the log has not. */
  unseenBeginnings: number;
}

/** What is counted for each rule, side by side in one array. */
const [DECIDED, EVENTS, BYTES, LARGEST, OVER] = [0, 1, 2, 3, 4];
const COUNTERS = 5;

/** So many sizes are told apart between one and its double. */
const STEPS = 32;

/** How long some lines are. */
interface Sizes {
  largest: number;
  over: number;
  sizes: Uint32Array;
}

/** All that a `PolicyTally` counted, as plain data: for another thread. */
export interface PolicyCounts {
  rules: Float64Array<ArrayBuffer>;
  sizes: Uint32Array<ArrayBuffer>;
  levels: NamedCounts;
  stages: NamedCounts;
  underRecorded: number;
  beginnings: number;
}

/** Counts for one policy. Rules are numbered from 1, 0 is no rule; levels and stages have the numbers that `levels` and `stages` give. */
export class PolicyTally {
  readonly levels: NamedAmounts = new NamedAmounts(LEVELS);
  readonly stages: NamedAmounts = new NamedAmounts(ROW_STAGES);
  readonly #decisions: readonly Decision[];
  readonly #ranks: Uint8Array;
  /** A bit for each stage. */
  readonly #omitted: Uint8Array;
  readonly #managed: Uint8Array;
  #rules: Float64Array<ArrayBuffer>;
  /** How many lines there are of each size, by the logarithm of it. */
  #sizes: Uint32Array<ArrayBuffer>;
  /** The longest line that is not over the limit, line feed included. */
  readonly #most: number;
  #underRecorded = 0;
  #beginnings = 0;

  constructor(policy: Policy, limit: number) {
    const count = policy.rules.length + 1;
    this.#decisions = Array.from({ length: count }, (_, rule) => decisionOf(policy, rule));
    this.#ranks = Uint8Array.from(this.#decisions, ({ level }) => LEVELS.indexOf(level));
    this.#omitted = Uint8Array.from(this.#decisions, bitsOf);
    this.#managed = Uint8Array.from(this.#decisions, ({ omitManagedFields }) => Number(omitManagedFields));
    this.#rules = new Float64Array(count * COUNTERS);
    this.#sizes = new Uint32Array(count * SIZE_STEPS);
    this.#most = limit + 1;
  }

  /** The level that a rule wants, by its place in `LEVELS`. */
  rankOf(rule: number): number {
    return this.#ranks[rule] ?? 0;
  }

  omitsManagedFields(rule: number): boolean {
    return this.#managed[rule] === 1;
  }

  /** How many rules there are, and one more: none. */
  get count(): number {
    return this.#decisions.length;
  }

  /** A rule as kernel/count.ts has it. */
  wordOf(rule: number): number {
    return (this.#ranks[rule] ?? 0) | ((this.#omitted[rule] ?? 0) << 8) | ((this.#managed[rule] ?? 0) << 16);
  }

  /**
   * Counts events that a rule decides, whatever becomes of them; gives whether they are kept.
   *
   * @param hasName whether who sends them has a name: of what did not authenticate nobody writes the beginning.
   */
  decide(rule: number, stage: number, hasName: boolean, events: number = 1): boolean {
    const at = rule * COUNTERS + DECIDED;
    this.#rules[at] = (this.#rules[at] ?? 0) + events;
    if (this.#ranks[rule] === 0) return false;
    const omitted = this.#omitted[rule] ?? 0;
    if (hasName && isEnd(stage) && (omitted & 1) === 0) this.#beginnings += events;
    return ((omitted >> stage) & 1) === 0;
  }

  /** Counts an event that is kept, as a line of so many bytes. */
  keep(rule: number, level: number, stage: number, size: number): void {
    this.keepMany(rule, level, stage, { events: 1, bytes: size });
    const rules = this.#rules;
    const at = rule * COUNTERS;
    if (size > (rules[at + LARGEST] ?? 0)) rules[at + LARGEST] = size;
    if (size > this.#most) rules[at + OVER] = (rules[at + OVER] ?? 0) + 1;
    const step = rule * SIZE_STEPS + stepOf(size);
    this.#sizes[step] = (this.#sizes[step] ?? 0) + 1;
  }

  /** Counts events that are kept, but for how long each line is. */
  keepMany(rule: number, level: number, stage: number, { events, bytes }: Amount): void {
    const rules = this.#rules;
    const at = rule * COUNTERS;
    rules[at + EVENTS] = (rules[at + EVENTS] ?? 0) + events;
    rules[at + BYTES] = (rules[at + BYTES] ?? 0) + bytes;
    const wanted = this.rankOf(rule);
    const isUnder = level < wanted || level >= LEVELS.length;
    if (isUnder) this.#underRecorded += events;
    this.levels.add(isUnder ? level : wanted, bytes, events);
    this.stages.add(stage, bytes, events);
  }

  /** Counts how long lines are: the longest, how many are over the limit, and how many are of each size, by `stepOf`. */
  addSizes(rule: number, { largest, over, sizes }: Sizes): void {
    const rules = this.#rules;
    const at = rule * COUNTERS;
    rules[at + LARGEST] = Math.max(rules[at + LARGEST] ?? 0, largest);
    rules[at + OVER] = (rules[at + OVER] ?? 0) + over;
    const own = rule * SIZE_STEPS;
    for (let step = 0; step < SIZE_STEPS; step++)
      this.#sizes[own + step] = (this.#sizes[own + step] ?? 0) + (sizes[step] ?? 0);
  }

  amount(hasBeginnings: boolean): PolicyAmount {
    const rules = this.#decisions.map(({ level }, rule) => this.#ruleAmount(rule, level));
    return {
      events: rules.reduce((sum, { events }) => sum + events, 0),
      bytes: rules.reduce((sum, { bytes }) => sum + bytes, 0),
      rules,
      levels: this.levels.record(),
      stages: this.stages.record(),
      underRecorded: this.#underRecorded,
      unseenBeginnings: hasBeginnings ? 0 : this.#beginnings,
    };
  }

  /** Begins to count anew, in the memory of what is needed no longer. */
  renew(spare?: PolicyCounts): void {
    const count = this.#decisions.length;
    this.#rules = spare?.rules.fill(0) ?? new Float64Array(count * COUNTERS);
    this.#sizes = spare?.sizes.fill(0) ?? new Uint32Array(count * SIZE_STEPS);
    this.levels.renew();
    this.stages.renew();
    this.#underRecorded = 0;
    this.#beginnings = 0;
  }

  counted(): PolicyCounts {
    return {
      rules: this.#rules,
      sizes: this.#sizes,
      levels: this.levels.counted(),
      stages: this.stages.counted(),
      underRecorded: this.#underRecorded,
      beginnings: this.#beginnings,
    };
  }

  /** Adds what was counted elsewhere. */
  merge({ rules, sizes, levels, stages, underRecorded, beginnings }: PolicyCounts): void {
    for (const [at, count] of rules.entries()) {
      const own = this.#rules[at] ?? 0;
      this.#rules[at] = at % COUNTERS === LARGEST ? Math.max(own, count) : own + count;
    }
    for (let at = 0; at < sizes.length; at++) this.#sizes[at] = (this.#sizes[at] ?? 0) + (sizes[at] ?? 0);
    this.levels.merge(levels);
    this.stages.merge(stages);
    this.#underRecorded += underRecorded;
    this.#beginnings += beginnings;
  }

  #ruleAmount(rule: number, level: Level): RuleAmount {
    const [decided = 0, events = 0, bytes = 0, largest = 0, overLimit = 0] = this.#rules.subarray(rule * COUNTERS);
    const p99 = events === 0 ? 0 : Math.min(largest, this.#quantile(rule, Math.ceil(0.99 * events)));
    return { rule, level, decided, events, bytes, largest, p99, overLimit };
  }

  #quantile(rule: number, lines: number): number {
    let left = lines;
    const sizes = this.#sizes.subarray(rule * SIZE_STEPS, (rule + 1) * SIZE_STEPS);
    const step = sizes.findIndex((some) => (left -= some) <= 0);
    return Math.round(2 ** ((step + 1) / STEPS));
  }
}

const COMPLETE = ROW_STAGES.indexOf('ResponseComplete');
const PANIC = ROW_STAGES.indexOf('Panic');

/** Each request has one. */
function isEnd(stage: number): boolean {
  return stage === COMPLETE || stage === PANIC;
}

function bitsOf({ omitStages }: Decision): number {
  return omitStages.reduce((bits, stage) => bits | (1 << ROW_STAGES.indexOf(stage)), 0);
}

/** The steps of most sizes, which are worked out when one is there for the first time; 0 stands for not yet. */
const KNOWN_STEPS: Uint16Array = new Uint16Array(65_536);

/** Of which step a size is: 32 to its double. */
export function stepOf(size: number): number {
  const known = KNOWN_STEPS[size] ?? 0;
  if (known !== 0) return known;
  const step = Math.floor(Math.log2(size) * STEPS);
  if (size < KNOWN_STEPS.length) KNOWN_STEPS[size] = step;
  return step;
}

/** Events and bytes by number, and the names after those that are known from the start. */
interface NamedCounts {
  names: readonly string[];
  counts: readonly number[];
}

/** Amounts by name. Some names are known, and have the first numbers; a log may hold others. */
export class NamedAmounts {
  readonly #names: string[];
  #counts: number[];

  constructor(known: readonly string[]) {
    this.#names = [...known];
    this.#counts = this.#names.flatMap(() => [0, 0]);
  }

  /** The number of a name, a new one where it has none. */
  numberOf(name: string): number {
    const known = this.#names.indexOf(name);
    if (known >= 0) return known;
    this.#counts.push(0, 0);
    return this.#names.push(name) - 1;
  }

  add(number: number, bytes: number, events: number = 1): void {
    const counts = this.#counts;
    counts[2 * number] = (counts[2 * number] ?? 0) + events;
    counts[2 * number + 1] = (counts[2 * number + 1] ?? 0) + bytes;
  }

  record(): Record<string, Amount> {
    const amounts = this.#names.map((name, at): [string, Amount] => [
      name,
      { events: this.#counts[2 * at] ?? 0, bytes: this.#counts[2 * at + 1] ?? 0 },
    ]);
    return Object.fromEntries(amounts.filter(([, { events }]) => events > 0));
  }

  /** Begins to count anew. */
  renew(): void {
    this.#counts = this.#counts.map(() => 0);
  }

  counted(): NamedCounts {
    return { names: [...this.#names], counts: this.#counts }; // whoever counts anew adds names before this is merged
  }

  merge({ names, counts }: NamedCounts): void {
    for (const [at, name] of names.entries()) {
      const number = this.numberOf(name);
      this.#counts[2 * number] = (this.#counts[2 * number] ?? 0) + (counts[2 * at] ?? 0);
      this.#counts[2 * number + 1] = (this.#counts[2 * number + 1] ?? 0) + (counts[2 * at + 1] ?? 0);
    }
  }
}
