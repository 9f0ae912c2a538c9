import { AUDIT_KEYS, DROPPED_KEYS, type MisplacedKey, misplacedKeys } from '../../cluster/audit-keys.ts';
import type { KopsObject } from '../../cluster/types.ts';
import { type Json, isObject, listOf } from '../../json.ts';
import { TEMPLATE_NOT_RENDERED } from '../policy/diagnostics.ts';
import type { Breach, ClusterInput, ClusterRule } from '../rule.ts';
import { placeholderIn } from '../../policy/load/template-marks.ts';
import { nearest } from '../../policy/nearest.ts';

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

/** Rules about the rest of the spec, as far as it can spoil auditing or the start of a node. */
export const SPEC_RULES: readonly ClusterRule[] = [
  {
    id: 'audit-dynamic-configuration',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: 'kube-apiserver has had no such flag since Kubernetes 1.19 and ends with "unknown flag"; kOps passes it on all the same.',
    check: dynamicConfiguration,
  },
  {
    id: 'distribution-mixed',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    why: 'Container-Optimized OS keeps these files below /etc/srv/kubernetes, other images below /srv/kubernetes.',
    check: mixedDistribution,
  },
];

function dynamicConfiguration({ present }: ClusterInput): Breach[] {
  if (present.settings['auditDynamicConfiguration'] === undefined) return [];
  return [
    {
      message: 'auditDynamicConfiguration is set',
      mend: 'Take spec.kubeAPIServer.auditDynamicConfiguration out of the spec.',
      pointer: '/spec/kubeAPIServer/auditDynamicConfiguration',
    },
  ];
}

function mixedDistribution({ facts, present }: ClusterInput): Breach[] {
  if (facts.distribution !== 'mixed' || !present.policy) return [];
  return [
    {
      message: 'some instance groups run Container-Optimized OS and some do not',
      mend: 'Check by hand that both kinds of image can have the path of the policy.',
      pointer: '/spec/kubeAPIServer/auditPolicyFile',
    },
  ];
}

/** Rules about a spec that is a template, although it is valid YAML. */
export const TEMPLATE_RULES: readonly ClusterRule[] = [
  {
    ...TEMPLATE_NOT_RENDERED,
    fatal: false,
    about: 'other',
    check: ({ cluster }) => placeholders(cluster),
  },
];

interface Part {
  name: string;
  pointer: string;
  text: string;
}

/** One finding for the whole template. */
function placeholders(cluster: KopsObject): Breach[] {
  for (const { name, pointer, text } of partsOf(cluster)) {
    const found = placeholderIn(text);
    if (found)
      return [
        { message: `this is a template with ${found.marks}: ${name} is a placeholder`, mend: found.hint, pointer },
      ];
  }
  return [];
}

/** Where a placeholder can be nothing else: elsewhere (environment, scripts, user data) `$` and braces may be meant as they are. */
function partsOf({ metadata, spec }: KopsObject): Part[] {
  const server = isObject(spec['kubeAPIServer']) ? spec['kubeAPIServer'] : {};
  return [
    ...partOf('metadata.name', '/metadata/name', metadata.name),
    ...partOf('spec.kubernetesVersion', '/spec/kubernetesVersion', spec['kubernetesVersion']),
    ...AUDIT_KEYS.flatMap(({ name }) =>
      partOf(`spec.kubeAPIServer.${name}`, `/spec/kubeAPIServer/${name}`, server[name]),
    ),
    ...listOf(spec['fileAssets']).flatMap((asset, index) => (isObject(asset) ? assetParts(asset, index) : [])),
  ];
}

function assetParts(asset: Record<string, Json>, index: number): Part[] {
  const at = (key: string, value: Json | undefined): Part[] =>
    partOf(`spec.fileAssets[${index}].${key}`, `/spec/fileAssets/${index}/${key}`, value);
  const { name, path, roles, content } = asset;
  const role = listOf(roles).find((each) => typeof each === 'string' && placeholderIn(each));
  return [...at('name', name), ...at('path', path), ...at('roles', role), ...at('content', templateText(content))];
}

function partOf(name: string, pointer: string, value: Json | undefined): Part[] {
  return typeof value === 'string' ? [{ name, pointer, text: value }] : [];
}

/** Of a policy what is no comment; of other files only what is a placeholder from end to end: they may be templates for something else. */
function templateText(content: Json | undefined): Json | undefined {
  if (typeof content !== 'string') return undefined;
  if (/^["']?apiVersion["']?\s*:\s*["']?audit\.k8s\.io\//m.test(content)) return content.replaceAll(/(?:^|\s)#.*/g, '');
  return /^\s*(?:\$\{[^{}\n]*\}|\$[A-Za-z_]\w*|\{\{[^{}\n]*\}\}|<%[^%\n]*%>)\s*$/.test(content) ? content : undefined;
}
