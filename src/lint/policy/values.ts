import { PATH_VERBS, RBAC_ONLY, RESOURCE_VERBS } from '../../policy/api/verbs.ts';
import { nearest } from '../../policy/nearest.ts';
import type { Policy, PolicyRule } from '../../policy/types.ts';
import { list, type PolicyBreach, type PolicyInput, type PolicyLintRule, policyRule } from '../rule.ts';
import { withValue } from './harm.ts';
import { namedResources, type NamedValue, namedValues } from './named.ts';

/** Rules about verbs and the other plain lists of a policy's rules. */
export const VALUE_RULES: readonly PolicyLintRule[] = [
  policyRule({
    id: 'literal-star',
    severity: 'warning',
    why: 'In verbs, users, userGroups, namespaces and resourceNames "*" is a character like any other. Nothing has such a name.',
    check: literalStars,
    say: ({ rule, key, value, isOnly }) => ({
      message: `rule ${rule}: "${value}" in ${key} is not a pattern and matches nothing`,
      fix: accountsOf(key, value) ?? (value === '*' ? allOf(key, isOnly) : 'Write each name in full.'),
    }),
  }),
  policyRule({
    id: 'unknown-verb',
    severity: 'warning',
    why: 'The verbs of requests for resources are fixed. For a path the verb is the HTTP method in lower case. Any other silently matches nothing.',
    check: unknownVerbs,
    say: ({ rule, verb, kinds }) => ({
      message: `rule ${rule}: no request ${kinds.length === 1 ? `for a ${kinds[0]} ` : ''}has the verb "${verb}"`,
      fix: verbFix(verb.toLowerCase(), kinds),
    }),
  }),
  policyRule({
    id: 'resource-names-without-name',
    severity: 'warning',
    why: 'Such a request has no name yet, or is about many objects. A rule with resourceNames never matches it.',
    check: namesWithoutName,
    say: ({ rule, verbs }) => ({
      message: `rule ${rule}: resourceNames never match ${list(verbs, 'or')}`,
      fix: 'Move these verbs to a rule without resourceNames, or remove them.',
    }),
  }),
  policyRule({
    id: 'path-of-resource',
    severity: 'warning',
    why: 'A request for a resource is matched by its group and resource, never by its path.',
    check: pathsOfResources,
    say: ({ rule, value }) => ({
      message: `rule ${rule}: ${value} is the path of a resource, so it matches nothing`,
      fix: 'Write the resource under resources, in a rule without nonResourceURLs.',
    }),
  }),
];

const LISTS = ['verbs', 'users', 'userGroups', 'namespaces'] as const;

/** A value of the list `key` of a rule. */
type StarArgs = { rule: number; key: string; value: string; isOnly: boolean };

function literalStars({ policy }: PolicyInput): PolicyBreach<StarArgs>[] {
  const plain = LISTS.flatMap((key) =>
    namedValues(policy, key)
      .filter(({ value }) => value.includes('*'))
      .map((named) => starBreach(key, named)),
  );
  const names = policy.rules.flatMap(({ resources = [] }, rule) =>
    resources.flatMap(({ resourceNames = [] }, at) =>
      resourceNames.flatMap((value, place) => {
        const path = ['rules', rule, 'resources', at, 'resourceNames', place];
        return value.includes('*') ? [starBreach('resourceNames', { rule, value, values: resourceNames, path })] : [];
      }),
    ),
  );
  return [...plain, ...names];
}

function starBreach(key: string, { rule, value, values, path }: NamedValue): PolicyBreach<StarArgs> {
  const isOnly = values.length === 1;
  return {
    args: { rule: rule + 1, key, value, isOnly },
    path,
    ...(value === '*' && isOnly ? { meant: (policy: Policy) => withValue(policy, path.slice(0, -1), []) } : {}),
  };
}

// A group stands for all of them (authentication reference, "service account tokens" and "node authorization").
function accountsOf(key: string, value: string): string | undefined {
  if (key !== 'users' && key !== 'userGroups') return undefined;
  if (value === 'system:node:*' || value === 'system:nodes:*') return 'Write userGroups: [system:nodes].';
  const [, namespace] = /^system:serviceaccounts?:([^:*]+):\*$/.exec(value) ?? [];
  if (namespace) return `Write userGroups: ["system:serviceaccounts:${namespace}"].`;
  return /^system:serviceaccounts?:\*/.test(value) ? 'Write userGroups: [system:serviceaccounts].' : undefined;
}

function allOf(key: string, isOnly: boolean): string {
  return isOnly
    ? `Remove ${key}: without it the rule matches all.`
    : `Remove it. Without ${key} the rule would match all.`;
}

/** A verb as it is written, of a rule about requests of these kinds. */
type VerbArgs = { rule: number; verb: string; kinds: readonly RequestKind[] };

