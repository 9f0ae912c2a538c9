import { AUDIT_KEYS, DROPPED_KEYS, misplacedKeys, type MisplacedKey } from '../cluster/audit-keys.ts';
import { isObject, listOf } from '../json.ts';
import { nearest } from '../policy/nearest.ts';
import type { Breach, ClusterInput, ClusterRule } from './finding.ts';

const DROPPED = 'kOps has no such field and drops the key without a word, so what it says never takes effect.';

/** Rules about keys that kOps does not know, where auditing depends on them. */
export const KEY_RULES: readonly ClusterRule[] = [
  { id: 'key-dropped', severity: 'error', fatal: false, about: 'audit', why: DROPPED, check: droppedKeys },
  { id: 'asset-key-dropped', severity: 'error', fatal: false, about: 'other', why: DROPPED, check: droppedAssetKeys },
];

const AUDIT_NAMES: readonly string[] = AUDIT_KEYS.map(({ name }) => name);

/** The keys of kOps' FileAssetSpec (`pkg/apis/kops/cluster.go`, the same from 1.19 to 1.37 but for `mode`, from 1.23.3). */
const ASSET_KEYS: readonly string[] = ['name', 'path', 'roles', 'content', 'isBase64', 'mode'];

function droppedKeys({ cluster, facts }: ClusterInput): Breach[] {
  const server = isObject(cluster.spec['kubeAPIServer']) ? Object.keys(cluster.spec['kubeAPIServer']) : [];
  const audit = server.filter((key) => /^audit/i.test(key) && !AUDIT_NAMES.includes(key));
  return [
    ...misplacedKeys(cluster).map((misplaced) => breach(misplaced.path, misplaced.pointer, homeMend(misplaced))),
    ...audit.map((key) => breach(`spec.kubeAPIServer.${key}`, `/spec/kubeAPIServer/${key}`, auditMend(key))),
    ...facts.groups.flatMap(({ name, misplaced }) => misplaced.map((each) => ofGroup(name, each))),
  ];
}

function ofGroup(group: string, misplaced: MisplacedKey): Breach {
  const { path } = misplaced;
  const subject = `group ${group} ${path}`;
  return { ...breach(`${path} of instance group ${group}`, '/spec', homeMend(misplaced)), subject };
}

function homeMend({ key, meant, home, path }: MisplacedKey): string {
  const isThere = path === `${home}.${key}`;
  return isThere
    ? `Did you mean ${meant}?`
    : `Put it below ${home}${key === meant ? '' : `, as ${meant}`}: there kOps reads it.`;
}

function droppedAssetKeys({ cluster: { spec } }: ClusterInput): Breach[] {
  return listOf(spec['fileAssets']).flatMap((asset, index) => {
    const unknown = isObject(asset) ? Object.keys(asset).filter((key) => !ASSET_KEYS.includes(key)) : [];
    return unknown.map((key) => {
      return breach(`spec.fileAssets[${index}].${key}`, `/spec/fileAssets/${index}/${key}`, nearMend(key, ASSET_KEYS));
    });
  });
}

function breach(name: string, pointer: string, mend: string): Breach {
  return { message: `kOps does not know ${name}`, mend, pointer };
}

function auditMend(key: string): string {
  if (DROPPED_KEYS.includes(key)) return 'Take it out: kOps cannot set this flag of kube-apiserver.';
  return nearMend(key.replaceAll(/[-_]/g, ''), AUDIT_NAMES);
}

function nearMend(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return near ? `Did you mean ${near}?` : 'Take it out.';
}
