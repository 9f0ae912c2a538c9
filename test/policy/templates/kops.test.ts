import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/policy/decide/decide.ts';
import type { Decision, RequestAttributes } from '../../../src/policy/types.ts';
import { policy } from './sources.ts';
import { runs } from '../../helpers/runs.ts';

const KOPS = policy('kops');

function ask(request: RequestAttributes): Decision {
  return decide(KOPS, request);
}

function serviceAccount(namespace: string, name: string): RequestAttributes {
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
  return { user: `system:serviceaccount:${namespace}:${name}`, groups };
}

const PEOPLE: RequestAttributes[] = [
  { user: 'alice', groups: ['dev', 'system:authenticated'] },
  { user: 'kubecfg', groups: ['system:masters', 'system:authenticated'] },
  { user: 'kops', groups: ['system:masters', 'system:authenticated'] },
  { user: 'system:anonymous', groups: ['system:unauthenticated'] },
  serviceAccount('ci', 'deployer'),
  {},
];

// As in kOps 1.36: the control plane's certificates, kubelets, and the service accounts of its add-ons.
const SYSTEM: RequestAttributes[] = [
  { user: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] },
  { user: 'system:kube-controller-manager', groups: ['system:authenticated'] },
  { user: 'system:kube-scheduler', groups: ['system:authenticated'] },
  { user: 'system:kube-proxy', groups: ['system:authenticated'] },
  { user: 'system:node:i-0123', groups: ['system:nodes', 'system:authenticated'] },
  ...[
    'kops-controller',
    'dns-controller',
    'cluster-autoscaler',
    'aws-cloud-controller-manager',
    'ebs-csi-controller-sa',
    'cilium',
    'calico-node',
    'endpointslice-controller',
  ].map((name) => serviceAccount('kube-system', name)),
];

const WRITES = ['create', 'update', 'patch', 'delete', 'deletecollection'];
const READS = ['get', 'list', 'watch'];
const GROUPS = [
  '',
  'apps',
  'batch',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'rbac.authorization.k8s.io',
  'authorization.k8s.io',
  'authentication.k8s.io',
  'example.com',
];
const RESOURCES = [
  'pods',
  'secrets',
  'configmaps',
  'events',
  'leases',
  'endpoints',
  'endpointslices',
  'nodes',
  'deployments',
  'clusterroles',
  'subjectaccessreviews',
  'widgets',
];
const SUBRESOURCES = ['', 'status', 'scale', 'exec', 'token', 'finalize'];

const resourceRequest = (people: RequestAttributes[], verbs: string[]): fc.Arbitrary<RequestAttributes> =>
  fc
    .record({
      who: fc.constantFrom(...people),
      verb: fc.constantFrom(...verbs),
      apiGroup: fc.constantFrom(...GROUPS),
      resource: fc.constantFrom(...RESOURCES),
      subresource: fc.constantFrom(...SUBRESOURCES),
      namespace: fc.constantFrom('', 'kube-system', 'shop'),
      name: fc.constantFrom('', 'a'),
    })
    .map(({ who, ...rest }) => ({ ...who, ...rest, isResourceRequest: true }));

