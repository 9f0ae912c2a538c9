import { findResources } from '../api/lookup.ts';
import { LEVELS } from '../types.ts';
import { isPlainText } from '../../yaml/resolve.ts';
import type { JsonNode, Path } from '../../yaml/json-node.ts';

/** What to write in the place of a value of the wrong type; `path` leads to it. Undefined where the message says it all. */
export function typeHint(path: Path, node: JsonNode, expected: string): string | undefined {
  const key = path.findLast((step) => typeof step === 'string') ?? '';
  const isItem = typeof path.at(-1) === 'number';
  if (expected.startsWith('a list')) return listHint(key, node, expected === 'a list of maps');
  if (expected === 'text') return textHint(String(key), node, isItem);
  if (expected === 'a map') return mapHint(String(key), node);
  if (expected === 'true or false') return booleanHint(node);
  return undefined;
}

const DASH = 'Begin each item with "- ".';

/** Selectors that match everything where they are left out, and no pattern in them. */
const WITHOUT = ['verbs', 'users', 'userGroups', 'namespaces', 'resourceNames'];

function listHint(key: string | number, node: JsonNode, ofMaps: boolean): string | undefined {
  if (node.kind !== 'string' && node.kind !== 'number' && node.kind !== 'boolean') return DASH;
  const text = String(node.value);
  if (ofMaps) return key === 'resources' ? entriesFor(words(text)) : DASH;
  if (text === '*' && WITHOUT.includes(String(key))) return `Leave ${key} out: without it the rule takes all.`;
  return `Write [${words(text).map(scalar).join(', ')}].`;
}

function words(text: string): string[] {
  return text
    .slice(0, 200)
    .split(/[\s,]+/)
    .filter((word) => word !== '');
}

function textHint(key: string, node: JsonNode, isItem: boolean): string | undefined {
  if (node.kind === 'boolean') return 'Put it in quotes: YAML reads y, n, yes, no, on and off as true or false.';
  if (node.kind === 'number') return 'Put it in quotes.';
  if (node.kind === 'list')
    return manyHint(
      key,
      node.items.flatMap((item) => (item.kind === 'string' ? [item.value] : [])),
      isItem,
    );
  return node.kind === 'map' ? pairHint(key, node) : undefined;
}

function manyHint(key: string, items: readonly string[], isItem: boolean): string {
  if (isItem) return 'Leave out the inner brackets, or the second dash.';
  if (key === 'group' && items.some((item) => item.startsWith('system:')))
    return 'It takes one API group, such as apps. Users are named in users, their groups in userGroups, beside level.';
  if (key === 'group' && items.length !== 1) return 'It takes one name: write an entry of resources for each group.';
  return items.length === 1
    ? `Write ${key}: ${scalar(items[0]!)}.`
    : `It takes one value: write ${key} with one of them.`;
}

/** What people put before a name in a list of names. */
const LABELS = ['name', 'resource', 'user', 'group', 'verb', 'namespace', 'stage', 'path', 'url'];

// "- system: x" is a map, as there is a blank behind the colon.
function pairHint(key: string, node: JsonNode & { kind: 'map' }): string | undefined {
  const [first, ...more] = node.entries;
  if (!first || more.length > 0 || first.value.kind === 'list' || first.value.kind === 'map') return undefined;
  const value = 'value' in first.value ? String(first.value.value) : '';
  if (LABELS.includes(first.key)) return `Write only the name: ${scalar(value)}.`;
  const what = ['users', 'userGroups'].includes(key) ? `${first.key}:${value}` : `${first.key}: ${value}`;
  return what.includes(' ')
    ? `A text with ": " in it needs quotes: "${what}".`
    : `Write ${what}: with a blank behind the colon and no quotes it is a key and its value.`;
}

function mapHint(key: string, node: JsonNode): string | undefined {
  if (node.kind === 'list') return 'Leave out one of the two dashes, or the inner brackets.';
  if (node.kind !== 'string') return undefined;
  if (key === 'resources') return entriesFor([node.value]);
  if (key !== 'rules') return undefined;
  const level = LEVELS.find((name) => name.toLowerCase() === node.value.toLowerCase());
  return level === undefined ? 'A rule is a map, and begins with "- level: Metadata".' : `Write "- level: ${level}".`;
}

/** Names of resources as entries of `resources`, those of one group together. */
function entriesFor(names: readonly string[]): string {
  const groups = new Map<string, string[]>();
  for (const name of names.slice(0, 5)) {
    const [found] = findResources(name.split('/')[0] ?? '');
    const group = found?.group ?? '';
    groups.set(group, [...(groups.get(group) ?? []), scalar(name)]);
  }
  const entries = [...groups].map(([group, list]) => `{group: ${group || '""'}, resources: [${list.join(', ')}]}`);
  return `Write resources: [${entries.join(', ')}]. Each entry has its API group.`;
}

function booleanHint(node: JsonNode): string | undefined {
  if (node.kind === 'string' && /^(?:true|false)$/i.test(node.value))
    return `Write ${node.value.toLowerCase()}, without quotes.`;
  return 'Write true or false.';
}

/** A text as it may stand inside brackets. */
function scalar(text: string): string {
  const isPlain = /^[A-Za-z/_](?:[\w./:@-]*[\w./@-])?$/.test(text) && isPlainText(text);
  return isPlain ? text : JSON.stringify(text);
}
