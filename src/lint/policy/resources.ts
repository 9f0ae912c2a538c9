import { withValue } from './harm.ts';
import { type ResourceFault, judgeResource } from './judge-resource.ts';
import { type NamedResource, isMovedTwin, namedResources } from './named.ts';
import type { PolicyInput, PolicyLintRule } from '../rule.ts';
import { type LegacyPolicyBreach as PolicyBreach, legacyPolicies } from '../legacy.ts';
import type { Policy } from '../../policy/types.ts';

const MATCHES_NOTHING =
  'kube-apiserver accepts any name here, and one that no request has matches nothing, without a word.';

/** Rules about the resources that a policy names, by the Kubernetes version. */
export const RESOURCE_RULES: readonly PolicyLintRule[] = legacyPolicies([
  {
    id: 'resource-in-wrong-group',
    severity: 'warning',
    why: 'The group "" is core, not "any group": a resource is found only in its own. This matches nothing, without a word.',
    check: (input) => faults(input, 'wrong-group'),
  },
  {
    id: 'resource-not-plural',
    severity: 'warning',
    why: 'A policy knows a resource by its plural in lower case, as the URL has it. This matches nothing, without a word.',
    check: (input) => faults(input, 'not-plural'),
  },
  { id: 'unknown-resource', severity: 'warning', why: MATCHES_NOTHING, check: (input) => faults(input, 'unknown') },
  {
    id: 'unknown-subresource',
    severity: 'warning',
    why: MATCHES_NOTHING,
    check: (input) => faults(input, 'subresource'),
  },
  {
    id: 'resource-pattern',
    severity: 'warning',
    why: 'There are only three patterns: "*" for all, "*/status" for one subresource of all, "pods/*" for pods and all below. Any other matches nothing.',
    check: (input) => faults(input, 'pattern'),
  },
  {
    id: 'resource-not-served',
    severity: 'info',
    why: 'It does no harm, but matches nothing on this version of Kubernetes.',
    check: (input) => faults(input, 'not-served'),
  },
]);

interface NamedFault extends ResourceFault {
  named: NamedResource;
}

/** As many as a person could want to hear of. */
const MOST = 500;

const judged = new WeakMap<Policy, { version: string | undefined; faults: NamedFault[] }>();

function faults({ policy, kubernetesVersion }: PolicyInput, kind: ResourceFault['kind']): PolicyBreach[] {
  return allFaults(policy, kubernetesVersion).flatMap(({ named, message, mend, replacement, meant, ...rest }) => {
    if (rest.kind !== kind) return [];
    const fix = replacement === undefined ? {} : { edit: { kind: 'replace' as const, value: replacement } };
    return [
      { message: `rule ${named.rule + 1}: ${message}`, mend, path: named.path, ...fix, ...meantBy(named, meant) },
    ];
  });
}

function meantBy({ rule }: NamedResource, meant: ResourceFault['meant']): Pick<PolicyBreach, 'meant'> {
  if (!meant) return {};
  return {
    meant: (policy) => {
      const { resources = [] } = policy.rules[rule]!;
      const { group, name } = meant;
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
    const isTwin = isMovedTwin(policy.rules[named.rule]!, named.group, named.text);
    const fault = found.length < MOST && !isTwin ? judgeResource(named, version) : undefined;
    if (fault) found.push({ ...fault, named });
  }
  judged.set(policy, { version, faults: found });
  return found;
}
