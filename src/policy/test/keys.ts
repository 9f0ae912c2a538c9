/** The keys of a test file, of a case, of what it expects, and of a request written as a map; `required` must be there. */
export const KEYS: Readonly<Record<'test' | 'case' | 'expect' | 'request', KeySet>> = {
  test: {
    what: 'a policy test',
    known: ['policy', 'set', 'kubernetesVersion', 'cases'],
    required: ['policy', 'cases'],
  },
  case: { what: 'a case', known: ['name', 'request', 'requests', 'expect'], required: ['expect'] },
  expect: { what: 'an expectation', known: ['level', 'rule', 'stages', 'omitManagedFields'], required: ['level'] },
  request: {
    what: 'a request',
    known: ['user', 'groups', 'verb', 'apiGroup', 'resource', 'subresource', 'namespace', 'name', 'path'],
    required: ['verb'],
  },
};

/** Which keys a map has. */
export interface KeySet {
  /** What the map is, for messages. */
  what: string;
  known: readonly string[];
  required: readonly string[];
}

/** What is often written instead of a key. */
export const USUAL_KEYS: Readonly<Record<string, string>> = {
  tests: 'cases',
  rules: 'cases',
  expected: 'expect',
  description: 'name',
  managedFields: 'omitManagedFields',
  omitStages: 'stages',
  as: 'user',
  username: 'user',
  asGroup: 'groups',
  asGroups: 'groups',
  userGroups: 'groups',
  group: 'apiGroup',
  url: 'path',
  nonResourceURL: 'path',
  version: 'kubernetesVersion',
};
