import type { Path } from '../../yaml/json-node.ts';
import { isAtLeast } from '../kube-version.ts';
import { LEVELS, STAGES, type GroupResources, type Policy, type PolicyRule } from '../types.ts';
import type { Fault } from './words.ts';

/**
 * Lists why kube-apiserver would refuse a policy whose types are right; `kubernetesVersion` undefined stands for the newest.
 * The checks and their order are those of `pkg/apis/audit/validation/validation.go`, and of `reader.go` for no rules, release 1.37.
 */
export function validatePolicy(policy: Policy, kubernetesVersion?: string): Fault[] {
  const faults = [
    ...stages(policy.omitStages, []),
    ...policy.rules.flatMap((rule, at) => ruleFaults(rule, ['rules', at], kubernetesVersion)),
  ];
  return policy.rules.length > 0 ? faults : [...faults, { code: 'no-rules', path: [], args: {} }];
}

function ruleFaults(rule: PolicyRule, path: Path, kubernetesVersion?: string): Fault[] {
  return [
    ...level(rule.level, path),
    ...urls(rule.nonResourceURLs, [...path, 'nonResourceURLs']),
    ...resources(rule.resources, [...path, 'resources'], kubernetesVersion),
    ...stages(rule.omitStages, path),
    ...both(rule, path),
  ];
}

function level(value: string | undefined, rule: Path): Fault[] {
  if (!value) return [{ code: 'no-level', path: rule, args: {} }];
  if (LEVELS.some((name) => name === value)) return [];
  return [{ code: 'unknown-level', path: [...rule, 'level'], args: { level: value } }];
}

function stages(values: readonly string[] | undefined, owner: Path): Fault[] {
  return (values ?? []).flatMap((stage, at): Fault[] =>
    STAGES.some((name) => name === stage)
      ? []
      : [{ code: 'unknown-stage', path: [...owner, 'omitStages', at], args: { stage } }],
  );
}

function urls(values: readonly string[] | undefined, path: Path): Fault[] {
  return (values ?? []).flatMap((url, at) => urlFaults(url, [...path, at]));
}

function urlFaults(url: string, path: Path): Fault[] {
  const faults: Fault[] = [];
  if (url !== '*' && !url.startsWith('/')) faults.push({ code: 'url-without-slash', path, args: { url } });
  if (url.slice(0, -1).includes('*')) faults.push({ code: 'url-wildcard-inside', path, args: { url } });
  return faults;
}

function resources(entries: readonly GroupResources[] | undefined, path: Path, kubernetesVersion?: string): Fault[] {
  return (entries ?? []).flatMap((entry, at) => [
    ...group(entry.group ?? '', [...path, at, 'group'], kubernetesVersion),
    ...names(entry, [...path, at, 'resourceNames']),
  ]);
}

function group(name: string, path: Path, kubernetesVersion?: string): Fault[] {
  if (name === '*' && kubernetesVersion !== undefined && !isAtLeast(kubernetesVersion, 36))
    return [{ code: 'wildcard-group', path, args: { kubernetesVersion } }];
  if (name === '' || name === '*' || isGroupName(name)) return [];
  return [{ code: 'not-a-group', path, args: { group: name, meant: meantGroup(name) } }];
}

const SUBDOMAIN = /^[\da-z]([-\da-z]*[\da-z])?(\.[\da-z]([-\da-z]*[\da-z])?)*$/;

function isGroupName(name: string): boolean {
  return name.length <= 253 && SUBDOMAIN.test(name);
}

// People write versions behind groups, and names for the one without a name.
function meantGroup(name: string): string | undefined {
  const [plain = ''] = name.trim().toLowerCase().split('/');
  const meant = ['core', 'api', 'v1'].includes(plain) ? '' : plain;
  return meant === '' || (meant !== name && isGroupName(meant)) ? meant : undefined;
}

function names(entry: GroupResources, path: Path): Fault[] {
  if (!entry.resourceNames?.length || entry.resources?.length) return [];
  return [{ code: 'names-without-resources', path, args: {} }];
}

function both(rule: PolicyRule, path: Path): Fault[] {
  if (!rule.nonResourceURLs?.length || !(rule.resources?.length || rule.namespaces?.length)) return [];
  return [{ code: 'urls-with-resources', path: [...path, 'nonResourceURLs'], args: {} }];
}
