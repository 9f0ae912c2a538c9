import { groupsOfUser } from '../request/request.ts';
import { COMPONENTS, kindOfGroup, kindOfUser, type WhoKind } from '../who.ts';
import type { Box, Term } from './box.ts';
import { type Budget, spend } from './search.ts';
import type { Universe } from './universe.ts';

/** Some users whose requests two policies treat alike, so far as users and groups decide. */
export interface Party {
  kind: WhoKind;
  /** Those that the policies name, and the components of each cluster; with no group either: all others of this kind. */
  users: string[];
  groups: string[];
  who: Pick<Box, 'users' | 'someOf' | 'noneOf'>;
}

/**
 * Everybody who sends requests to a cluster, in parties: of each kind the users and groups that the policies name, and the others.
 * Somebody is in the groups that the API server gives by itself, so that no party stands for a kubelet in the group of a service account.
 */
export function partiesOf(universe: Universe, terms: readonly Term[], budget: Budget): Party[] {
  const byTreatment = new Map<string, Party>();
  for (const party of allParties(universe)) {
    spendOnTreatment(budget, terms);
    const key = `${party.kind} ${terms.map((term) => treatment(party, term)).join('')}`;
    const known = byTreatment.get(key);
    if (!known) byTreatment.set(key, party);
    else if (isNamed(known) && isNamed(party)) known.users.push(...party.users);
    if (known && isNamed(known)) known.groups.push(...party.groups);
  }
  return [...byTreatment.values()];
}

/** Takes off a budget what it costs to ask for the treatment of a party by some terms: that of five is a step. */
export function spendOnTreatment(budget: Budget, terms: readonly Term[]): void {
  spend(budget, terms.length / 5);
}

/** Whether a party is named by the policies; else it is all others of its kind. */
export function isNamed({ users, groups }: Party): boolean {
  return users.length > 0 || groups.length > 0;
}

/** Whether what a term selects is by a party: `+` all of it, `-` nothing, or only where somebody is in these groups. */
export function treatment({ who: { users, someOf, noneOf } }: Party, { users: wanted, anyGroup }: Term): string {
  if ((users & wanted) === 0n) return '-';
  if (anyGroup === 0n || someOf.some((set) => (set & ~anyGroup) === 0n)) return '+';
  return (anyGroup & ~noneOf) === 0n ? '-' : `?${(anyGroup & ~noneOf).toString(36)}`;
}

const AUTHENTICATED = 'system:authenticated';

/** The groups that those of a kind are in whom no policy names. */
const GROUPS: Readonly<Record<WhoKind, readonly string[]>> = {
  person: [AUTHENTICATED],
  account: ['system:serviceaccounts', AUTHENTICATED],
  anonymous: ['system:unauthenticated'],
  kubelet: ['system:nodes', AUTHENTICATED],
  component: [AUTHENTICATED],
};

function allParties(universe: Universe): Party[] {
  const { users, groups } = universe;
  const rest = (['person', 'account', 'anonymous', 'kubelet'] as const).map((kind) => {
    const name = kind === 'anonymous' ? 'system:anonymous' : '';
    return { kind, users: [], groups: [], who: boxOf(universe, users.bitOf(name), GROUPS[kind], kind) };
  });
  const names = new Set([...COMPONENTS, ...users.mentioned.filter((user) => user !== 'system:anonymous')]);
  const named = [...names].flatMap((user): Party[] => {
    const kind = kindOfUser(user);
    if (kind === undefined) return [];
    return [{ kind, users: [user], groups: [], who: boxOf(universe, users.bitOf(user), groupsOfUser(user), kind) }];
  });
  const ofGroups = groups.mentioned.flatMap((group): Party[] => {
    const kind = kindOfGroup(group);
    if (kind === undefined || GROUPS[kind].includes(group)) return [];
    return [{ kind, users: [], groups: [group], who: boxOf(universe, 1n, [group, ...GROUPS[kind]], kind) }];
  });
  return [...rest, ...named, ...ofGroups];
}

// A person who is named may be in any group of people, everybody else is in no other group.
function boxOf({ groups }: Universe, users: bigint, inGroups: readonly string[], kind: WhoKind): Party['who'] {
  const someOf = inGroups.filter((group) => groups.mentioned.includes(group)).map((group) => groups.bitOf(group));
  const isPerson = kind === 'person' && (users !== 1n || inGroups.some((group) => !GROUPS.person.includes(group)));
  const open = isPerson ? groups.mentioned.filter((group) => kindOfGroup(group) === 'person') : [];
  const free = open.reduce((bits, group) => bits | groups.bitOf(group), 0n);
  const own = someOf.reduce((bits, bit) => bits | bit, 0n);
  return { users, someOf, noneOf: groups.all & ~1n & ~own & ~free };
}
