import type { Decision, Policy } from '../types.ts';
import { after, API_GROUP, type Blocks, blocksOf, NAME, NAMESPACE, rulesOf, VERB } from './blocks.ts';
import { wordOf, wordOfPath, wordOfResource, wordOfUser } from './blocks.ts';

/** A bit for each rule of all policies, 32 to a word. */
export type Mask = Int32Array;

/** The words of one policy in every mask: from one to before the other. */
interface Words {
  readonly from: number;
  readonly to: number;
  /** By rule, from 1; 0 is that of no rule. They are frozen and shared. */
  readonly decisions: readonly Decision[];
}

/**
 * What each attribute of a request says of the rules of all policies at once, for whoever remembers the masks of values. The lowest
 * bit in the words of a policy that four masks have in common (who asks, the verb, the namespace, and the resource or the path) is
 * the rule that wins: `decide`. The policies must not be changed afterwards.
 */
export class PolicyMasks {
  readonly #blocks: Blocks;
  readonly #places: readonly number[];
  /** By policy. */
  readonly words: readonly Words[];
  /** By bit, 32 to a word: the rule, from 1. One with several `resources` may have several bits, next to each other. */
  readonly rules: Int32Array;
  /** The names that are told apart: the masks of all others are the same. */
  readonly names: ReadonlySet<string>;

  constructor(policies: readonly Policy[]) {
    this.#blocks = blocksOf(policies);
    const places = this.#blocks.parts.map(({ from, to }) => placesOf(this.#blocks, from, to));
    this.#places = places.flat();
    let to = 0;
    this.words = this.#blocks.parts.map(({ decisions }, at) => {
      const from = to;
      to += places[at]?.length ?? 0;
      return { from, to, decisions };
    });
    this.rules = Int32Array.from(this.#places.flatMap((block) => rulesOf(this.#blocks, block)));
    this.names = new Set(policies.flatMap(namesIn));
  }

  /** @param user undefined for a request that failed to authenticate. */
  ofUser(user: string | undefined, groups: readonly string[]): Mask {
    return this.#mask((block) => wordOfUser(this.#blocks, block, user, groups));
  }

  ofVerb(verb: string): Mask {
    return this.#mask((block) => wordOf(this.#blocks, block, VERB, verb));
  }

  /** @param namespace "" for none, undefined for a request for a path. */
  ofNamespace(namespace: string | undefined): Mask {
    return this.#mask((block) => wordOf(this.#blocks, block, NAMESPACE, namespace));
  }

  /** @param subresource "" for none; so with the other ones. */
  ofResource(group: string, resource: string, subresource: string, name: string): Mask {
    const word = (block: number): number =>
      wordOf(this.#blocks, block, API_GROUP, group) &
      wordOfResource(this.#blocks, block, resource, subresource) &
      wordOf(this.#blocks, block, NAME, name);
    return this.#mask(word);
  }

  ofPath(path: string): Mask {
    return this.#mask((block) => wordOfPath(this.#blocks, block, path));
  }

  #mask(wordIn: (block: number) => number): Mask {
    return Int32Array.from(this.#places, wordIn);
  }
}

function placesOf(blocks: Blocks, from: number, to: number): number[] {
  const places: number[] = [];
  for (let block = from; block < to; block = after(blocks, block)) places.push(block);
  return places;
}

function namesIn({ rules }: Policy): string[] {
  return rules.flatMap(({ resources = [] }) => resources.flatMap(({ resourceNames = [] }) => resourceNames));
}
