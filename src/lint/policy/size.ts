import { findResources } from '../../policy/api/lookup.ts';
import { READ_VERBS, STREAMED } from '../../policy/api/verbs.ts';
import { isAtLeast } from '../../policy/kube-version.ts';
import type { Policy, PolicyRule, RequestAttributes } from '../../policy/types.ts';
import { list, type PolicyBreach, type PolicyInput, type PolicyLintRule, policyRule } from '../rule.ts';
import { ask, decidersOf, findReach, identityOf, isSilent } from './ask.ts';
import { judgeResource } from './judge-resource.ts';
import { namedResources } from './named.ts';
import { records, rules as ruleNumbers } from './words.ts';

/** Rules about what a level records and loses. */
export const SIZE_RULES: readonly PolicyLintRule[] = [
  policyRule({
    id: 'patches-lost',
    severity: 'warning',
    why: 'Before Kubernetes 1.37 a patch that is not JSON, such as a server-side apply in YAML, leaves no trace at level Request and above (kubernetes/kubernetes#139419). kubectl sends JSON, but someone who wants to hide need not.',
    check: patchesLost,
    say: ({ rules, levels, kubernetesVersion }) => ({
      message: `${ruleNumbers(rules)} ${rules.length === 1 ? 'records' : 'record'} patches at level ${list(levels, 'or')}, which can lose them ${kubernetesVersion === null ? 'before Kubernetes 1.37' : `on Kubernetes ${kubernetesVersion}`}`,
      fix: `Put a rule with level Metadata and verbs: [patch] before rule ${rules[0]}.`,
    }),
    join: (all) => ({
      rules: all.flatMap(({ rules }) => rules),
      levels: all.flatMap(({ levels }) => levels),
      kubernetesVersion: all[0]?.kubernetesVersion ?? null,
    }),
  }),
  policyRule({
    id: 'request-on-reads',
    severity: 'info',
    why: 'A read sends no body, so Request records what Metadata does.',
    check: requestOnReads,
    say: ({ rule, level }) => ({ message: `rule ${rule} has level ${level} for reads`, fix: METADATA }),
  }),
  policyRule({
    id: 'bodies-on-streams',
    severity: 'info',
    why: 'The data of exec, attach, port-forward, proxy, log and watch is never recorded. Any level records what Metadata does.',
    check: bodiesOnStreams,
    say: ({ rule, level }) => ({ message: `rule ${rule} has level ${level} for streams`, fix: METADATA }),
  }),
  policyRule({
    id: 'managed-fields-kept',
    severity: 'info',
    why: 'They tell who set which field when. The log tells that better, and they can be half of a body.',
    check: managedFieldsKept,
    say: ({ rules }) => ({
      message: `${ruleNumbers(rules)} ${rules.length === 1 ? 'records' : 'record'} bodies with their managed fields`,
      fix: 'Write omitManagedFields: true above rules.',
    }),
  }),
];

const METADATA = 'Write level: Metadata, which records the same.';

/** Rules about what fills a log and tells nothing. */
export const NOISE_RULES: readonly PolicyLintRule[] = [
  policyRule({
    id: 'noise-recorded',
    severity: 'info',
    why: 'The control plane does this all the time in every cluster. It can be most of the log, and hides the rest.',
    check: noiseRecorded,
    say: ({ names }) => ({
      message: `the policy records ${list(names)} of the control plane`,
      fix: 'Put rules with level None for them first, as the template kops does.',
    }),
  }),
];

/** Patches of a few things that every cluster has: one that is decided at Request or above stands for the rule that does it. */
const PATCHED = [
  { verb: 'patch', resource: 'pods' },
  { verb: 'patch', apiGroup: 'apps', resource: 'deployments' },
  { verb: 'patch', apiGroup: 'rbac.authorization.k8s.io', resource: 'rolebindings' },
  { verb: 'patch', apiGroup: 'kops-audit.example', resource: 'anything' },
];

type PatchArgs = { rules: readonly number[]; levels: readonly string[]; kubernetesVersion: string | null };

