import type { PolicyRule, RequestAttributes } from '../types.ts';
import { matchesGroups, matchesNamespace, matchesUser, matchesVerb } from './matchers.ts';
import { classesOf } from './classes.ts';
import { dimension, maskOf, union, type Dimension, type Slots } from './masks.ts';

/** Makes the dimension of `users`. */
export function byUser(slots: Slots): Dimension {
  const users = classesOf(mentioned(slots, ({ users }) => users));
  return dimension(slots, ({ user }) => (user === undefined ? -1 : users.of(user)), matchesUser);
}

/** Makes the dimension of `userGroups`: whatever matches one of the groups matches the request. */
export function byGroups(slots: Slots): Dimension {
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
export function byVerb(slots: Slots): Dimension {
  const verbs = classesOf(mentioned(slots, ({ verbs }) => verbs));
  return dimension(slots, ({ verb = '' }) => verbs.of(verb), matchesVerb);
}

/** Makes the dimension of `namespaces`. */
export function byNamespace(slots: Slots): Dimension {
  const namespaces = classesOf(mentioned(slots, ({ namespaces }) => namespaces));
  const keyOf = ({ isResourceRequest, namespace = '' }: RequestAttributes) =>
    isResourceRequest === true ? namespaces.of(namespace) : -1;
  return dimension(slots, keyOf, matchesNamespace);
}

function mentioned(slots: Slots, pick: (rule: PolicyRule) => readonly string[] | undefined): string[] {
  return slots.flatMap((rule) => (rule && pick(rule)) ?? []);
}
