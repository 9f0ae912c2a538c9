import type { RequestAttributes } from '../policy/types.ts';
import type { Amount } from './amount.ts';

/** What is asked. */
export interface Asked {
  verb: string;
  /** `pods/log`, `deployments.apps`; a path for what is no resource. */
  resource: string;
  namespace: string;
}

/** Who asks for what, and what that costs under each policy. */
export interface Talker extends Asked {
  /** The whole name; '' of a login that failed. */
  user: string;
  /** By policy, in their order. */
  amounts: Amount[];
}

/** Who asked for what, in the order in which they came: lists that grow by those who come later, and are the same until they are too many. */
export interface TalkerNames {
  users: readonly string[];
  asked: readonly Asked[];
  /** Of each talker its place in `users` and in `asked`; -1 twice for all others. */
  pairs: readonly number[];
}

/** All that `Talkers` counted, as plain data: for another thread. */
export interface TalkerCounts {
  names: TalkerNames;
  /** So many there are, those included that came before `renew`. */
  count: number;
  /** A pair for each policy, of one after the other; behind them there is room. */
  counts: Float64Array<ArrayBuffer>;
  /** Some are counted together, as there were too many. */
  isFull: boolean;
}

/** So many are told apart. */
export const MOST_TALKERS: number = 20_000;
const ALL_OTHERS: Omit<Talker, 'amounts'> = { user: 'all others', verb: '', resource: '', namespace: '' };
/** What one has for a number that is counted with the others. */
const OTHER = -1;
/** A path may hold anything, and each is another. */
const LONGEST_PATH = 60;

/** Counts by who asks for what. Those who come when it knows many are counted together. */
export class Talkers {
  readonly #policies: number;
  readonly #most: number;
  readonly #userNumbers: Map<string, number> = new Map();
  readonly #askedNumbers: Map<string, number> = new Map();
  /** For each user by what is asked. */
  readonly #talkers: Map<number, number>[] = [];
  #names: { users: string[]; asked: Asked[]; pairs: number[] } = { users: [], asked: [], pairs: [] };
  /** Events and bytes for each policy, talker by talker. */
  #counts: Float64Array<ArrayBuffer>;
  #isFull = false;
  /** The numbers of those that were counted elsewhere, for each list of them. */
  readonly #merged: WeakMap<readonly number[], { users: number[]; asked: number[]; talkers: number[] }> = new WeakMap();

  /** @param most so many are told apart. */
  constructor(policies: number, most: number = MOST_TALKERS) {
    this.#policies = policies;
    this.#most = most;
    this.#counts = this.#noCounts();
  }

