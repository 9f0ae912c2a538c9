import { list } from '../lint/rule.ts';
import { isNamed, type Party } from '../policy/compare/parties.ts';
import type { WhoKind } from '../policy/who.ts';

/** Some parties as they are called: those of one `key` are told of together, then `loosely` where they are not quite the same. */
export interface Who {
  key: string;
  text: string;
  loosely: string;
}

/** Whether somebody works for the cluster itself: the control plane, the nodes, and service accounts that the policies name. */
function isOfCluster(party: Party): boolean {
  const { kind } = party;
  return kind === 'kubelet' || kind === 'component' || (kind === 'account' && isNamed(party));
}

/**
 * What some parties are called.
 *
 * @param everyone all that were looked at.
 */
export function whoAre(some: ReadonlySet<Party>, everyone: readonly Party[]): Who {
  const parties = everyone.filter((party) => some.has(party));
  const missing = everyone.filter((party) => !some.has(party));
  if (missing.length === 0) return { key: 'anyone', text: 'anyone', loosely: 'almost anyone' };
  if (missing.length <= 2 && missing.every(isOfCluster) && everyone.length > 4)
    return { key: 'anyone', text: `anyone but ${list(namesOf(missing, everyone))}`, loosely: 'almost anyone' };
  if (missing.length <= 2 && missing.length < parties.length) {
    const text = `anyone but ${list(namesOf(missing, everyone))}`;
    return { key: text, text, loosely: text };
  }
  const ofCluster = everyone.filter(isOfCluster);
  if (parties.every(isOfCluster) && ofCluster.length > 2) return clusterText(parties, ofCluster, everyone);
  const others = everyone.filter((party) => !isOfCluster(party));
  if (others.length > 0 && others.every((party) => some.has(party)) && ofCluster.length > 2)
    return { key: 'others', text: OTHERS, loosely: OTHERS };
  const text = list(shortNames(namesOf(parties, everyone)));
  return { key: text, text, loosely: text };
}

const OTHERS = 'people and other service accounts';
const CLUSTER = 'the control plane, nodes and add-ons';

function clusterText(parties: readonly Party[], all: readonly Party[], everyone: readonly Party[]): Who {
  const loosely = 'parts of the control plane, nodes and add-ons';
  if (parties.length === all.length) return { key: 'cluster', text: CLUSTER, loosely };
  const names = namesOf(parties, everyone);
  return { key: 'cluster', text: names.length <= 2 ? list(names) : loosely, loosely };
}

const KINDS: readonly WhoKind[] = ['person', 'account', 'anonymous', 'kubelet', 'component'];

/** What those of a kind are called, and the others of it where some have names. */
const CALLED: Readonly<Record<WhoKind, readonly [all: string, others: string]>> = {
  person: ['people', 'other people'],
  account: ['service accounts', 'other service accounts'],
  anonymous: ['whoever is not logged in', 'whoever is not logged in'],
  kubelet: ['the kubelets', 'other kubelets'],
  component: ['the control plane', 'the control plane'],
};

function namesOf(parties: readonly Party[], everyone: readonly Party[]): string[] {
  return KINDS.flatMap((kind) => {
    const own = parties.filter((party) => party.kind === kind);
    const all = everyone.filter((party) => party.kind === kind);
    if (own.length === 0) return [];
    return own.length === all.length && all.length > 1
      ? [CALLED[kind][0]]
      : own.flatMap((party) => partyNames(party, all));
  });
}

function partyNames(party: Party, all: readonly Party[]): string[] {
  if (!isNamed(party)) return [CALLED[party.kind][all.length > 1 ? 1 : 0]];
  return [...party.users.map(userText), ...party.groups.map(groupText)];
}

function userText(user: string): string {
  return user.replace(/^system:(?:serviceaccount:)?/, '').replace(':', '/');
}

function groupText(group: string): string {
  const [, namespace] = /^system:serviceaccounts:(.+)$/.exec(group) ?? [];
  return namespace === undefined ? `group ${group}` : `service accounts of ${namespace}`;
}

const MOST_WHO = 3;

function shortNames(names: readonly string[]): string[] {
  if (names.length <= MOST_WHO + 1) return [...names];
  return [...names.slice(0, MOST_WHO), `${names.length - MOST_WHO} more`];
}