describe('kops', () => {
  it('records every write by a person, when it is answered', () => {
    fc.assert(
      fc.property(resourceRequest(PEOPLE, WRITES), (request) => {
        const { level, omitStages } = ask(request);
        expect(level).not.toBe('None');
        expect(omitStages).toEqual(['RequestReceived']);
      }),
      runs(500, 3000),
    );
  });

  it('records every change to RBAC, by anybody', () => {
    for (const who of [...PEOPLE, ...SYSTEM]) {
      for (const verb of WRITES) {
        for (const resource of ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings']) {
          const { level } = ask({
            ...who,
            verb,
            apiGroup: 'rbac.authorization.k8s.io',
            resource,
            isResourceRequest: true,
          });
          expect({ who, verb, resource, level }).not.toHaveProperty('level', 'None');
        }
      }
    }
  });

  it('says what a person changed, but in a patch, which kube-apiserver up to 1.36 can lose', () => {
    const request = {
      ...PEOPLE[0],
      apiGroup: 'rbac.authorization.k8s.io',
      resource: 'clusterrolebindings',
      isResourceRequest: true,
    };
    expect(WRITES.map((verb) => ask({ ...request, verb }).level)).toEqual([
      'Request',
      'Request',
      'Metadata',
      'Request',
      'Request',
    ]);
  });

  it('never records a body of what can hold a secret, whatever is set', () => {
    const sensitive = [
      ['', 'secrets', ''],
      ['', 'configmaps', ''],
      ['', 'serviceaccounts', 'token'],
      ['authentication.k8s.io', 'tokenreviews', ''],
      ['authentication.k8s.io', 'tokenrequests', ''],
      ['certificates.k8s.io', 'certificatesigningrequests', ''],
      ['certificates.k8s.io', 'certificatesigningrequests', 'approval'],
      ['example.com', 'widgets', ''],
    ];
    for (const set of [{}, { changesLevel: 'RequestResponse' }, { quietUsers: '', quietGroups: '' }]) {
      const everything = policy('kops', { ...set, changesLevel: 'RequestResponse' });
      for (const who of [...PEOPLE, ...SYSTEM]) {
        for (const verb of [...WRITES, ...READS]) {
          for (const [apiGroup, resource, subresource] of sensitive) {
            const request = {
              ...who,
              verb,
              apiGroup: apiGroup!,
              resource: resource!,
              subresource: subresource!,
              isResourceRequest: true,
            };
            expect(['None', 'Metadata']).toContain(decide(everything, request).level);
          }
        }
      }
    }
  });

  it('records who uses credentials and who enters containers, by any verb, even from the control plane', () => {
    const ways = [
      ['', 'secrets', ''],
      ['', 'serviceaccounts', 'token'],
      ['authentication.k8s.io', 'tokenreviews', ''],
      ['certificates.k8s.io', 'certificatesigningrequests', ''],
      ...['exec', 'attach', 'portforward', 'log', 'proxy'].map((subresource) => ['', 'pods', subresource]),
      ['', 'services', 'proxy'],
      ['', 'nodes', 'proxy'],
    ];
    for (const readsLevel of ['Metadata', 'None']) {
      const quiet = policy('kops', { readsLevel });
      for (const who of [...PEOPLE, ...SYSTEM]) {
        for (const verb of [...WRITES, ...READS]) {
          for (const [apiGroup, resource, subresource] of ways) {
            const { level } = decide(quiet, {
              ...who,
              verb,
              apiGroup: apiGroup!,
              resource: resource!,
              subresource: subresource!,
              isResourceRequest: true,
            });
            expect({ who, verb, resource, subresource, level }).toHaveProperty('level', 'Metadata');
          }
        }
      }
    }
  });

  it('keeps failed logins, and strangers who look around', () => {
    expect(ask({ verb: 'get', apiGroup: '', resource: 'pods', isResourceRequest: true })).toMatchObject({
      level: 'Metadata',
      omitStages: ['RequestReceived'],
    });
    expect(ask({ user: 'system:anonymous', groups: ['system:unauthenticated'], verb: 'get', path: '/api' }).level).toBe(
      'Metadata',
    );
    expect(
      decide(policy('kops', { readsLevel: 'None' }), {
        verb: 'list',
        apiGroup: '',
        resource: 'pods',
        isResourceRequest: true,
      }).level,
    ).toBe('Metadata');
  });

  it.each(['delete', 'deletecollection'])('keeps a %s, by anybody', (verb) => {
    for (const who of [...PEOPLE, ...SYSTEM]) {
      for (const apiGroup of GROUPS) {
        for (const resource of RESOURCES) {
          const { level } = ask({ ...who, verb, apiGroup, resource, isResourceRequest: true });
          expect({ who, apiGroup, resource, level }).not.toHaveProperty('level', 'None');
        }
      }
    }
  });

  it.each([
    ['update', 'coordination.k8s.io', 'leases'],
    ['create', '', 'events'],
    ['patch', '', 'events'],
    ['create', 'events.k8s.io', 'events'],
    ['update', 'discovery.k8s.io', 'endpointslices'],
    ['update', '', 'endpoints'],
    ['create', 'authorization.k8s.io', 'subjectaccessreviews'],
    ['watch', 'discovery.k8s.io', 'endpointslices'],
    ['list', '', 'pods'],
    ['get', '', 'configmaps'],
  ])('drops %s of %s/%s by the control plane, nodes and add-ons', (verb, apiGroup, resource) => {
    for (const who of SYSTEM) {
      const { level } = ask({ ...who, verb, apiGroup, resource, isResourceRequest: true });
      expect({ who, level }).toHaveProperty('level', 'None');
    }
  });

  it('keeps the lease that an API server renews, and drops it when told so', () => {
    const renewal = {
      ...SYSTEM[0],
      verb: 'update',
      apiGroup: 'coordination.k8s.io',
      resource: 'leases',
      namespace: 'kube-system',
      name: 'apiserver-wlv32tlttr4jl3gtroqexyxapa',
      isResourceRequest: true,
    };
    const levels = [{}, { quietUsers: '' }, { heartbeat: 'None' }].map(
      (set) => decide(policy('kops', set), renewal).level,
    );
    expect(levels).toEqual(['Metadata', 'Metadata', 'None']);
    expect(decide(policy('kops', { heartbeat: 'None' }), { ...renewal, verb: 'delete' }).level).toBe('Metadata');
    for (const who of SYSTEM.slice(1)) expect(ask({ ...renewal, ...who }).level).toBe('None');
  });

  it.each(['/healthz', '/livez', '/readyz', '/livez/ping', '/readyz/etcd'])('drops %s for anybody', (path) => {
    for (const who of [...PEOPLE, ...SYSTEM]) expect(ask({ ...who, verb: 'get', path }).level).toBe('None');
  });

  it('keeps what the control plane writes, without bodies', () => {
    for (const who of SYSTEM) {
      const { level } = ask({ ...who, verb: 'create', apiGroup: '', resource: 'pods', isResourceRequest: true });
      expect({ who, level }).toHaveProperty('level', 'Metadata');
    }
  });

  it('leaves managed fields out from Kubernetes 1.23 on', () => {
    expect(KOPS.omitManagedFields).toBe(true);
    expect(policy('kops', {}, '1.22.0').omitManagedFields).toBe(undefined);
  });
});