function patchesLost({ policy, kubernetesVersion }: PolicyInput): PolicyBreach<PatchArgs>[] {
  if (kubernetesVersion !== undefined && isAtLeast(kubernetesVersion, 37)) return [];
  const deciders = PATCHED.flatMap((target) => decidersOf(policy, target, (level) => records(level, 'Request')));
  const levels = new Map(deciders.map(({ at, decision: { level } }) => [at, level]));
  return [...levels]
    .toSorted(([a], [b]) => a - b)
    .map(([at, level]) => ({
      args: { rules: [at + 1], levels: [level], kubernetesVersion: kubernetesVersion ?? null },
      path: ['rules', at],
      cause: 'patches',
    }));
}

type LevelArgs = { rule: number; level: string };

function requestOnReads({ policy }: PolicyInput): PolicyBreach<LevelArgs>[] {
  return asMetadata(
    policy,
    ({ level, verbs = [] }) => level === 'Request' && isEach(verbs, isRead) && !isEach(verbs, isWatch),
  );
}

function bodiesOnStreams({ policy }: PolicyInput): PolicyBreach<LevelArgs>[] {
  const isStream = (name: string): boolean => STREAMED.includes(name.split('/').slice(1).at(-1) ?? '');
  const streams = ({ verbs = [], resources = [] }: PolicyRule): boolean =>
    isEach(verbs, isWatch) || isEach(resources, (entry) => isEach(entry.resources ?? [], isStream));
  return asMetadata(policy, (rule) => records(rule.level, 'Request') && streams(rule));
}

function isRead(verb: string): boolean {
  return READ_VERBS.includes(verb);
}

function isWatch(verb: string): boolean {
  return verb === 'watch';
}

function isEach<Value>(values: readonly Value[], test: (value: Value) => boolean): boolean {
  return values.length > 0 && values.every(test);
}

/** The rules whose level records no more than Metadata would. */
function asMetadata({ rules }: Policy, isBroken: (rule: PolicyRule) => boolean): PolicyBreach<LevelArgs>[] {
  return rules.flatMap((rule, at) =>
    isBroken(rule)
      ? [
          {
            args: { rule: at + 1, level: rule.level },
            path: ['rules', at, 'level'],
            edit: { kind: 'replace' as const, value: 'Metadata' },
          },
        ]
      : [],
  );
}

function managedFieldsKept({ policy, kubernetesVersion }: PolicyInput): PolicyBreach<{ rules: readonly number[] }>[] {
  if (!isAtLeast(kubernetesVersion, 23)) return [];
  const unreachable = new Set(
    findReach(policy).flatMap(({ rule, status }) => (status === 'unreachable' ? [rule] : [])),
  );
  const kept = policy.rules.flatMap(({ level, verbs = [], omitManagedFields }, at) => {
    const isOmitted = omitManagedFields ?? policy.omitManagedFields;
    const hasBodies = level === 'RequestResponse' || (level === 'Request' && !isEach(verbs, isRead));
    return hasBodies && isOmitted === undefined && !unreachable.has(at + 1) ? [at + 1] : [];
  });
  const [first] = kept;
  return first === undefined ? [] : [{ args: { rules: kept }, path: ['rules', first - 1] }];
}

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

function noiseRecorded({ policy }: PolicyInput): PolicyBreach<{ names: readonly string[] }>[] {
  if (isSilent(policy)) return [];
  const meant = meantToDrop(policy);
  const names = NOISE.filter(([, request]) => ask(policy, request).level !== 'None')
    .filter(([, { resource = '' }]) => !meant.includes(resource))
    .map(([name]) => name);
  return names.length === 0 ? [] : [{ args: { names }, path: ['rules'] }];
}

// What a rule of level None names wrongly: the rules about names say that, and it is one mistake.
function meantToDrop(policy: Policy): string[] {
  return namedResources(policy)
    .filter((named) => policy.rules[named.rule]!.level === 'None' && judgeResource(named) !== undefined)
    .flatMap(({ resource }) => findResources(resource).map((found) => found.resource));
}