function unknownVerbs({ policy }: PolicyInput): PolicyBreach<VerbArgs>[] {
  return namedValues(policy, 'verbs').flatMap(({ rule, value, values, path }): PolicyBreach<VerbArgs>[] => {
    const kinds = kindsOf(policy.rules[rule]);
    const known = knownVerbs(kinds);
    if (value === '' || value.includes('*') || known.includes(value)) return [];
    const breach = { args: { rule: rule + 1, verb: value, kinds }, path };
    const lower = value.toLowerCase();
    if (known.includes(lower)) return [{ ...breach, edit: { kind: 'replace', value: lower } }];
    const verbs = meantVerbs(lower, kinds);
    const meant = (from: Policy): Policy => withValue(from, path.slice(0, -1), [...values, ...verbs]);
    return [{ ...breach, ...(verbs.length > 0 ? { meant } : {}) }];
  });
}

type RequestKind = 'resource' | 'path';

function kindsOf(rule: PolicyRule | undefined): RequestKind[] {
  const { resources = [], namespaces = [], nonResourceURLs = [] } = rule ?? {};
  if (resources.length + namespaces.length > 0) return ['resource'];
  return nonResourceURLs.length > 0 ? ['path'] : ['resource', 'path'];
}

const ALL_VERBS: readonly string[] = [...RESOURCE_VERBS, ...PATH_VERBS];

function knownVerbs(kinds: readonly RequestKind[]): readonly string[] {
  if (kinds.length > 1) return ALL_VERBS;
  return kinds[0] === 'path' ? PATH_VERBS : RESOURCE_VERBS;
}

const SAME: Readonly<Record<RequestKind, Readonly<Record<string, string>>>> = {
  path: { list: 'get', watch: 'get', read: 'get', create: 'post', update: 'put', deletecollection: 'delete' },
  resource: {
    head: 'get',
    post: 'create',
    put: 'update',
    read: 'get, list and watch',
    write: 'create, update, patch, delete and deletecollection',
    apply: 'patch',
    edit: 'update and patch',
    replace: 'update',
    exec: 'create and get, on pods/exec',
  },
};

function sameVerb(verb: string, kinds: readonly RequestKind[]): string | undefined {
  return kinds.map((kind) => SAME[kind][verb]).find((word) => word !== undefined);
}

/** The verbs that `verbFix` names. */
function meantVerbs(verb: string, kinds: readonly RequestKind[]): string[] {
  const known = knownVerbs(kinds);
  const meant = sameVerb(verb, kinds) ?? nearest(verb, known) ?? '';
  return known.filter((name) => meant.split(/[ ,]+/).includes(name));
}

function verbFix(verb: string, kinds: readonly RequestKind[]): string {
  const known = knownVerbs(kinds);
  const same = known.includes(verb) ? verb : sameVerb(verb, kinds);
  if (same) return `Write ${same}.`;
  if (RBAC_ONLY.includes(verb)) return 'Remove it: it is a verb of RBAC only.';
  const meant = nearest(verb, known);
  return meant ? `Did you mean ${meant}?` : `Write one of ${list([...new Set(known)].toSorted())}.`;
}

// A list can carry a name in its field selector, as the list and watch of one object do.
function namesWithoutName({ policy }: PolicyInput): PolicyBreach<{ rule: number; verbs: readonly string[] }>[] {
  const entries = namedResources(policy).filter(
    ({ entry, subresource }) =>
      isSet(entry.resourceNames) && !entry.resourceNames.includes('') && subresource === undefined,
  );
  const seen = new Set<unknown>();
  return entries.flatMap(({ rule, entry, path }) => {
    const verbs = policy.rules[rule]?.verbs ?? [];
    const lost = ['create', 'deletecollection', ...(verbs.includes('watch') ? [] : ['list'])].filter((verb) =>
      verbs.includes(verb),
    );
    if (lost.length === 0 || seen.has(entry)) return [];
    seen.add(entry);
    return [{ args: { rule: rule + 1, verbs: lost }, path: [...path.slice(0, 4), 'resourceNames'] }];
  });
}

function isSet(values: readonly string[] | undefined): values is readonly string[] {
  return values !== undefined && values.length > 0;
}

// /api/v1/… and /apis/GROUP/VERSION/… are requests for resources, the paths above are not.
function pathsOfResources({ policy }: PolicyInput): PolicyBreach<{ rule: number; value: string }>[] {
  return namedValues(policy, 'nonResourceURLs')
    .filter(({ value }) => /^\/(?:api\/[^/*]+|apis\/[^/*]+\/[^/*]+)\/[^/]/.test(value))
    .filter(({ value }) => !/^\/apis?(?:\/[^/]+){1,2}\/\*$/.test(value))
    .map(({ rule, value, path }) => ({ args: { rule: rule + 1, value }, path }));
}
