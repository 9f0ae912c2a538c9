import type { Path } from '../../yaml/json-node.ts';
import { LEVELS, STAGES, type GroupResources, type Policy, type PolicyRule } from '../types.ts';
import { isAtLeast } from '../kube-version.ts';
import { nearest } from '../nearest.ts';
import { quote } from './quote.ts';

/** One reason why kube-apiserver refuses a policy, with the path it stands at. */
export interface Refusal {
  /** What kind of problem it is, in kebab-case. */
  code: string;
  path: Path;
  message: string;
  hint?: string;
}

/**
 * Lists why kube-apiserver would refuse a policy whose types are right; `kubernetesVersion` undefined stands for the newest.
 * The checks and their order are those of `pkg/apis/audit/validation/validation.go`, and of `reader.go` for no rules, release 1.37.
 */
export function validatePolicy(policy: Policy, kubernetesVersion?: string): Refusal[] {
  const refusals = [
    ...stages(policy.omitStages, []),
    ...policy.rules.flatMap((rule, at) => ruleRefusals(rule, ['rules', at], kubernetesVersion)),
  ];
  if (policy.rules.length > 0) return refusals;
  return [
    ...refusals,
    {
      code: 'no-rules',
      path: [],
      message: 'the policy has no rules',
      hint: 'Add a rule, for example "- level: Metadata".',
    },
  ];
}

function ruleRefusals(rule: PolicyRule, path: Path, kubernetesVersion?: string): Refusal[] {
  return [
    ...level(rule.level, [...path, 'level']),
    ...urls(rule.nonResourceURLs, [...path, 'nonResourceURLs']),
    ...resources(rule.resources, [...path, 'resources'], kubernetesVersion),
    ...stages(rule.omitStages, path),
    ...both(rule, path),
  ];
}

function level(value: string | undefined, path: Path): Refusal[] {
  if (!value)
    return [
      {
        code: 'no-level',
        path: path.slice(0, -1),
        message: 'the rule has no level',
        hint: `Add "level:" with one of ${LEVELS.join(', ')}.`,
      },
    ];
  if ((LEVELS as readonly string[]).includes(value)) return [];
  return [{ code: 'unknown-level', path, message: `${quote(value)} is not a level`, hint: choose(value, LEVELS) }];
}

function stages(values: readonly string[] | undefined, owner: Path): Refusal[] {
  return (values ?? []).flatMap((value, at) =>
    (STAGES as readonly string[]).includes(value)
      ? []
      : [
          {
            code: 'unknown-stage',
            path: [...owner, 'omitStages', at],
            message: `${quote(value)} is not a stage`,
            hint: choose(value, STAGES),
          },
        ],
  );
}

function urls(values: readonly string[] | undefined, path: Path): Refusal[] {
  return (values ?? []).flatMap((value, at) =>
    urlRefusals(value).map((refusal) => ({ path: [...path, at], ...refusal })),
  );
}

function urlRefusals(url: string): Omit<Refusal, 'path'>[] {
  const refusals: Omit<Refusal, 'path'>[] = [];
  if (url !== '*' && !url.startsWith('/')) {
    refusals.push({
      code: 'url-without-slash',
      message: `the path ${quote(url)} does not start with "/"`,
      hint: `Write "/${url.replace(/^\/*/, '')}".`,
    });
  }
  if (url.slice(0, -1).includes('*')) {
    refusals.push({
      code: 'url-wildcard-inside',
      message: `in the path ${quote(url)} "*" is not at the end`,
      hint: `"*" can only be the last character: write ${quote(url.replace(/\*.*$/s, '*'))}, which matches more, or each path in full.`,
    });
  }
  return refusals;
}

function resources(entries: readonly GroupResources[] | undefined, path: Path, kubernetesVersion?: string): Refusal[] {
  return (entries ?? []).flatMap((entry, at) => [
    ...group(entry.group ?? '', [...path, at, 'group'], kubernetesVersion),
    ...names(entry, [...path, at, 'resourceNames']),
  ]);
}

const SUBDOMAIN = /^[\da-z]([-\da-z]*[\da-z])?(\.[\da-z]([-\da-z]*[\da-z])?)*$/;

function group(name: string, path: Path, kubernetesVersion?: string): Refusal[] {
  if (name === '*' && !isAtLeast(kubernetesVersion, 36)) {
    return [
      {
        code: 'wildcard-group',
        path,
        message: `the group "*" is refused up to Kubernetes 1.35, this is ${kubernetesVersion}; 1.36 and later read it`,
        hint: 'List the groups by name.',
      },
    ];
  }
  if (name === '' || name === '*' || (name.length <= 253 && SUBDOMAIN.test(name))) return [];
  return [{ code: 'not-a-group', path, message: `${quote(name)} is not an API group`, hint: groupHint(name) }];
}

const FORM =
  'A group is a name in lower case without a version, for example "apps", "" (core), or "rbac.authorization.k8s.io".';

function groupHint(name: string): string {
  if (name.includes('*')) return 'Name each group: there is no pattern but "*" alone, from Kubernetes 1.36 on.';
  const [plain = ''] = name.trim().toLowerCase().split('/');
  const group = ['core', 'api', 'v1'].includes(plain) ? '' : plain;
  if (group !== '' && (group === name || !SUBDOMAIN.test(group))) return FORM;
  return `Write group: ${group || '""'}. ${FORM}`;
}

function names(entry: GroupResources, path: Path): Refusal[] {
  if (!entry.resourceNames?.length || entry.resources?.length) return [];
  return [
    {
      code: 'names-without-resources',
      path,
      message: 'resourceNames without resources',
      hint: 'Say with resources which things have these names.',
    },
  ];
}

function both(rule: PolicyRule, path: Path): Refusal[] {
  if (!rule.nonResourceURLs?.length || !(rule.resources?.length || rule.namespaces?.length)) return [];
  const message = 'a rule cannot have nonResourceURLs together with resources or namespaces';
  return [
    {
      code: 'urls-with-resources',
      path: [...path, 'nonResourceURLs'],
      message,
      hint: 'Make two rules of it: one with nonResourceURLs, one with the rest.',
    },
  ];
}

function choose(value: string, allowed: readonly string[]): string {
  const near = nearest(value, allowed);
  return near ? `Did you mean ${near}?` : `Use one of ${allowed.join(', ')}.`;
}
