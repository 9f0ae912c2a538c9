/** How a field of a message is read: its key, empty where it is only checked, and what it holds. */
export interface FieldShape {
  key: string;
  holds: 'text' | 'boolean' | 'number' | Message;
  repeated?: true;
}

/** The fields of a message by their numbers. */
export type Message = Readonly<Record<number, FieldShape>>;

const TEXT: FieldShape = { key: '', holds: 'text' };
const NUMBER: FieldShape = { key: '', holds: 'number' };
const TIME: FieldShape = { key: '', holds: { 1: NUMBER, 2: NUMBER } };
const PAIR: FieldShape = { key: '', holds: { 1: TEXT, 2: TEXT } };

const OWNER_REFERENCE: FieldShape = { key: '', holds: { 1: TEXT, 3: TEXT, 4: TEXT, 5: TEXT, 6: NUMBER, 7: NUMBER } };

const MANAGED_FIELDS: FieldShape = {
  key: '',
  holds: { 1: TEXT, 2: TEXT, 3: TEXT, 4: TIME, 6: TEXT, 7: { key: '', holds: { 1: TEXT } }, 8: TEXT },
};

const TEXT_FIELDS: Message = { 1: TEXT, 2: TEXT, 3: TEXT, 4: TEXT, 5: TEXT, 6: TEXT };

const OBJECT_META: Message = {
  ...TEXT_FIELDS,
  7: NUMBER,
  8: TIME,
  9: TIME,
  10: NUMBER,
  11: PAIR,
  12: PAIR,
  13: OWNER_REFERENCE,
  14: TEXT,
  17: MANAGED_FIELDS,
};

const GROUP_RESOURCES: Message = {
  1: { key: 'group', holds: 'text' },
  2: { key: 'resources', holds: 'text', repeated: true },
  3: { key: 'resourceNames', holds: 'text', repeated: true },
};

const RULE: Message = {
  1: { key: 'level', holds: 'text' },
  2: { key: 'users', holds: 'text', repeated: true },
  3: { key: 'userGroups', holds: 'text', repeated: true },
  4: { key: 'verbs', holds: 'text', repeated: true },
  5: { key: 'resources', holds: GROUP_RESOURCES, repeated: true },
  6: { key: 'namespaces', holds: 'text', repeated: true },
  7: { key: 'nonResourceURLs', holds: 'text', repeated: true },
  8: { key: 'omitStages', holds: 'text', repeated: true },
  9: { key: 'omitManagedFields', holds: 'boolean' },
};

/** A policy (`pkg/apis/audit/v1/generated.proto` of k8s.io/apiserver, release 1.37). */
export const POLICY: Message = {
  1: { key: '', holds: OBJECT_META },
  2: { key: 'rules', holds: RULE, repeated: true },
  3: { key: 'omitStages', holds: 'text', repeated: true },
  4: { key: 'omitManagedFields', holds: 'boolean' },
};

/** `runtime.TypeMeta` of apimachinery (`pkg/runtime/generated.proto`, release 1.37). */
export const TYPE_META: Message = { 1: { key: 'apiVersion', holds: 'text' }, 2: { key: 'kind', holds: 'text' } };

/** `runtime.Unknown` of the same, which wraps every object; its `raw` is a message of its own. */
export const UNKNOWN: Message = { 1: { key: '', holds: TYPE_META }, 2: TEXT, 3: TEXT, 4: TEXT };
