import { type Held, type HeldList, type Shape, fill } from '../../yaml/fill.ts';
import type { JsonNode, Stretch } from '../../yaml/json-node.ts';
import type { Policy } from '../types.ts';
import type { Fault } from './words.ts';

/** Fills a policy with a JSON value as Go does; what is wrong with its types and keys is told with the stretch of the text it stands at. */
export function fillPolicy(value: JsonNode, tell: (fault: Fault, at: Stretch) => void): Held {
  return fill(value, POLICY_SHAPE, {
    wrongType: (path, expected, node) => tell({ code: 'wrong-type', path, args: { expected, node } }, node),
    unknownKey: (path, entry, known) => tell({ code: 'unknown-key', path, args: { key: entry.key, known } }, entry),
    // Of a YAML text the last one won before.
    duplicateKey: (path, entry) => tell({ code: 'duplicate-key', path, args: { key: entry.key, by: 'json' } }, entry),
  });
}

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
const POLICY_SHAPE: Shape = {
  fields: {
    apiVersion: 'string',
    kind: 'string',
    metadata: { fields: OBJECT_META },
    rules: { list: { fields: RULE } },
    omitStages: STRINGS,
    omitManagedFields: 'boolean',
  },
};

/** The policy that Go holds, without what is empty; null in a list of strings is "". */
export function plainPolicy(held: Held): Policy {
  const policy = pick(held, POLICY_KEYS);
  const { omitManagedFields, ...rest } = policy;
  const rules = itemsOf(field(held, 'rules')).map((rule) => ({ level: '', ...pick(rule, RULE_KEYS) }));
  return { ...rest, ...(omitManagedFields === true ? { omitManagedFields } : {}), rules } as unknown as Policy;
}

const POLICY_KEYS = ['omitStages', 'omitManagedFields'];
const RULE_KEYS = [
  'level',
  'users',
  'userGroups',
  'verbs',
  'resources',
  'namespaces',
  'nonResourceURLs',
  'omitStages',
  'omitManagedFields',
];
const GROUP_KEYS = ['group', 'resources', 'resourceNames'];

function pick(held: Held, keys: readonly string[]): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const key of keys) {
    const value = field(held, key);
    const plain = isList(value) ? itemsOf(value).map((item) => element(item, key, keys)) : value;
    if (plain === undefined || plain === '' || (Array.isArray(plain) && plain.length === 0)) continue;
    picked[key] = plain;
  }
  return picked;
}

function element(item: Held, key: string, keys: readonly string[]): unknown {
  return key === 'resources' && keys === RULE_KEYS ? pick(item, GROUP_KEYS) : (item ?? '');
}

function field(held: Held, key: string): Held {
  return typeof held === 'object' && !isList(held) ? held[key] : undefined;
}

function itemsOf(held: Held): Held[] {
  return isList(held) ? held.items.slice(0, held.length) : [];
}

function isList(held: Held): held is HeldList {
  return typeof held === 'object' && Array.isArray(held['items']);
}
