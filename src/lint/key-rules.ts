import { AUDIT_KEYS, DROPPED_KEYS } from '../cluster/audit-keys.ts';
import { isObject, listOf } from '../cluster/json.ts';
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

function droppedKeys({ cluster: { spec } }: ClusterInput): Breach[] {
  const server = isObject(spec['kubeAPIServer']) ? Object.keys(spec['kubeAPIServer']) : [];
  const audit = server.filter((key) => /^audit/i.test(key) && !AUDIT_NAMES.includes(key));
  return [
    ...misspelt(Object.keys(spec), ['kubeAPIServer', 'fileAssets']).map((key) => {
      return breach(`spec.${key}`, `/spec/${key}`, nearMend(key, ['kubeAPIServer', 'fileAssets']));
    }),
    ...audit.map((key) => breach(`spec.kubeAPIServer.${key}`, `/spec/kubeAPIServer/${key}`, auditMend(key))),
  ];
}

function droppedAssetKeys({ cluster: { spec } }: ClusterInput): Breach[] {
  return listOf(spec['fileAssets']).flatMap((asset, index) => {
    const unknown = isObject(asset) ? Object.keys(asset).filter((key) => !ASSET_KEYS.includes(key)) : [];
    return unknown.map((key) => {
      return breach(`spec.fileAssets[${index}].${key}`, `/spec/fileAssets/${index}/${key}`, nearMend(key, ASSET_KEYS));
    });
  });
}

/** The keys that are not among those meant, and differ from one of them by a letter or two, or by case. */
function misspelt(keys: readonly string[], meant: readonly string[]): string[] {
  return keys.filter((key) => !meant.includes(key) && nearest(key, meant) !== undefined);
}

function breach(name: string, pointer: string, mend: string): Breach {
  return { message: `kOps does not know ${name}`, mend, pointer };
}

function auditMend(key: string): string {
  if (DROPPED_KEYS.includes(key)) return 'Take it out: kOps cannot set this flag of kube-apiserver.';
  return nearMend(key, AUDIT_NAMES);
}

function nearMend(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return near ? `Did you mean ${near}?` : 'Take it out.';
}
