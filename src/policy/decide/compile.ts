import type { Decision, GroupResources, Policy, PolicyRule, RequestAttributes } from '../types.ts';
import { decisionOf, matchesGroups, matchesNamespace, matchesTarget, matchesUser, matchesVerb } from './decide.ts';

/**
 * Makes a function that tells what each of some audit policies does with a request, in their order: `decide`, but fast for many
 * requests. Each dimension of a request gives a mask with a bit for every rule that matches there, and the lowest bit that all
 * have is the rule that wins. The decisions are frozen and shared. The policies must not be changed afterwards.
 */
export function compilePolicy(policies: readonly Policy[]): (request: RequestAttributes) => Decision[] {
  const slots = policies.flatMap(({ rules }) => slotsOf(rules));
  const dimensions = [byUser, byGroups, byVerb, byNamespace, byTarget].map((by) => by(slots));
  const parts = partsOf(policies);
  return (request) => {
    const masks = dimensions.map((dimension) => dimension(request));
    return parts.map(({ from, to, decisions, none }) => decisions[lowestInAll(masks, from, to)] ?? none);
  };
}

interface Part {
  /** The words of the policy: from this one to before that one. */
  from: number;
  to: number;
  /** By place of the rule. */
  decisions: readonly Decision[];
  none: Decision;
}

function partsOf(policies: readonly Policy[]): Part[] {
  let to = 0;
  return policies.map((policy) => {
    const from = to;
    to += wordsOf(policy.rules);
    const decisions = policy.rules.map((_, place) => frozen(decisionOf(policy, place + 1)));
    return { from, to, decisions, none: frozen(decisionOf(policy, 0)) };
  });
}

function frozen(decision: Decision): Decision {
  return Object.freeze({ ...decision, omitStages: Object.freeze([...decision.omitStages]) });
}

/** Makes the dimension of `users`. */
function byUser(slots: Slots): Dimension {
  const users = classesOf(mentioned(slots, ({ users }) => users));
  return dimension(slots, ({ user }) => (user === undefined ? -1 : users.of(user)), matchesUser);
}

/** Makes the dimension of `userGroups`: whatever matches one of the groups matches the request. */
function byGroups(slots: Slots): Dimension {
  const userGroups = classesOf(mentioned(slots, ({ userGroups }) => userGroups));
  const none = maskOf(slots, (rule) => matchesGroups(rule, {}));
  const byGroup = dimension(slots, ({ groups: [group = ''] = [] }) => userGroups.of(group), matchesGroups);
  return ({ user, groups = [] }) => {
    let mask = none;
    if (user === undefined) return mask;
    for (const group of groups) {
      if (userGroups.of(group) === 0) continue;
      const its = byGroup({ user, groups: [group] });
      mask = mask === none ? its : union(mask, its);
    }
    return mask;
  };
}

/** Makes the dimension of `verbs`. */
function byVerb(slots: Slots): Dimension {
  const verbs = classesOf(mentioned(slots, ({ verbs }) => verbs));
  return dimension(slots, ({ verb = '' }) => verbs.of(verb), matchesVerb);
}

/** Makes the dimension of `namespaces`. */
function byNamespace(slots: Slots): Dimension {
  const namespaces = classesOf(mentioned(slots, ({ namespaces }) => namespaces));
  const keyOf = ({ isResourceRequest, namespace = '' }: RequestAttributes) =>
    isResourceRequest === true ? namespaces.of(namespace) : -1;
  return dimension(slots, keyOf, matchesNamespace);
}

function mentioned(slots: Slots, pick: (rule: PolicyRule) => readonly string[] | undefined): string[] {
  return slots.flatMap((rule) => (rule && pick(rule)) ?? []);
}

const LONGEST_PATH = 256;

/** Makes the dimension of `resources` and `nonResourceURLs`. */
function byTarget(slots: Slots): Dimension {
  const resourceKey = resourceKeyOf(slots.flatMap((rule) => rule?.resources ?? []));
  const keyOf = (request: RequestAttributes) =>
    request.isResourceRequest === true ? resourceKey(request) : pathKey(request);
  return dimension(slots, keyOf, matchesTarget);
}

// Anyone can send a path as long as a header may be; such a one is not worth its memory.
function pathKey({ path = '' }: RequestAttributes): string | undefined {
  return path.length <= LONGEST_PATH ? path : undefined;
}

