import type { Policy } from '../types.ts';
import type { Held, HeldList } from '../../yaml/fill.ts';

/** The policy that Go holds, without what is empty; null in a list of texts is "". */
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
