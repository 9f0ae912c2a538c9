import { groupsOfUser } from '../../policy/request/identity.ts';
import type { PolicyRule, RequestAttributes } from '../../policy/types.ts';

/** Who makes a request. */
export type Identity = Pick<RequestAttributes, 'user' | 'groups'>;

/** An ordinary person whom no policy knows by name. */
export const PERSON: Identity = { user: 'someone', groups: ['system:authenticated'] };

/**
 * The identities that stand for all those a rule's `users` and `userGroups` select, with the groups that kube-apiserver gives them.
 * Without either it is somebody who logged in: who did not is refused before a body is read.
 * As selectors only ever add requests, a user whom no rule names, in no more groups than needed, is the one least taken by others.
 */
export function identitiesOf({ users: named = [], userGroups: groups = [] }: PolicyRule): Identity[] {
  const [users, userGroups] = [named.filter(isName), groups.filter(isName)];
  if (users.length < named.length && users.length === 0) return [];
  if (userGroups.length < groups.length && userGroups.length === 0) return [];
  if (users.length === 0) return userGroups.length === 0 ? [PERSON] : userGroups.map(memberOf);
  if (userGroups.length === 0) return users.map((user) => identityOf(user));
  return users.flatMap((user) => userGroups.map((group) => identityOf(user, group)));
}

// Nobody is named "*": `literal-star` tells of that.
function isName(name: string): boolean {
  return !name.includes('*');
}

function memberOf(group: string): Identity {
  if (group === 'system:unauthenticated') return identityOf('system:anonymous');
  const [, namespace = 'somewhere'] = /^system:serviceaccounts(?::(.+))?$/.exec(group) ?? [];
  return group.startsWith('system:serviceaccounts')
    ? identityOf(`system:serviceaccount:${namespace}:someone`)
    : identityOf('someone', group);
}

/** A user with the groups that Kubernetes gives users of that name (authentication reference, "User groups"), and one more. */
export function identityOf(user: string, group?: string): Identity {
  return { user, groups: [...new Set([...groupsOfUser(user), ...(group === undefined ? [] : [group])])] };
}
