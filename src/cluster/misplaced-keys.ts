import { nearest } from '../policy/nearest.ts';
import { AUDIT_KEYS } from './audit-keys.ts';
import { isObject } from './json.ts';
import { pointerTo } from './text/pointer.ts';
import type { Json, JsonObject, KopsObject } from './types.ts';

/** A key that stands where kOps has no field for it. */
export interface MisplacedKey {
  key: string;
  /** Where it stands, in words: `metadata.fileAssets`. */
  path: string;
  pointer: string;
  /** The key that is meant, and what it belongs below. */
  meant: string;
  home: string;
}

const AUDIT_NAMES: readonly string[] = AUDIT_KEYS.map(({ name }) => name);

/** Where the keys that auditing needs stand in a document of each kind; elsewhere they are dropped. */
const HOMES: Readonly<Record<'Cluster' | 'InstanceGroup', ReadonlyMap<string, string>>> = {
  Cluster: new Map([
    ['kubeAPIServer', 'spec'],
    ['fileAssets', 'spec'],
    ...AUDIT_NAMES.map((name): [string, string] => [name, 'spec.kubeAPIServer']),
  ]),
  InstanceGroup: new Map([['fileAssets', 'spec']]),
};

/** An instance group has no API server of its own: what is for that belongs to the Cluster. */
const OF_CLUSTER: ReadonlyMap<string, string> = HOMES.Cluster;

/** Maps whose keys are anybody's words. */
const FREE: readonly string[] = [
  'metadata.annotations',
  'metadata.labels',
  'spec.fileAssets',
  'spec.cloudLabels',
  'spec.nodeLabels',
];

/**
 * The keys for auditing that stand at a level where kOps has no such field, at any depth: it drops them without a word (its decoder is
 * case-sensitive and not strict; seen with kOps 1.36.0). What stands below one of them is not looked at.
 */
export function misplacedKeys(document: KopsObject): MisplacedKey[] {
  const kind = document.kind === 'InstanceGroup' ? 'InstanceGroup' : 'Cluster';
  return inMap(document as unknown as JsonObject, [], kind);
}

function inMap(map: JsonObject, above: readonly string[], kind: keyof typeof HOMES): MisplacedKey[] {
  const level = above.join('.');
  if (FREE.includes(level)) return [];
  return Object.entries(map).flatMap(([key, value]) => {
    const meant = meantBy(key, level);
    const home = meant === undefined ? undefined : (HOMES[kind].get(meant) ?? `the Cluster's ${OF_CLUSTER.get(meant)}`);
    if (meant === undefined || home === undefined || (key === meant && home === level))
      return inside(value, [...above, key], kind);
    const steps = [...above, key];
    return [{ key, path: steps.join('.'), pointer: pointerTo(steps), meant, home }];
  });
}

function inside(value: Json, above: readonly string[], kind: keyof typeof HOMES): MisplacedKey[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => inside(item, [...above, String(at)], kind));
  return isObject(value) ? inMap(value, above, kind) : [];
}

const LEVELS: readonly string[] = ['', 'metadata', 'spec', 'spec.kubeAPIServer'];

/** The key that a word means: itself, or where people put it by mistake, one that is spelt nearly so. */
function meantBy(key: string, level: string): string | undefined {
  if (OF_CLUSTER.has(key)) return key;
  if (!LEVELS.includes(level)) return undefined;
  const plain = key.replaceAll(/[-_]/g, '');
  if (/^audit/i.test(plain)) return level === 'spec.kubeAPIServer' ? undefined : nearest(plain, AUDIT_NAMES);
  return nearest(plain, ['kubeAPIServer', 'fileAssets']);
}