  /** Begins to count anew, in the memory of what is needed no longer; gives whether all have the numbers that they had. */
  renew(spare?: TalkerCounts): boolean {
    this.#counts = spare?.counts.fill(0) ?? this.#noCounts();
    const areFew = this.#count <= this.#most / 3; // so many may come in the next part, too, and more
    if (!areFew) {
      for (const numbers of [this.#userNumbers, this.#askedNumbers]) numbers.clear();
      this.#talkers.length = 0;
      this.#names = { users: [], asked: [], pairs: [] };
      this.#isFull = false;
    }
    this.#makeRoom();
    return areFew;
  }

  /** The number of who sends requests; good until `renew` says otherwise. */
  userOf(name: string): number {
    return this.#userNumbers.get(name) ?? this.#added(this.#userNumbers, name, this.#names.users, name);
  }

  /** The number of what a request asks, whoever sends it; good until `renew` says otherwise. */
  askedOf(request: RequestAttributes): number {
    const { verb = '', namespace = '' } = request;
    return this.#askedBy({ verb, resource: resourceOf(request), namespace });
  }

  /** The number of who asks for what, by their numbers. */
  numberOf(user: number, asked: number): number {
    return this.#talkers[user]?.get(asked) ?? this.#add(user, asked);
  }

  /** Counts lines that a policy keeps: how many bytes they have together. */
  add(talker: number, policy: number, bytes: number, lines: number = 1): void {
    const at = 2 * (talker * this.#policies + policy);
    const counts = this.#counts;
    counts[at] = (counts[at] ?? 0) + lines;
    counts[at + 1] = (counts[at + 1] ?? 0) + bytes;
  }

  /** Those that cost most under a policy, by its place. */
  costliest(policy: number, most: number): Talker[] {
    const bytesOf = (talker: number): number => this.#counts[2 * (talker * this.#policies + policy) + 1] ?? 0;
    const some = Array.from({ length: this.#count }, (_, talker) => talker).filter((talker) => bytesOf(talker) > 0);
    const sorted = some.toSorted((a, b) => bytesOf(b) - bytesOf(a)).slice(0, most);
    return sorted.map((talker) => ({ ...this.#nameOf(talker), amounts: this.#amountsOf(talker) }));
  }

  counted(): TalkerCounts {
    return { names: this.#names, count: this.#count, counts: this.#counts, isFull: this.#isFull };
  }

  /** Whether `merge` gives what would have come out if all had been counted here: whoever is counted with others there may be known here. */
  canMerge({ count, isFull }: TalkerCounts): boolean {
    return !isFull || this.#count === 0 || count === 0;
  }

  /** Adds what was counted of the events that came next. */
  merge({ names, count, counts }: TalkerCounts): void {
    const numbers = this.#numbersOf(names, count);
    const each = 2 * this.#policies;
    for (let talker = 0; talker < count; talker++) {
      const own = (numbers[talker] ?? 0) * each;
      for (let at = 0; at < each; at++)
        this.#counts[own + at] = (this.#counts[own + at] ?? 0) + (counts[talker * each + at] ?? 0);
    }
  }

  get #count(): number {
    return this.#names.pairs.length / 2;
  }

  /** What the first of those that were counted elsewhere have for numbers here. */
  #numbersOf({ users, asked, pairs }: TalkerNames, count: number): number[] {
    const known = this.#merged.get(pairs) ?? { users: [], asked: [], talkers: [] };
    this.#merged.set(pairs, known);
    for (const user of users.slice(known.users.length)) known.users.push(this.userOf(user));
    for (const each of asked.slice(known.asked.length)) known.asked.push(this.#askedBy(each));
    for (let at = 2 * known.talkers.length; at < 2 * count; at += 2) {
      const [user, what] = [known.users[pairs[at] ?? OTHER], known.asked[pairs[at + 1] ?? OTHER]];
      known.talkers.push(this.numberOf(user ?? OTHER, what ?? OTHER));
    }
    return known.talkers;
  }

  #askedBy(asked: Asked): number {
    const key = `${asked.verb}\t${asked.resource}\t${asked.namespace}`;
    return this.#askedNumbers.get(key) ?? this.#added(this.#askedNumbers, key, this.#names.asked, asked);
  }

  #added<Each>(numbers: Map<string, number>, key: string, all: Each[], one: Each): number {
    if (this.#isFull) return OTHER;
    numbers.set(key, all.length);
    return all.push(one) - 1;
  }

  #add(user: number, asked: number): number {
    const isFull = this.#count >= this.#most;
    if (isFull && this.#isFull) return this.#most;
    this.#isFull ||= isFull;
    const number = this.#count;
    this.#names.pairs.push(isFull ? OTHER : user, isFull ? OTHER : asked);
    if (!isFull) (this.#talkers[user] ??= new Map()).set(asked, number);
    this.#makeRoom();
    return number;
  }

  #noCounts(): Float64Array<ArrayBuffer> {
    return new Float64Array(2 * this.#policies * 64);
  }

  #makeRoom(): void {
    const needed = 2 * this.#policies * this.#count;
    if (needed <= this.#counts.length) return;
    const more = new Float64Array(2 * needed);
    more.set(this.#counts);
    this.#counts = more;
  }

  #nameOf(talker: number): Omit<Talker, 'amounts'> {
    const { users, asked, pairs } = this.#names;
    const [user, what] = [users[pairs[2 * talker] ?? OTHER], asked[pairs[2 * talker + 1] ?? OTHER]];
    return user === undefined || !what ? ALL_OTHERS : { user, ...what };
  }

  #amountsOf(talker: number): Amount[] {
    return Array.from({ length: this.#policies }, (_, policy) => {
      const at = 2 * (talker * this.#policies + policy);
      return { events: this.#counts[at] ?? 0, bytes: this.#counts[at + 1] ?? 0 };
    });
  }
}

function resourceOf(request: RequestAttributes): string {
  const { isResourceRequest, resource = '', subresource = '', apiGroup = '', path = '' } = request;
  if (isResourceRequest !== true) return path.slice(0, LONGEST_PATH);
  return `${resource}${apiGroup === '' ? '' : `.${apiGroup}`}${subresource === '' ? '' : `/${subresource}`}`;
}
