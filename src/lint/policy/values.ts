import { withValue } from './harm.ts';
import { type NamedValue, namedResources, namedValues } from './named.ts';
import { list } from '../rule.ts';
import type { PolicyInput, PolicyLintRule } from '../rule.ts';
import { type LegacyPolicyBreach as PolicyBreach, legacyPolicies } from '../legacy.ts';
import { PATH_VERBS, RBAC_ONLY, RESOURCE_VERBS } from '../../policy/api/verbs.ts';
import { nearest } from '../../policy/nearest.ts';
import type { Policy, PolicyRule } from '../../policy/types.ts';

/** Rules about verbs and the other plain lists of a policy's rules. */
export const VALUE_RULES: readonly PolicyLintRule[] = legacyPolicies([
  {
    id: 'literal-star',
    severity: 'warning',
    why: 'In verbs, users, userGroups, namespaces and resourceNames a "*" is a plain character: nothing has such a name, so it matches nothing.',
    check: literalStars,
  },
  {
    id: 'unknown-verb',
    severity: 'warning',
    why: 'A request for a resource has one of a few verbs, one for a path its HTTP method in lower case. Any other matches nothing, without a word.',
    check: unknownVerbs,
  },
  {
    id: 'resource-names-without-name',
    severity: 'warning',
    why: 'Such a request has no name yet, or is about many, so with resourceNames it never matches.',
    check: namesWithoutName,
  },
  {
    id: 'path-of-resource',
    severity: 'warning',
    why: 'A request for a resource is matched by its group and resource, never by its path.',
    check: pathsOfResources,
  },
]);

const LISTS = ['verbs', 'users', 'userGroups', 'namespaces'] as const;

function literalStars({ policy }: PolicyInput): PolicyBreach[] {
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

function starBreach(key: string, { rule, value, values, path }: NamedValue): PolicyBreach {
  return {
    message: `rule ${rule + 1}: "${value}" in ${key} is no pattern and matches nothing`,
    mend: accountsOf(key, value) ?? (value === '*' ? allOf(key, values) : 'Write each name in full.'),
    path,
    ...(value === '*' && values.length === 1
      ? { meant: (policy: Policy) => withValue(policy, path.slice(0, -1), []) }
      : {}),
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

function allOf(key: string, values: readonly string[]): string {
  return values.length === 1
    ? `Leave ${key} out: without it the rule takes all.`
    : `Remove it; without ${key} the rule would take all.`;
}

function unknownVerbs({ policy }: PolicyInput): PolicyBreach[] {
  return namedValues(policy, 'verbs').flatMap(({ rule, value, values, path }): PolicyBreach[] => {
    const kinds = kindsOf(policy.rules[rule]!);
    const known = kinds.flatMap((kind) => (kind === 'path' ? PATH_VERBS : RESOURCE_VERBS));
    if (value === '' || value.includes('*') || known.includes(value)) return [];
    const what = kinds.length === 1 ? (kinds[0] === 'path' ? 'for a path' : 'for a resource') : '';
    const message = `rule ${rule + 1}: no request ${what ? `${what} ` : ''}has the verb "${value}"`;
    const lower = value.toLowerCase();
    if (known.includes(lower))
      return [{ message, mend: `Write ${lower}.`, path, edit: { kind: 'replace' as const, value: lower } }];
    const verbs = meantVerbs(lower, kinds, known);
    const meant = (from: Policy): Policy => withValue(from, path.slice(0, -1), [...values, ...verbs]);
    return [{ message, mend: verbMend(lower, kinds, known), path, ...(verbs.length > 0 ? { meant } : {}) }];
  });
}

type RequestKind = 'resource' | 'path';

function kindsOf({ resources = [], namespaces = [], nonResourceURLs = [] }: PolicyRule): RequestKind[] {
  if (resources.length + namespaces.length > 0) return ['resource'];
  return nonResourceURLs.length > 0 ? ['path'] : ['resource', 'path'];
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

/** The verbs that the words of `verbMend` name. */
function meantVerbs(verb: string, kinds: readonly RequestKind[], known: readonly string[]): string[] {
  const same = kinds.map((kind) => SAME[kind][verb]).find((word) => word !== undefined);
  const meant = same ?? nearest(verb, known) ?? '';
  return known.filter((name) => meant.split(/[ ,]+/).includes(name));
}

function verbMend(verb: string, kinds: readonly RequestKind[], known: readonly string[]): string {
  const same = kinds.map((kind) => SAME[kind][verb]).find((word) => word !== undefined);
  if (same) return `Write ${same}.`;
  if (RBAC_ONLY.includes(verb)) return 'It is a verb of RBAC only: remove it.';
  const meant = nearest(verb, known);
  return meant ? `Did you mean ${meant}?` : `There are ${list([...new Set(known)].toSorted())}.`;
}

// A list can carry a name in its field selector, as the list and watch of one object do.
function namesWithoutName({ policy }: PolicyInput): PolicyBreach[] {
  const entries = namedResources(policy).filter(
    ({ entry, subresource }) =>
      isSet(entry.resourceNames) && !entry.resourceNames.includes('') && subresource === undefined,
  );
  const seen = new Set<unknown>();
  return entries.flatMap(({ rule, entry, path }) => {
    const verbs = policy.rules[rule]!.verbs ?? [];
    const lost = ['create', 'deletecollection', ...(verbs.includes('watch') ? [] : ['list'])].filter((verb) =>
      verbs.includes(verb),
    );
    if (lost.length === 0 || seen.has(entry)) return [];
    seen.add(entry);
    const mend = 'Put these verbs in a rule without resourceNames, or remove them.';
    return [
      {
        message: `rule ${rule + 1}: resourceNames never match ${list(lost, 'or')}`,
        mend,
        path: [...path.slice(0, 4), 'resourceNames'],
      },
    ];
  });
}

function isSet(values: readonly string[] | undefined): values is readonly string[] {
  return values !== undefined && values.length > 0;
}

// /api/v1/… and /apis/GROUP/VERSION/… are requests for resources, the paths above are not.
function pathsOfResources({ policy }: PolicyInput): PolicyBreach[] {
  return namedValues(policy, 'nonResourceURLs')
    .filter(({ value }) => /^\/(?:api\/[^/*]+|apis\/[^/*]+\/[^/*]+)\/[^/]/.test(value))
    .filter(({ value }) => !/^\/apis?(?:\/[^/]+){1,2}\/\*$/.test(value))
    .map(({ rule, value, path }) => ({
      message: `rule ${rule + 1}: ${value} is the path of a resource, so it matches nothing`,
      mend: 'Name the resource with resources, in a rule without nonResourceURLs.',
      path,
    }));
}
