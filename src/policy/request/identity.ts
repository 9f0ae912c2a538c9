import { UserError } from '../../errors.ts';
import type { RequestAttributes } from '../types.ts';
import type { RequestWords } from './words.ts';

/** Who sends a request when nobody is named: a person with no rights of their own. */
const SOMEONE = 'someone';

/**
 * Gives the user and groups of a request. kube-apiserver adds groups by itself (`pkg/authentication` of k8s.io/apiserver, release
 * 1.37: `group/authenticated_group_adder.go`, `serviceaccount/util.go`, `request/anonymous`); a node's group is in its certificate.
 * Nothing for a request that does not authenticate.
 *
 * @throws UserError for words that contradict each other.
 */
export function identityOf({
  as,
  asGroups = [],
  unauthenticated,
}: RequestWords): Pick<RequestAttributes, 'user' | 'groups'> {
  if (unauthenticated && (as !== undefined || asGroups.length > 0)) {
    throw new UserError('--unauthenticated does not go with --as and --as-group', {
      hint: 'A request that fails to authenticate has no user. For one without credentials give --as system:anonymous.',
    });
  }
  if (unauthenticated) return {};
  if (as === '') throw new UserError('--as is empty', { hint: 'For a request without a user give --unauthenticated.' });
  const user = as ?? SOMEONE;
  return { user, groups: [...new Set([...asGroups, ...groupsOfUser(user)])] };
}

/** The groups that kube-apiserver gives to a user of this name by itself. */
export function groupsOfUser(user: string): string[] {
  if (user === 'system:anonymous') return ['system:unauthenticated'];
  const [, namespace] = /^system:serviceaccount:([^:]+):[^:]+$/.exec(user) ?? [];
  if (namespace) return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, AUTHENTICATED];
  if (user.startsWith('system:node:')) return ['system:nodes', AUTHENTICATED];
  return user === 'system:apiserver' ? ['system:masters', AUTHENTICATED] : [AUTHENTICATED];
}

const AUTHENTICATED = 'system:authenticated';
