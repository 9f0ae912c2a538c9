import { UserError } from '../errors.ts';
import type { LoggedEvent } from '../events/event.ts';
import { nameOfUser } from '../events/people.ts';
import { requestOf } from '../events/request.ts';
import { compilePolicy } from '../policy/decide/compile.ts';
import { type Decision, type Level, LEVELS, type Policy, type RequestAttributes } from '../policy/types.ts';
import { type Amount, count } from './amount.ts';
import { countIn, OverTime, type Timeline } from './over-time.ts';
import { sizesOf } from './sizes.ts';

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

/** Who asks for what, and what that costs under each policy. */
export interface Talker {
  user: string;
  verb: string;
  /** `pods/log`, `deployments.apps`; a path for what is no resource. */
  resource: string;
  namespace: string;
  /** By policy, in their order. */
  amounts: Amount[];
}

/** What else is asked of a replay. */
export interface ReplayOptions {
  limit?: number;
}

/** Replays a log against policies: what each would have kept of it. Memory does not grow with the log. */
export class Replay {
  readonly #decide: (request: RequestAttributes) => Decision[];
  readonly #policies: readonly PolicyTally[];
  readonly #talkers: Map<string, Talker> = new Map();
  readonly #overTime: OverTime;
  #hasBeginnings = false;
  /** The whole log as it is. */
  readonly log: Amount = { events: 0, bytes: 0 };

  /** @param limit the most bytes that one event may have, line feed not counted: it is told how many are longer. */
  constructor(policies: readonly Policy[], { limit = Infinity }: ReplayOptions = {}) {
    this.#decide = compilePolicy(policies);
    this.#policies = policies.map((policy) => new PolicyTally(policy, limit));
    this.#overTime = new OverTime(policies.length);
  }

  /**
   * Takes an event of the log.
   *
   * @throws UserError for one that a log store changed: how long its line was is not known.
   */
  add(event: LoggedEvent): void {
    if (event.isConverted) throw changed(event);
    const request = requestOf(event);
    const sizeUnder = sizesOf(event);
    this.#hasBeginnings ||= event.stage === RECEIVED;
    const recorded = event.bytes().length + 1;
    count(this.log, recorded);
    const span = this.#overTime.at(event.at);
    countIn(span, 0, recorded);
    const talker = this.#talkerOf(event, request);
    for (const [at, decision] of this.#decide(request).entries()) {
      const isKept = decision.level !== 'None' && !decision.omitStages.some((stage) => stage === event.stage);
      const size = isKept ? sizeUnder(decision.level, decision.omitManagedFields) : undefined;
      this.#policies[at]?.add(event, decision, size);
      if (size === undefined) continue;
      countIn(span, at + 1, size);
      const amount = talker.amounts[at];
      if (amount) count(amount, size);
    }
  }

  /** What each policy would have kept so far. */
  policies(): PolicyAmount[] {
    return this.#policies.map((policy) => policy.amount(this.#hasBeginnings));
  }

  /** Those that cost most under a policy, by its place. */
  talkers(policy: number, most: number): Talker[] {
    const bytesOf = ({ amounts }: Talker): number => amounts[policy]?.bytes ?? 0;
    const some = [...this.#talkers.values()].filter((talker) => bytesOf(talker) > 0);
    return some.toSorted((a, b) => bytesOf(b) - bytesOf(a)).slice(0, most);
  }

  /** The log over time, and what each policy keeps of it. */
  timeline(): Timeline {
    return this.#overTime.timeline();
  }

  #talkerOf(event: LoggedEvent, request: RequestAttributes): Talker {
    const named = [nameOfUser(event.user), event.verb, targetOf(request), request.namespace ?? ''] as const;
    const key = named.join('\t');
    const known = this.#talkers.get(key);
    if (known) return known;
    const isFull = this.#talkers.size >= MOST_TALKERS;
    const [user, verb, resource, namespace] = isFull ? (['all others', '', '', ''] as const) : named;
    const place = isFull ? '' : key;
    const talker = this.#talkers.get(place) ?? {
      user,
      verb,
      resource,
      namespace,
      amounts: this.#policies.map(() => ({
        events: 0,
        bytes: 0,
      })),
    };
    this.#talkers.set(place, talker);
    return talker;
  }
}

