import { applyOperations } from '../../src/yaml/json-patch.ts';
import { pointerTo } from '../../src/yaml/json-patch.ts';
import type { KopsObject, Operation } from '../../src/cluster/types.ts';
import { isObject, type Json } from '../../src/json.ts';
import { POLICY } from './written-spec.ts';

const KEYS = ['a', 'auditLogPath', 'on', '1', 'kops.k8s.io/x', 'p~q', 'two words', 'zz'];
const SETTINGS = {
  auditLogMaxAge: 30,
  auditLogMaxBackups: 10,
  auditLogPath: '/var/log/kube-audit/audit.log',
  auditPolicyFile: '/srv/a/policy.yaml',
};
const ASSET = {
  content: `${POLICY}- level: None\n`,
  name: 'audit-policy',
  path: '/srv/a/policy.yaml',
  roles: ['Master', 'ControlPlane'],
};

/** Operations as `enable` sends them and those that take them back; `isPure` where they only add. */
export function enabling({ spec }: KopsObject): { operations: Operation[]; undo: Operation[]; isPure: boolean } {
  const { fileAssets, kubeAPIServer } = spec;
  const assets: Operation = Array.isArray(fileAssets)
    ? { op: 'add', path: '/spec/fileAssets/-', value: ASSET }
    : { op: 'add', path: '/spec/fileAssets', value: [ASSET] };
  const settings: Operation[] = isObject(kubeAPIServer)
    ? Object.entries(SETTINGS).map(([key, value]) => ({ op: 'add', path: `/spec/kubeAPIServer/${key}`, value }))
    : [{ op: 'add', path: '/spec/kubeAPIServer', value: SETTINGS }];
  const added = Array.isArray(fileAssets) ? `/spec/fileAssets/${fileAssets.length}` : '/spec/fileAssets';
  const paths = [added, ...settings.map(({ path }) => path)];
  const isPure =
    fileAssets !== null &&
    kubeAPIServer !== null &&
    (!isObject(kubeAPIServer) || Object.keys(SETTINGS).every((key) => !(key in kubeAPIServer)));
  return { operations: [assets, ...settings], undo: paths.map((path) => ({ op: 'remove', path })), isPure };
}

/** Operations on a Cluster's spec, one for each pair of numbers, each fitting what those before it give. */
export function someOperations(cluster: KopsObject, numbers: readonly [number, number, Json][]): Operation[] {
  let value = cluster;
  return numbers.map(([where, what, json]) => {
    const operation = someOperation(value, where, what, json);
    value = applyOperations(value, [structuredClone(operation)]);
    return operation;
  });
}

function someOperation({ spec }: KopsObject, where: number, what: number, value: Json): Operation {
  const places = placesIn(spec, ['spec']);
  const { keys, value: old } = places[where % places.length]!;
  const key = KEYS[what % KEYS.length]!;
  const path = pointerTo(keys);
  if (what % 3 === 0 && keys.length > 1) return { op: 'remove', path };
  if (Array.isArray(old))
    return { op: 'add', path: pointerTo([...keys, what % 2 ? '-' : String(what % (old.length + 1))]), value };
  if (isObject(old)) return { op: 'add', path: pointerTo([...keys, key]), value };
  return { op: 'replace', path, value };
}

interface Located {
  keys: string[];
  value: Json;
}

function placesIn(value: Json, keys: string[]): Located[] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value as Record<string, Json>) : [];
  return [{ keys, value }, ...inner.flatMap(([key, item]) => placesIn(item, [...keys, key]))];
}
