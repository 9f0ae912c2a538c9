import type { Shape } from '../../yaml/fill.ts';

const STRINGS: Shape = { list: 'string' };

const GROUP_RESOURCES = { group: 'string', resources: STRINGS, resourceNames: STRINGS } as const;

const RULE = {
  level: 'string',
  users: STRINGS,
  userGroups: STRINGS,
  verbs: STRINGS,
  resources: { list: { fields: GROUP_RESOURCES } },
  namespaces: STRINGS,
  nonResourceURLs: STRINGS,
  omitStages: STRINGS,
  omitManagedFields: 'optional-boolean',
} as const;

const OWNER_REFERENCE = {
  apiVersion: 'string',
  kind: 'string',
  name: 'string',
  uid: 'string',
  controller: 'boolean',
  blockOwnerDeletion: 'boolean',
} as const;

const MANAGED_FIELDS = {
  manager: 'string',
  operation: 'string',
  apiVersion: 'string',
  time: 'time',
  fieldsType: 'string',
  fieldsV1: 'any',
  subresource: 'string',
} as const;

// What is in it is ignored, but a wrong type in it keeps the API server from starting.
const OBJECT_META: Readonly<Record<string, Shape>> = {
  name: 'string',
  generateName: 'string',
  namespace: 'string',
  selfLink: 'string',
  uid: 'string',
  resourceVersion: 'string',
  generation: 'integer',
  creationTimestamp: 'time',
  deletionTimestamp: 'time',
  deletionGracePeriodSeconds: 'integer',
  labels: { map: 'string' },
  annotations: { map: 'string' },
  ownerReferences: { list: { fields: OWNER_REFERENCE } },
  finalizers: STRINGS,
  managedFields: { list: { fields: MANAGED_FIELDS } },
};

/** The shape of a Policy document of `audit.k8s.io/v1` (`pkg/apis/audit/v1/types.go` of k8s.io/apiserver, release 1.37). */
export const POLICY_SHAPE: Shape = {
  fields: {
    apiVersion: 'string',
    kind: 'string',
    metadata: { fields: OBJECT_META },
    rules: { list: { fields: RULE } },
    omitStages: STRINGS,
    omitManagedFields: 'boolean',
  },
};
