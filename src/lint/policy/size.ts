import { ask, decidersOf, findReach, identityOf, isSilent } from './ask.ts';
import { judgeResource } from './judge-resource.ts';
import { namedResources } from './named.ts';
import { list, records, rules as ruleNumbers } from './words.ts';
import type { Cause, PolicyBreach, PolicyInput, PolicyLintRule } from '../rule.ts';
import { findResources } from '../../policy/api/lookup.ts';
import { isAtLeast } from '../../policy/kube-version.ts';
import type { Policy, PolicyRule, RequestAttributes } from '../../policy/types.ts';

/** Rules about what a level records and loses. */
export const SIZE_RULES: readonly PolicyLintRule[] = [
  {
    id: 'patches-lost',
    severity: 'warning',
    why: 'Before Kubernetes 1.37 a patch that is not JSON, such as a server-side apply in YAML, leaves no trace at level Request and above (kubernetes/kubernetes#139419). kubectl sends JSON; somebody who wants to hide does not.',
    check: patchesLost,
    join: joinPatches,
  },
  {
    id: 'request-on-reads',
    severity: 'info',
    why: 'A read sends no body, so Request records what Metadata does.',
    check: requestOnReads,
  },
  {
    id: 'bodies-on-streams',
    severity: 'info',
    why: 'What goes through exec, attach, port-forward, proxy, log and watch is never recorded, so any level records what Metadata does.',
    check: bodiesOnStreams,
  },
  {
    id: 'managed-fields-kept',
    severity: 'info',
    why: 'They tell who set which field when, which the log tells better, and can be half of a body.',
    check: managedFieldsKept,
  },
];

/** Patches of a few things that every cluster has: one that is decided at Request or above stands for the rule that does it. */
const PATCHED = [
  { verb: 'patch', resource: 'pods' },
  { verb: 'patch', apiGroup: 'apps', resource: 'deployments' },
  { verb: 'patch', apiGroup: 'rbac.authorization.k8s.io', resource: 'rolebindings' },
  { verb: 'patch', apiGroup: 'kops-audit.example', resource: 'anything' },
];

function patchesLost({ policy, kubernetesVersion }: PolicyInput): PolicyBreach[] {
  if (kubernetesVersion !== undefined && isAtLeast(kubernetesVersion, 37)) return [];
  const where = kubernetesVersion === undefined ? 'before Kubernetes 1.37' : `on Kubernetes ${kubernetesVersion}`;
  const deciding = PATCHED.flatMap((target) => decidersOf(policy, target, (level) => records(level, 'Request'))).map(
    ({ at }) => at,
  );
  return [...new Set(deciding)]
    .toSorted((a, b) => a - b)
    .map((at) => ({
      message: `rule ${at + 1} records patches at level ${policy.rules[at]!.level}, which can lose them ${where}`,
      mend: `Put a rule with level Metadata and verbs: [patch] before rule ${at + 1}.`,
      path: ['rules', at],
      cause: { key: where, rule: at + 1, parts: [{ name: policy.rules[at]!.level, verbs: [] }] },
    }));
}

function joinPatches(causes: readonly Cause[]): Pick<PolicyBreach, 'message' | 'mend'> {
  const numbers = causes.map(({ rule }) => rule);
  const levels = list(
    causes.flatMap(({ parts }) => parts.map(({ name }) => name)),
    'or',
  );
  return {
    message: `${ruleNumbers(numbers)} record patches at level ${levels}, which can lose them ${causes[0]!.key}`,
    mend: `Put a rule with level Metadata and verbs: [patch] before rule ${numbers[0]}.`,
  };
}

const READS = ['get', 'list', 'watch', 'head'];

function requestOnReads({ policy }: PolicyInput): PolicyBreach[] {
  return mended(
    policy,
    ({ level, verbs = [] }) => level === 'Request' && isAll(verbs, READS) && !isAll(verbs, ['watch']),
    'reads',
  );
}

const STREAMS = /\/(?:exec|attach|portforward|proxy|log)$/;

function bodiesOnStreams({ policy }: PolicyInput): PolicyBreach[] {
  const streams = ({ verbs = [], resources = [] }: PolicyRule): boolean =>
    isAll(verbs, ['watch']) ||
    (resources.length > 0 && resources.every((entry) => isSome(entry.resources, (name) => STREAMS.test(name))));
  return mended(policy, (rule) => records(rule.level, 'Request') && streams(rule), 'streams');
}