const RECEIVED = 'RequestReceived';
const MOST_TALKERS = 20_000;
/** A path may hold anything, and each is another. */
const LONGEST_PATH = 60;

function targetOf({
  isResourceRequest,
  resource = '',
  subresource = '',
  apiGroup = '',
  path = '',
}: RequestAttributes): string {
  if (isResourceRequest !== true) return path.slice(0, LONGEST_PATH);
  return `${resource}${apiGroup === '' ? '' : `.${apiGroup}`}${subresource === '' ? '' : `/${subresource}`}`;
}

function changed({ source, line, envelope }: LoggedEvent): UserError {
  return new UserError('a log store changed this event, so that the length of its line is not known', {
    place: { file: source.name, line },
    hint: `Replay the log as the API server wrote it${envelope === '' ? '' : `, not what ${envelope} made of it`}.`,
  });
}

/** Counts for one policy. */
class PolicyTally {
  readonly #total: Amount = { events: 0, bytes: 0 };
  readonly #rules: RuleTally[];
  readonly #levels: Record<string, Amount> = {};
  readonly #stages: Record<string, Amount> = {};
  #underRecorded = 0;
  #beginnings = 0;

  constructor({ rules }: Policy, limit: number) {
    const levels: readonly Level[] = ['None', ...rules.map(({ level }) => level)];
    this.#rules = levels.map((level, rule) => new RuleTally(rule, level, limit));
  }

  /** @param size left out: nothing is written. */
  add(event: LoggedEvent, { rule, level, omitStages }: Decision, size: number | undefined): void {
    this.#rules[rule]?.add(size);
    if (level !== 'None' && isEnd(event) && !omitStages.includes(RECEIVED)) this.#beginnings += 1;
    if (size === undefined) return;
    const isUnder = LEVELS.findIndex((each) => each === event.level) < LEVELS.indexOf(level);
    if (isUnder) this.#underRecorded += 1;
    count(this.#total, size);
    count((this.#levels[isUnder ? event.level : level] ??= { events: 0, bytes: 0 }), size);
    count((this.#stages[event.stage] ??= { events: 0, bytes: 0 }), size);
  }

  amount(hasBeginnings: boolean): PolicyAmount {
    return {
      ...this.#total,
      rules: this.#rules.map((rule) => rule.amount()),
      levels: this.#levels,
      stages: this.#stages,
      underRecorded: this.#underRecorded,
      unseenBeginnings: hasBeginnings ? 0 : this.#beginnings,
    };
  }
}

/** Each request has one, but those that did not authenticate, whose beginning nobody writes. */
function isEnd({ stage, user }: LoggedEvent): boolean {
  return (stage === 'ResponseComplete' || stage === 'Panic') && user?.username !== undefined;
}

/** So many sizes are told apart between one and its double. */
const STEPS = 32;

/** Counts for one rule. */
class RuleTally {
  readonly #amount: RuleAmount;
  /** How many lines there are of each size, by the logarithm of it. */
  readonly #sizes: Uint32Array = new Uint32Array(32 * STEPS);

  /** The longest line that is not over the limit, line feed included. */
  readonly #most: number;

  constructor(rule: number, level: Level, limit: number) {
    this.#amount = { rule, level, decided: 0, events: 0, bytes: 0, largest: 0, p99: 0, overLimit: 0 };
    this.#most = limit + 1;
  }

  add(size: number | undefined): void {
    this.#amount.decided += 1;
    if (size === undefined) return;
    count(this.#amount, size);
    if (size > this.#amount.largest) this.#amount.largest = size;
    if (size > this.#most) this.#amount.overLimit += 1;
    const step = Math.floor(Math.log2(size) * STEPS);
    this.#sizes[step] = (this.#sizes[step] ?? 0) + 1;
  }

  amount(): RuleAmount {
    return { ...this.#amount, p99: this.#quantile(0.99) };
  }

  #quantile(share: number): number {
    let left = Math.ceil(share * this.#amount.events);
    const step = this.#sizes.findIndex((lines) => (left -= lines) <= 0);
    return this.#amount.events === 0 ? 0 : Math.min(this.#amount.largest, Math.round(2 ** ((step + 1) / STEPS)));
  }
}
