import type { LoggedEvent } from '../events/event.ts';
import { targetOf, userOf } from '../events/request.ts';
import { COMBINATION, MOST_COMBINATIONS, TARGET, USER } from '../events/scan.ts';
import { WalkedEvent } from '../events/walked.ts';
import { compileParts, type Parts } from '../policy/decide/compile.ts';
import type { Policy } from '../policy/types.ts';
import type { Talkers } from './talkers.ts';

/** What is the same for all events of who asks for what. */
export interface Known {
  talker: number;
  /** Whether who sends it has a name: nobody logged in without one. */
  hasName: boolean;
  /** Of each policy the rule that decides it. */
  rules: readonly number[];
}

/** Who sends requests. */
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

/** What stands where of a combination; the talker is first. */
const HAS_NAME = 1;
const RULES = 2;

/** What policies make of who asks for what, and which talker that is: found out once for each combination of a scanner. */
export class Combinations {
  /** Whether it matters to a policy what an object is called. */
  readonly keepsNames: boolean;
  readonly #parts: Parts;
  readonly #talkers: Talkers;
  readonly #policies: number;
  /** Of each combination the talker (-1 where it is not known), whether it has a name, and the rule of each policy. */
  readonly #known: Int32Array;
  readonly #users: (KnownUser | undefined)[] = [];
  readonly #targets: (KnownTarget | undefined)[] = [];

  constructor(policies: readonly Policy[], talkers: Talkers) {
    this.keepsNames = policies.some(({ rules }) => rules.some(({ resources = [] }) => resources.some(isOfNames)));
    this.#parts = compileParts(policies);
    this.#talkers = talkers;
    this.#policies = policies.length;
    this.#known = new Int32Array(MOST_COMBINATIONS * (RULES + policies.length)).fill(-1);
  }

  /** What is known of an event. */
  ofEvent(event: LoggedEvent): Known {
    const [{ number, hasName, word }, target] = [this.#userOf(event), this.#targetOf(event)];
    const rules = new Int32Array(this.#policies);
    this.#parts.rules(word, target.word, rules, 0);
    return { talker: this.#talkers.numberOf(number, target.asked), hasName, rules: [...rules] };
  }

  /** What is known of a combination that was learned. */
  of(combination: number): Known {
    const rules = Array.from({ length: this.#policies }, (_, policy) => this.ruleOf(combination, policy));
    return { talker: this.talkerOf(combination), hasName: this.hasName(combination), rules };
  }

  /** -1 where nothing is known of it. */
  talkerOf(combination: number): number {
    return this.#known[this.#placeOf(combination)] ?? -1;
  }

  hasName(combination: number): boolean {
    return this.#known[this.#placeOf(combination) + HAS_NAME] === 1;
  }

  ruleOf(combination: number, policy: number): number {
    return this.#known[this.#placeOf(combination) + RULES + policy] ?? 0;
  }

  /**
   * Finds out what is to be known of the combination of a row.
   *
   * @param at where the row begins.
   * @param eventOf makes an event of it.
   */
  learn(rows: Int32Array, at: number, eventOf: () => LoggedEvent): void {
    const user = (this.#users[rows[at + USER] ?? 0] ??= this.#userOf(eventOf()));
    const target = (this.#targets[rows[at + TARGET] ?? 0] ??= this.#targetOf(eventOf()));
    const place = this.#placeOf(rows[at + COMBINATION] ?? 0);
    this.#known[place] = this.#talkers.numberOf(user.number, target.asked);
    this.#known[place + HAS_NAME] = Number(user.hasName);
    this.#parts.rules(user.word, target.word, this.#known, place + RULES);
  }

  /** Forgets all of them. */
  forget(): void {
    this.#known.fill(-1);
    this.#users.length = this.#targets.length = 0;
  }

  #placeOf(combination: number): number {
    return combination * (RULES + this.#policies);
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

function isOfNames({ resourceNames = [] }: { resourceNames?: readonly string[] }): boolean {
  return resourceNames.length > 0;
}
