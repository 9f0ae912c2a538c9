import type { RequestAttributes } from '../policy/types.ts';
import type { Amount } from './amount.ts';

/** Who asks for what. */
interface Named {
  /** The whole name; '' of a login that failed. */
  user: string;
  verb: string;
  /** `pods/log`, `deployments.apps`; a path for what is no resource. */
  resource: string;
  namespace: string;
}

/** What is asked, and the numbers of those who ask, by their names. */
export interface Asked extends Omit<Named, 'user'> {
  readonly numbers: Map<string, number>;
}

/** Who asks for what, and what that costs under each policy. */
export interface Talker extends Named {
  /** By policy, in their order. */
  amounts: Amount[];
}

/** All that `Talkers` counted, as plain data: for another thread. */
export interface TalkerCounts {
  /** In the order in which they came. It grows by those who come later, and is the same until it knows too many. */
  named: readonly Named[];
  /** So many there are, those included that came before `renew`. */
  count: number;
  /** A pair for each policy, of one after the other; behind them there is room. */
  counts: Float64Array<ArrayBuffer>;
  /** Some are counted together, as there were too many. */
  isFull: boolean;
}

/** So many are told apart. */
export const MOST_TALKERS: number = 20_000;
const OTHERS: Named = Object.freeze({ user: 'all others', verb: '', resource: '', namespace: '' });
/** A path may hold anything, and each is another. */
const LONGEST_PATH = 60;

/** Counts by who asks for what. Those who come when it knows many are counted together. */
export class Talkers {
  readonly #policies: number;
  readonly #most: number;
  readonly #asked: Map<string, Asked> = new Map();
  #named: Named[] = [];
  /** Events and bytes for each policy, talker by talker. */
  #counts: Float64Array<ArrayBuffer>;
  #isFull = false;
  /** The numbers of those that were counted elsewhere, for each list of them. */
  readonly #merged: WeakMap<readonly Named[], number[]> = new WeakMap();

  /** @param most so many are told apart. */
  constructor(policies: number, most: number = MOST_TALKERS) {
    this.#policies = policies;
    this.#most = most;
    this.#counts = this.#noCounts();
  }

  /** Begins to count anew, in the memory of what is needed no longer; gives whether all have the numbers that they had. */
  renew(spare?: TalkerCounts): boolean {
    this.#counts = spare?.counts.fill(0) ?? this.#noCounts();
    const areFew = this.#named.length <= this.#most / 3; // so many may come in the next part, too, and more
    if (!areFew) {
      this.#asked.clear();
      this.#named = [];
      this.#isFull = false;
    }
    this.#makeRoom();
    return areFew;
  }

  /** What a request asks, whoever sends it; good until `renew` says otherwise. */
  askedOf(request: RequestAttributes): Asked {
    const { verb = '', namespace = '' } = request;
    return this.#askedBy(verb, resourceOf(request), namespace);
  }

  /** The number of who asks for what. */
  numberOf(user: string, asked: Asked): number {
    return asked.numbers.get(user) ?? this.#add(user, asked);
  }

  /** Counts a line that a policy keeps. */
  add(talker: number, policy: number, size: number): void {
    const at = 2 * (talker * this.#policies + policy);
    const counts = this.#counts;
    counts[at] = (counts[at] ?? 0) + 1;
    counts[at + 1] = (counts[at + 1] ?? 0) + size;
  }

  /** Those that cost most under a policy, by its place. */
  costliest(policy: number, most: number): Talker[] {
    const bytesOf = (talker: number): number => this.#counts[2 * (talker * this.#policies + policy) + 1] ?? 0;
    const some = this.#named.map((named, talker) => ({ named, talker })).filter(({ talker }) => bytesOf(talker) > 0);
    const sorted = some.toSorted((a, b) => bytesOf(b.talker) - bytesOf(a.talker)).slice(0, most);
    return sorted.map(({ named, talker }) => ({ ...named, amounts: this.#amountsOf(talker) }));
  }

  counted(): TalkerCounts {
    return { named: this.#named, count: this.#named.length, counts: this.#counts, isFull: this.#isFull };
  }

  /** Whether `merge` gives what would have come out if all had been counted here: whoever is counted with others there may be known here. */
  canMerge({ count, isFull }: TalkerCounts): boolean {
    return !isFull || this.#named.length === 0 || count === 0;
  }

  /** Adds what was counted of the events that came next. */
  merge({ named, count, counts }: TalkerCounts): void {
    const numbers = this.#merged.get(named) ?? [];
    this.#merged.set(named, numbers);
    for (const { user, verb, resource, namespace } of named.slice(numbers.length, count))
      numbers.push(this.numberOf(user, this.#askedBy(verb, resource, namespace)));
    const each = 2 * this.#policies;
    for (let talker = 0; talker < count; talker++) {
      const own = (numbers[talker] ?? 0) * each;
      for (let at = 0; at < each; at++)
        this.#counts[own + at] = (this.#counts[own + at] ?? 0) + (counts[talker * each + at] ?? 0);
    }
  }

  #askedBy(verb: string, resource: string, namespace: string): Asked {
    const key = `${verb}\t${resource}\t${namespace}`;
    const known = this.#asked.get(key);
    if (known) return known;
    const asked = { verb, resource, namespace, numbers: new Map<string, number>() };
    if (!this.#isFull) this.#asked.set(key, asked);
    return asked;
  }

  #add(user: string, { verb, resource, namespace, numbers }: Asked): number {
    const isFull = this.#named.length >= this.#most;
    if (isFull && this.#isFull) return this.#most;
    this.#isFull ||= isFull;
    const number = this.#named.push(isFull ? OTHERS : { user, verb, resource, namespace }) - 1;
    if (!isFull) numbers.set(user, number);
    this.#makeRoom();
    return number;
  }

  #noCounts(): Float64Array<ArrayBuffer> {
    return new Float64Array(2 * this.#policies * 64);
  }

  #makeRoom(): void {
    const needed = 2 * this.#policies * this.#named.length;
    if (needed <= this.#counts.length) return;
    const more = new Float64Array(2 * needed);
    more.set(this.#counts);
    this.#counts = more;
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
