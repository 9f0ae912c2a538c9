import type { Decision, Policy } from '../types.ts';
import { API_GROUP, blocksAt, blocksOf, NAME, NAMESPACE, rulesAt, USER, VERB } from './blocks.ts';
import { wordOf, wordOfGroups, wordOfPath, wordOfResource } from './blocks.ts';
import { decisionOf } from './decide.ts';
import type { Room } from './room.ts';

/** A bit for each rule of all policies, 32 to a word. */
export type Mask = Int32Array;

/** The words of one policy in every mask: from one to before the other. */
interface Words {
  readonly from: number;
  readonly to: number;
  /** By rule, from 1; 0 is that of no rule. */
  readonly decisions: readonly Decision[];
}

/**
 * What each attribute of a request says of the rules of all policies at once, for whoever remembers the masks of values. The lowest
 * bit in the words of a policy that four masks have in common (who asks, the verb, the namespace, and the resource or the path) is
 * the rule that wins: `decide`. The policies must not be changed afterwards.
 */
export class PolicyMasks {
  readonly #room: Room;
  readonly #blocks: readonly number[];
  /** By policy. */
  readonly words: readonly Words[];
  /** By bit, 32 to a word: the rule, from 1. One with several `resources` may have several bits, next to each other. */
  readonly rules: Int32Array;
  /** The names that are told apart: the masks of all others are the same. */
  readonly names: ReadonlySet<string>;

  constructor(policies: readonly Policy[]) {
    const { room, places } = blocksOf(policies);
    const blocks = places.map((place) => blocksAt(room, place));
    this.#room = room;
    this.#blocks = blocks.flat();
    let to = 0;
    this.words = policies.map((policy, at) => {
      const from = to;
      to += blocks[at]?.length ?? 0;
      return { from, to, decisions: [policy, ...policy.rules].map((_, rule) => decisionOf(policy, rule)) };
    });
    this.rules = Int32Array.from(this.#blocks.flatMap((block) => rulesAt(room, block)));
    this.names = new Set(policies.flatMap(namesIn));
  }

  /** @param user undefined for a request that failed to authenticate. */
  ofUser(user: string | undefined, groups: readonly string[]): Mask {
    return this.#mask((block) => wordOf(this.#room, block, USER, user) & wordOfGroups(this.#room, block, user, groups));
  }

  ofVerb(verb: string): Mask {
    return this.#mask((block) => wordOf(this.#room, block, VERB, verb));
  }

  /** @param namespace "" for none, undefined for a request for a path. */
  ofNamespace(namespace: string | undefined): Mask {
    return this.#mask((block) => wordOf(this.#room, block, NAMESPACE, namespace));
  }

  /** @param subresource "" for none; so with the other ones. */
  ofResource(group: string, resource: string, subresource: string, name: string): Mask {
    const word = (block: number): number =>
      wordOf(this.#room, block, API_GROUP, group) &
      wordOfResource(this.#room, block, resource, subresource) &
      wordOf(this.#room, block, NAME, name);
    return this.#mask(word);
  }

  ofPath(path: string): Mask {
    return this.#mask((block) => wordOfPath(this.#room, block, path));
  }

  #mask(wordIn: (block: number) => number): Mask {
    return Int32Array.from(this.#blocks, wordIn);
  }
}

function namesIn({ rules }: Policy): string[] {
  return rules.flatMap(({ resources = [] }) => resources.flatMap(({ resourceNames = [] }) => resourceNames));
}
