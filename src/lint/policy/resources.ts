import type { Policy } from '../../policy/types.ts';
import {
  list,
  type PolicyBreach,
  type PolicyInput,
  type PolicyLintRule,
  type PolicyPlace,
  policyRule,
} from '../rule.ts';
import { withValue } from './harm.ts';
import { type JudgedResource, judgeResource, type ResourceFault } from './judge-resource.ts';
import { isMovedTwin, type NamedResource, namedResources } from './named.ts';

const MATCHES_NOTHING = 'kube-apiserver accepts any name here. One that no request has silently matches nothing.';

/** Rules about the resources that a policy names, by the Kubernetes version. */
export const RESOURCE_RULES: readonly PolicyLintRule[] = [
  policyRule({
    id: 'resource-in-wrong-group',
    severity: 'warning',
    why: 'A resource matches only with its own group, and "" is the core group, not any group. This silently matches nothing.',
    check: (input) => faults(input, 'wrong-group'),
    say: ({ rule, fault: { group, resource, name, homes, isGone } }) => ({
      message: `rule ${rule}: the ${groupName(group)} has no ${resource}`,
      fix: `Write ${name} in an entry with ${list(
        homes.map((home) => `group: ${home || '""'}`),
        'or',
      )}.${isGone ? ' But this version of Kubernetes does not serve it there either.' : ''}`,
    }),
  }),
  policyRule({
    id: 'resource-not-plural',
    severity: 'warning',
    why: 'A policy names a resource by its plural in lower case, as the URL does. This silently matches nothing.',
    check: (input) => faults(input, 'not-plural'),
    say: ({ rule, fault: { text, name } }) => ({
      message: `rule ${rule}: "${text}" matches nothing`,
      fix: `Write ${name}.`,
    }),
  }),
  policyRule({
    id: 'unknown-resource',
    severity: 'warning',
    why: MATCHES_NOTHING,
    check: (input) => faults(input, 'unknown'),
    say: ({ rule, fault }) => ({
      message: `rule ${rule}: the ${groupName(fault.group)} has no ${fault.resource || 'resource ""'}`,
      fix: KNOWN_ELSEWHERE[fault.resource] ?? unknownFix(fault),
    }),
  }),
  policyRule({
    id: 'unknown-subresource',
    severity: 'warning',
    why: MATCHES_NOTHING,
    check: (input) => faults(input, 'subresource'),
    say: ({ rule, fault: { resource, subresource, group, near, known } }) => ({
      message: `rule ${rule}: ${resource === null ? `no resource of the ${groupName(group)} has a subresource` : `${resource} has no subresource`} ${subresource}`,
      fix: near === null ? subresourcesText(resource, known) : `Did you mean ${near}?`,
    }),
  }),
  policyRule({
    id: 'resource-pattern',
    severity: 'warning',
    why: 'There are only three patterns: "*" for all, "*/status" for one subresource of all, "pods/*" for pods and all below. Any other matches nothing.',
    check: (input) => faults(input, 'pattern'),
    say: ({ rule, fault: { text } }) => ({
      message: `rule ${rule}: "${text}" is not a valid pattern and matches nothing`,
      fix: text === '*/*' ? 'Write "*", which covers subresources too.' : 'Write each resource in full.',
    }),
  }),
  policyRule({
    id: 'resource-not-served',
    severity: 'info',
    why: 'It does no harm, but matches nothing on this version of Kubernetes.',
    check: (input) => faults(input, 'not-served'),
    say: ({ rule, fault: { text, since, goneSince, movedTo } }) => ({
      message: `rule ${rule}: ${text} ${goneSince === null ? `comes with Kubernetes 1.${since}` : `was removed in Kubernetes 1.${goneSince}`}`,
      fix:
        movedTo === null
          ? 'Remove it, or keep it for the clusters that have it.'
          : `Write it with the ${groupName(movedTo)}, where it is now.`,
    }),
  }),
];

/** A group for a sentence: `core group`, `group apps`. */
function groupName(group: string): string {
  return group === '' ? 'core group' : group === '*' ? 'built-in API' : `group ${group}`;
}

/** Names that people know from elsewhere, and what has them. */
const KNOWN_ELSEWHERE: Readonly<Record<string, string>> = {
  tokenrequests: 'Write serviceaccounts/token in the core group: that is how a token is requested.',
  podmetrics: 'Write pods.',
  nodemetrics: 'Write nodes.',
};

function unknownFix({ near, holders }: FaultOf<'unknown'>): string {
  if (holders.length > 0) return `Write ${list(holders, 'or')}: it is a subresource.`;
  if (near === null) return 'Write the resource as kubectl api-resources shows it.';
  return `Did you mean ${near.name}${near.home === null ? '' : ` in the ${groupName(near.home)}`}?`;
}

function subresourcesText(resource: string | null, known: readonly string[]): string {
  if (resource === null) return `Write one of ${list(known)}.`;
  return known.length > 0 ? `Write one of ${list(known)}.` : 'Remove it: the resource has no subresources.';
}

type FaultOf<Kind> = Extract<ResourceFault, { kind: Kind }>;

interface NamedFault extends JudgedResource {
  named: NamedResource;
}

/** As many as a person could want to hear of. */
const MOST = 500;

const judged = new WeakMap<Policy, { version: string | undefined; faults: NamedFault[] }>();

function faults<Kind extends ResourceFault['kind']>(
  { policy, kubernetesVersion }: PolicyInput,
  kind: Kind,
): PolicyBreach<{ rule: number; fault: FaultOf<Kind> }>[] {
  const isOfKind = (fault: ResourceFault): fault is FaultOf<Kind> => fault.kind === kind;
  return allFaults(policy, kubernetesVersion).flatMap(({ named, fault, replacement, meant }) => {
    if (!isOfKind(fault)) return [];
    const edit = replacement === undefined ? {} : { edit: { kind: 'replace' as const, value: replacement } };
    return [{ args: { rule: named.rule + 1, fault }, path: named.path, ...edit, ...meantBy(named, meant) }];
  });
}

function meantBy({ rule }: NamedResource, meant: JudgedResource['meant']): Pick<PolicyPlace, 'meant'> {
  if (!meant) return {};
  const { group, name } = meant;
  return {
    meant: (policy) => {
      const { resources = [] } = policy.rules[rule] ?? {};
      return withValue(policy, ['rules', rule, 'resources'], [...resources, { group, resources: [name] }]);
    },
  };
}

// Each of the rules asks for all, so they are kept.
function allFaults(policy: Policy, version: string | undefined): NamedFault[] {
  const known = judged.get(policy);
  if (known && known.version === version) return known.faults;
  const found: NamedFault[] = [];
  for (const named of namedResources(policy)) {
    const rule = policy.rules[named.rule];
    const isTwin = rule !== undefined && isMovedTwin(rule, named.group, named.text);
    const fault = found.length < MOST && !isTwin ? judgeResource(named, version) : undefined;
    if (fault) found.push({ ...fault, named });
  }
  judged.set(policy, { version, faults: found });
  return found;
}
