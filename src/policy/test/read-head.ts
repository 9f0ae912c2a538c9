import { type Node, isMap, isScalar, isSeq } from 'yaml';
import { UserError } from '../../errors.ts';
import { isAtLeast } from '../kube-version.ts';
import { type Fields, readList, readText } from './fields.ts';
import { type Reading, describe } from './reading.ts';

/** Reads the key `policy`; undefined, and a mistake noted, where it names none. */
export function readPolicyName(reading: Reading, fields: Fields): string | undefined {
  if (!fields.has('policy')) return undefined;
  const node = fields.get('policy') ?? null;
  const hint = 'Name a template such as gce, or a file relative to this one: ./mine.yaml';
  if (isMap(node)) reading.wrong(node, 'the policy itself cannot stand here', hint);
  else return readText(reading, node, 'policy');
  return undefined;
}

/** Reads the key `set` as `--set` would be given. */
export function readSet(reading: Reading, fields: Fields): Record<string, string> {
  const node = fields.get('set') ?? null;
  if (!fields.has('set')) return {};
  if (!isMap(node)) {
    reading.wrong(node, `set must be a map, not ${describe(node)}`, 'Write set: { PARAMETER: value }.');
    return {};
  }
  const pairs = node.items.map(({ key, value }) => {
    return [isScalar(key) ? String(key.value) : '', readParameter(reading, value as Node | null)] as const;
  });
  return Object.fromEntries(pairs.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

// A list goes with commas, as after --set; a comma inside of an item could not be told apart.
function readParameter(reading: Reading, value: Node | null): string | undefined {
  const node = reading.resolve(value);
  if (isScalar(node) && node.value !== null) return String(node.source ?? node.value);
  if (isSeq(node)) {
    const items = readList(reading, node, 'a parameter', { mayBeEmpty: true });
    return items.flatMap((item) => readText(reading, item, 'an item of a parameter') ?? []).join(',');
  }
  reading.wrong(node, `a parameter must be a text or a list, not ${describe(node)}`);
  return undefined;
}

/** Reads the key `kubernetesVersion`. */
export function readVersion(reading: Reading, fields: Fields): string | undefined {
  if (!fields.has('kubernetesVersion')) return undefined;
  const node = fields.get('kubernetesVersion') ?? null;
  const version = readText(reading, node, 'kubernetesVersion');
  try {
    isAtLeast(version, 0);
    return version;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    reading.wrong(node, error.message, error.hint);
    return undefined;
  }
}