// The classes of the four attributes, as one number.
function resourceKeyOf(entries: readonly GroupResources[]): (request: RequestAttributes) => number | undefined {
  const { apiGroups, resources, subresources, names } = classesIn(entries);
  const size = apiGroups.size * resources.size * subresources.size * names.size;
  return ({ apiGroup = '', resource = '', subresource = '', name = '' }) => {
    const resourceClass = resources.of(resource);
    if (size > Number.MAX_SAFE_INTEGER || (resourceClass === 0 && resource.includes('/'))) return undefined;
    const target = (apiGroups.of(apiGroup) * resources.size + resourceClass) * subresources.size;
    return (target + subresources.of(subresource)) * names.size + names.of(name);
  };
}

// `res/sub` is taken apart at its first slash, so a request whose resource holds one itself (no server has such) has no class.
function classesIn(
  entries: readonly GroupResources[],
): Record<'apiGroups' | 'resources' | 'subresources' | 'names', Classes> {
  const mentioned = entries.flatMap(({ resources = [] }) => resources);
  return {
    apiGroups: classesOf(entries.map(({ group = '' }) => group)),
    resources: classesOf(mentioned.map((text) => text.replace(/\/.*$/s, ''))),
    subresources: classesOf(mentioned.map((text) => text.replace(/^[^/]*\/?/, ''))),
    names: classesOf(entries.flatMap(({ resourceNames = [] }) => resourceNames)),
  };
}

/** The classes of the values of an attribute: each value that a policy mentions is its own, all others are one, number 0. */
interface Classes {
  /** How many there are. */
  size: number;
  of(value: string): number;
}

/** Gives the classes of the values that a policy mentions. Two values of one class match the same rules. */
function classesOf(mentioned: Iterable<string>): Classes {
  const numbers = new Map<string, number>();
  for (const value of mentioned) if (!numbers.has(value)) numbers.set(value, numbers.size + 1);
  return { size: numbers.size + 1, of: (value) => numbers.get(value) ?? 0 };
}

/** One bit for each slot, 32 to a word. */
type Mask = Int32Array;

/** The rules of all policies, one after the other; each policy is filled up with undefined to the end of its last word. */
type Slots = readonly (PolicyRule | undefined)[];

/** Gives the slots that a request matches in one dimension. The mask is shared: read only. */
type Dimension = (request: RequestAttributes) => Mask;

const BITS = 32;
const MOST_REMEMBERED = 4096;

/** Gives how many words the rules of one policy fill. */
function wordsOf(rules: readonly PolicyRule[]): number {
  return Math.ceil(rules.length / BITS);
}

/** Gives the slots of one policy. */
function slotsOf(rules: readonly PolicyRule[]): Slots {
  return Array.from({ length: wordsOf(rules) * BITS }, (_, index) => rules[index]);
}

/** Gives the mask of the slots whose rule passes a test. */
function maskOf(slots: Slots, test: (rule: PolicyRule) => boolean): Mask {
  const mask = new Int32Array(slots.length / BITS);
  slots.forEach((rule, index) => {
    const word = Math.floor(index / BITS);
    if (rule && test(rule)) mask[word] = (mask[word] ?? 0) | (1 << (index % BITS));
  });
  return mask;
}

/** Gives the mask of the slots that are in either of two. */
function union(first: Mask, second: Mask): Mask {
  return first.map((word, index) => word | (second[index] ?? 0));
}

/** Gives the lowest slot, counted from that of the word `from`, that is in all masks; -1 if there is none before the word `to`. */
function lowestInAll(masks: readonly Mask[], from: number, to: number): number {
  for (let at = from; at < to; at++) {
    let word = -1;
    for (const mask of masks) word &= mask[at] ?? 0;
    if (word !== 0) return (at - from) * BITS + Math.clz32(1) - Math.clz32(word & -word);
  }
  return -1;
}

/**
 * Makes a dimension out of a test of one rule. Requests with the same key must pass the same tests, so that their mask is worked out
 * once; those without a key are tested each time. Forgets all where there are too many, since a log has no end of values.
 */
function dimension(
  slots: Slots,
  keyOf: (request: RequestAttributes) => number | string | undefined,
  test: (rule: PolicyRule, request: RequestAttributes) => boolean,
): Dimension {
  const known = new Map<number | string, Mask>();
  return (request) => {
    const key = keyOf(request);
    const found = key === undefined ? undefined : known.get(key);
    if (found) return found;
    const mask = maskOf(slots, (rule) => test(rule, request));
    if (known.size >= MOST_REMEMBERED) known.clear();
    if (key !== undefined) known.set(key, mask);
    return mask;
  };
}
