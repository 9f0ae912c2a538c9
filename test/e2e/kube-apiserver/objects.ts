// The objects that the workload sends, as small as the API server takes them. All secrets in them are dummies.

const CONTAINERS = [{ name: 'app', image: 'busybox:1', env: [{ name: 'GREETING', value: 'hello & <good> day' }] }];
const POD_SPEC = { containers: CONTAINERS };
const LABELS = { app: 'web' };
const TEMPLATE = { metadata: { labels: LABELS }, spec: POD_SPEC };
const RBAC = 'rbac.authorization.k8s.io';

export function pod(name: string): object {
  return { metadata: { name, labels: LABELS }, spec: POD_SPEC };
}

/** `managedFields` come along, as from a client that sends back what it read. */
export function deployment(name: string, replicas: number): object {
  const managedFields = [
    {
      manager: 'dummy',
      operation: 'Update',
      apiVersion: 'apps/v1',
      time: '2026-01-02T03:04:05Z',
      fieldsType: 'FieldsV1',
    },
  ];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, managedFields: managedFields.map((entry) => ({ ...entry, fieldsV1: { 'f:spec': {} } })) },
    spec: { replicas, selector: { matchLabels: LABELS }, template: TEMPLATE },
  };
}

export function roleBinding(name: string, role: string, group: string): object {
  return {
    metadata: { name },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: RBAC, kind: 'Group', name: group }],
  };
}

export function lease(name: string): object {
  return {
    metadata: { name },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: '2026-01-02T03:04:05.000000Z' },
  };
}

export function event(name: string): object {
  const involvedObject = { kind: 'Pod', namespace: 'shop', name: 'web-1' };
  return { metadata: { name }, involvedObject, reason: 'Pulled', message: 'already present', type: 'Normal' };
}

export function newEvent(name: string): object {
  return {
    metadata: { name },
    eventTime: '2026-01-02T03:04:05.000000Z',
    regarding: { kind: 'Pod', namespace: 'shop', name: 'web-1' },
    reason: 'Scheduled',
    action: 'Binding',
    note: 'assigned',
    type: 'Normal',
    reportingController: 'default-scheduler',
    reportingInstance: 'scheduler-1',
  };
}

export function endpointSlice(name: string): object {
  return {
    metadata: { name, labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.244.0.5'] }],
    ports: [{ port: 8080 }],
  };
}

/** Its kubelet is at a port where nobody listens. */
export function nodeStatus(): object {
  return {
    status: {
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      daemonEndpoints: { kubeletEndpoint: { Port: 1 } },
    },
  };
}

export function customResource(): object {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
      versions: [{ name: 'v1', served: true, storage: true, subresources: { status: {} }, schema }],
    },
  };
}

export function widget(name: string): object {
  return { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name }, spec: { size: 1 } };
}
