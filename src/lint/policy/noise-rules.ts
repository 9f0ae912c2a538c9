import { findResources } from '../../policy/api/lookup.ts';
import type { Policy, RequestAttributes } from '../../policy/types.ts';
import { ask, isSilent } from './ask.ts';
import { identityOf } from './identities.ts';
import { namedResources } from './named.ts';
import { judgeResource } from './resource-fault.ts';
import type { PolicyBreach, PolicyInput, PolicyLintRule } from './rule.ts';
import { list } from './words.ts';

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