function isAll(values: readonly string[], known: readonly string[]): boolean {
  return values.length > 0 && values.every((value) => known.includes(value));
}

function isSome(values: readonly string[] | undefined, test: (value: string) => boolean): boolean {
  return values !== undefined && values.length > 0 && values.every(test);
}

function mended({ rules }: Policy, isBroken: (rule: PolicyRule) => boolean, what: string): PolicyBreach[] {
  return rules.flatMap((rule, at) =>
    isBroken(rule)
      ? [
          {
            message: `rule ${at + 1} has level ${rule.level} for ${what}`,
            mend: 'Write Metadata: it records the same.',
            path: ['rules', at, 'level'],
            fix: { kind: 'replace' as const, value: 'Metadata' },
          },
        ]
      : [],
  );
}

function managedFieldsKept({ policy, kubernetesVersion }: PolicyInput): PolicyBreach[] {
  if (!isAtLeast(kubernetesVersion, 23)) return [];
  const unreachable = new Set(
    findReach(policy).flatMap(({ rule, status }) => (status === 'unreachable' ? [rule] : [])),
  );
  const kept = policy.rules.flatMap(({ level, verbs = [], omitManagedFields }, at) => {
    const isOmitted = omitManagedFields ?? policy.omitManagedFields;
    const hasBodies = level === 'RequestResponse' || (level === 'Request' && !isAll(verbs, READS));
    return hasBodies && isOmitted === undefined && !unreachable.has(at + 1) ? [at + 1] : [];
  });
  if (kept.length === 0) return [];
  return [
    {
      message: `${ruleNumbers(kept)} ${kept.length === 1 ? 'records' : 'record'} bodies with their managed fields`,
      mend: 'Write omitManagedFields: true above rules.',
      path: ['rules', kept[0]! - 1],
    },
  ];
}

/** Rules about what fills a log and tells nothing. */
export const NOISE_RULES: readonly PolicyLintRule[] = [
  {
    id: 'noise-recorded',
    severity: 'info',
    why: 'The control plane does this all the time, in every cluster: it can be most of the log, and hides the rest.',
    check: noiseRecorded,
  },
];

const SCHEDULER = identityOf('system:kube-scheduler');
const KUBELET = identityOf('system:node:someone');

function noise(who: object, request: Partial<RequestAttributes>): RequestAttributes {
  return { ...who, isResourceRequest: true, ...request };
}

function health(path: string): RequestAttributes {
  return { ...identityOf('system:anonymous'), verb: 'get', path };
}

const NOISE: readonly (readonly [string, RequestAttributes])[] = [
  [
    'leases',
    noise(KUBELET, {
      verb: 'update',
      apiGroup: 'coordination.k8s.io',
      resource: 'leases',
      namespace: 'kube-node-lease',
      name: 'someone',
    }),
  ],
  ['events', noise(KUBELET, { verb: 'create', resource: 'events', namespace: 'default' })],
  [
    'events of events.k8s.io',
    noise(SCHEDULER, { verb: 'create', apiGroup: 'events.k8s.io', resource: 'events', namespace: 'default' }),
  ],
  [
    'endpointslices',
    noise(identityOf('system:kube-proxy'), { verb: 'watch', apiGroup: 'discovery.k8s.io', resource: 'endpointslices' }),
  ],
  ['/healthz', health('/healthz')],
  ['/livez', health('/livez')],
  ['/readyz', health('/readyz')],
];

function noiseRecorded({ policy }: PolicyInput): PolicyBreach[] {
  if (isSilent(policy)) return [];
  const meant = meantToDrop(policy);
  const kept = NOISE.filter(([, request]) => ask(policy, request).level !== 'None')
    .filter(([, { resource = '' }]) => !meant.includes(resource))
    .map(([name]) => name);
  if (kept.length === 0) return [];
  return [
    {
      message: `the policy records ${list(kept)} of the control plane`,
      mend: 'Begin with rules of level None for them, as the template kops does.',
      path: ['rules'],
    },
  ];
}

// What a rule of level None names wrongly: the rules about names say that, and it is one mistake.
function meantToDrop(policy: Policy): string[] {
  return namedResources(policy)
    .filter((named) => policy.rules[named.rule]!.level === 'None' && judgeResource(named) !== undefined)
    .flatMap(({ resource }) => findResources(resource).map((found) => found.resource));
}
