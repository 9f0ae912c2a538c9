import { resourceOf } from '../../policy/api/lookup.ts';
import type { Target } from '../../policy/sensitive.ts';
import type { Policy, PolicyRule } from '../../policy/types.ts';
import { ask } from './ask.ts';
import { requestsFor } from './deciders.ts';
import { namedResources, type NamedResource } from './named.ts';
import type { PolicyBreach, PolicyInput, PolicyLintRule } from './rule.ts';
import { list, records } from './words.ts';

/** Rules about a verb that was forgotten beside its twin, where that makes a difference to what is recorded. */
export const GAP_RULES: readonly PolicyLintRule[] = [
  {
    id: 'deletecollection-missing',
    severity: 'warning',
    why: 'Deleting all objects of a kind at once has a verb of its own, and is what an intruder or a slip does most harm with.',
    check: missingDeleteCollection,
  },
  {
    id: 'exec-get-missing',
    severity: 'warning',
    why: 'Today kubectl opens exec, attach and port-forward over WebSocket, and that is the verb get.',
    check: missingGet,
  },
];

/** What a rule without resources is asked about. */
const USUAL: readonly Omit<Target, 'verb'>[] = [{ resource: 'pods' }, { apiGroup: 'apps', resource: 'deployments' }];

function missingDeleteCollection({ policy }: PolicyInput): PolicyBreach[] {
  return policy.rules.flatMap((rule, at) => {
    const { verbs = [], level } = rule;
    if (level === 'None' || !verbs.includes('delete') || verbs.includes('deletecollection')) return [];
    const lost = targetsOf(rule).filter((target) => isLess(policy, rule, at, target));
    if (lost.length === 0) return [];
    return [
      {
        message: `rule ${at + 1} records delete, but nothing records deletecollection as much`,
        mend: 'Add deletecollection to its verbs.',
        path: ['rules', at, 'verbs'],
      },
    ];
  });
}

// Of a group, or of any resource, one that every cluster has stands for all.
function targetsOf({ resources = [] }: PolicyRule): Omit<Target, 'verb'>[] {
  if (resources.length === 0) return [...USUAL];
  return resources.flatMap(({ group = '', resources: names = [] }) => {
    const plain = names.filter((name) => !name.includes('/') && !name.includes('*'));
    const any = names.length === 0 || names.includes('*') ? [group === '' ? 'pods' : 'anything'] : [];
    return [...plain, ...any].map((resource) => ({ ...(group === '' ? {} : { apiGroup: group }), resource }));
  });
}

function isLess(policy: Policy, rule: PolicyRule, at: number, target: Omit<Target, 'verb'>): boolean {
  const known = resourceOf(target.apiGroup ?? '', target.resource);
  if (known && !known.verbs.includes('deletecollection')) return false;
  const scoped = { ...target, clusterScoped: known?.namespaced === false };
  const deletes = requestsFor(rule, { ...scoped, verb: 'delete' }).filter(
    (request) => ask(policy, request).rule === at + 1,
  );
  return deletes.some((request) => {
    const { name: _name, ...all } = request;
    return !records(ask(policy, { ...all, verb: 'deletecollection' }).level, atMost(rule.level));
  });
}

// The body of a deletecollection is of little use: Metadata is enough.
function atMost(level: PolicyRule['level']): PolicyRule['level'] {
  return level === 'None' ? 'None' : 'Metadata';
}

const OPENED = ['exec', 'attach', 'portforward', 'proxy'];

function missingGet({ policy }: PolicyInput): PolicyBreach[] {
  return forgottenGets(policy).map(({ at, names }) => ({
    message: `rule ${at + 1} records create of ${list(names)}, but nothing records get`,
    mend: 'Add get to its verbs.',
    path: ['rules', at, 'verbs'],
  }));
}

/** The rules, counted from 0, that record only the create of what is also opened with a get that nothing records: `pods/exec`. */
export function forgottenGets(policy: Policy): { at: number; names: string[] }[] {
  const opened = namedResources(policy).filter(({ subresource = '' }) => OPENED.includes(subresource));
  return policy.rules.flatMap((rule, at) => {
    const { verbs = [], level } = rule;
    if (level === 'None' || !verbs.includes('create') || verbs.includes('get')) return [];
    const names = opened.filter((named) => named.rule === at && isGetLost(policy, rule, named)).map(({ text }) => text);
    return names.length > 0 ? [{ at, names }] : [];
  });
}

function isGetLost(policy: Policy, rule: PolicyRule, { group, resource, subresource = '' }: NamedResource): boolean {
  const target = { apiGroup: group, resource, subresource, verb: 'get' };
  return requestsFor(rule, target).some((request) => ask(policy, request).level === 'None');
}
