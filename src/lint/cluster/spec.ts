import { AUDIT_KEYS, DROPPED_KEYS, type MisplacedKey, misplacedKeys } from '../../cluster/audit-keys.ts';
import type { KopsObject } from '../../cluster/types.ts';
import { isObject, type Json, type JsonObject, listOf, mapOf } from '../../json.ts';
import { placeholderIn } from '../../policy/load/template-marks.ts';
import { nearest } from '../../policy/nearest.ts';
import { assetSubject } from './files.ts';
import { TEMPLATE_NOT_RENDERED, type TemplateArgs } from '../policy/diagnostics.ts';
import { type ClusterBreach, type ClusterInput, type ClusterRule, clusterRule, tells, type Told } from '../rule.ts';

const DROPPED = 'kOps has no such field. It drops the key silently, so the setting never takes effect.';

/** Rules about keys that kOps does not know, where auditing depends on them. */
export const KEY_RULES: readonly ClusterRule[] = [
  clusterRule({
    id: 'key-dropped',
    severity: 'error',
    fatal: false,
    about: 'audit',
    why: DROPPED,
    check: droppedKeys,
    say: keyWords,
  }),
  clusterRule({
    id: 'asset-key-dropped',
    severity: 'error',
    fatal: false,
    about: 'other',
    why: DROPPED,
    check: droppedAssetKeys,
    say: keyWords,
  }),
];

/** A key by its path, and what was meant: a field of the same parent, or of `home`; null: kOps has none. */
type KeyArgs = {
  path: string;
  key: string;
  group: string | null;
  meant: string | null;
  home: string | null;
  isFlag: boolean;
};

function keyWords({ path, group, ...rest }: KeyArgs): { message: string; fix: string } {
  const where = group === null ? '' : ` of instance group ${group}`;
  return { message: `kOps does not know ${path}${where}`, fix: keyFix(rest) };
}

function keyFix({ key, meant, home, isFlag }: Omit<KeyArgs, 'path' | 'group'>): string {
  if (isFlag) return 'Remove it: kOps cannot set this flag of kube-apiserver.';
  if (meant === null) return 'Remove it.';
  if (home === null) return `Did you mean ${meant}?`;
  return `Move it to ${home}${key === meant ? '' : ` as ${meant}`}, where kOps reads it.`;
}

const AUDIT_NAMES: readonly string[] = AUDIT_KEYS.map(({ name }) => name);

/** The keys of kOps' FileAssetSpec (`pkg/apis/kops/cluster.go`, the same from 1.19 to 1.37 but for `mode`, from 1.23.3). */
const ASSET_KEYS: readonly string[] = ['name', 'path', 'roles', 'content', 'isBase64', 'mode'];

function droppedKeys({ cluster, facts }: ClusterInput): ClusterBreach<KeyArgs>[] {
  const server = isObject(cluster.spec['kubeAPIServer']) ? Object.keys(cluster.spec['kubeAPIServer']) : [];
  const audit = server.filter((key) => key.toLowerCase().startsWith('audit') && !AUDIT_NAMES.includes(key));
  return [
    ...misplacedKeys(cluster).map((misplaced) => ({ args: misplacedArgs(misplaced), pointer: misplaced.pointer })),
    ...audit.map((key) => ({ args: auditArgs(key), pointer: `/spec/kubeAPIServer/${key}` })),
    ...facts.groups.flatMap(({ name, misplaced }) =>
      misplaced.map((each) => ({
        args: misplacedArgs(each, name),
        pointer: '/spec',
        subject: `group ${name} ${each.path}`,
      })),
    ),
  ];
}

function misplacedArgs({ key, meant, home, path }: MisplacedKey, group: string | null = null): KeyArgs {
  return { path, key, group, meant, home: path === `${home}.${key}` ? null : home, isFlag: false };
}

function auditArgs(key: string): KeyArgs {
  const meant = nearest(key.replaceAll(/[-_]/g, ''), AUDIT_NAMES) ?? null;
  const path = `spec.kubeAPIServer.${key}`;
  return { path, key, group: null, meant, home: null, isFlag: DROPPED_KEYS.includes(key) };
}

function droppedAssetKeys({ cluster: { spec }, facts }: ClusterInput): ClusterBreach<KeyArgs>[] {
  const ofGroups = facts.groups.flatMap(({ name, spec: own }) =>
    unknownAssetKeys(own, name).map(({ asset, key, args }) => ({
      args,
      pointer: '/spec',
      subject: `${assetSubject(asset, name)} ${key}`,
    })),
  );
  return [
    ...unknownAssetKeys(spec, null).map(({ index, key, args }) => ({
      args,
      pointer: `/spec/fileAssets/${index}/${key}`,
    })),
    ...ofGroups,
  ];
}

function unknownAssetKeys(
  { fileAssets }: JsonObject,
  group: string | null,
): { asset: JsonObject; index: number; key: string; args: KeyArgs }[] {
  return listOf(fileAssets).flatMap((asset, index) => {
    const unknown = isObject(asset) ? Object.keys(asset).filter((key) => !ASSET_KEYS.includes(key)) : [];
    return unknown.map((key) => {
      const path = `spec.fileAssets[${index}].${key}`;
      const args = { path, key, group, meant: nearest(key, ASSET_KEYS) ?? null, home: null, isFlag: false };
      return { asset: mapOf(asset), index, key, args };
    });
  });
}

/** Rules about the rest of the spec, as far as it can spoil auditing or the start of a node. */
export const SPEC_RULES: readonly ClusterRule[] = [
  clusterRule({
    id: 'audit-dynamic-configuration',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: 'Kubernetes 1.19 removed this flag. kOps still passes it on, and kube-apiserver stops with "unknown flag".',
    check: ({ present }) =>
      present.settings.auditDynamicConfiguration === undefined
        ? []
        : [{ args: {}, pointer: '/spec/kubeAPIServer/auditDynamicConfiguration' }],
    say: () => ({
      message: 'auditDynamicConfiguration is set',
      fix: 'Remove spec.kubeAPIServer.auditDynamicConfiguration.',
    }),
  }),
  clusterRule({
    id: 'distribution-mixed',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    why: 'Container-Optimized OS keeps these files below /etc/srv/kubernetes, other images below /srv/kubernetes.',
    check: ({ facts, present }) =>
      facts.distribution === 'mixed' && present.policy
        ? [{ args: {}, pointer: '/spec/kubeAPIServer/auditPolicyFile' }]
        : [],
    say: () => ({
      message: 'some instance groups run Container-Optimized OS and some do not',
      fix: 'Check by hand that the path of the policy works on both kinds of image.',
    }),
  }),
];

/** What is said of a value that has a type kOps cannot read: nothing else of the spec can be judged. */
export const UNREADABLE: Told<{ message: string; hint: string }> = tells({
  id: 'unreadable',
  severity: 'error',
  fatal: true,
  why: 'kOps cannot read this spec.',
  say: ({ message, hint }) => ({ message, fix: hint }),
});

/** A place of a file of which kOps reads less than stands there; in words with `file` where it is not shown which that is. */
type HalfReadArgs = { file: string | null; line: number; message: string; why: string; hint: string };

/** What `halfReadFindings` finds. */
export const HALF_READ: Told<HalfReadArgs> = tells({
  id: 'half-read',
  severity: 'warning',
  fatal: false,
  why: 'kops reads only part of this input.',
  say: ({ file, line, message, why, hint }) => ({
    message: file === null ? message : `${file}:${line}: ${message}`,
    why,
    fix: hint,
  }),
});

/** Rules about a spec that is a template, although it is valid YAML. */
export const TEMPLATE_RULES: readonly ClusterRule[] = [
  clusterRule<TemplateArgs>({
    ...TEMPLATE_NOT_RENDERED,
    about: 'other',
    check: ({ cluster }) => placeholders(cluster),
  }),
];

interface Part {
  name: string;
  pointer: string;
  text: string;
}

/** One finding for the whole template. */
function placeholders(cluster: KopsObject): ClusterBreach<TemplateArgs>[] {
  for (const { name, pointer, text } of partsOf(cluster)) {
    const found = placeholderIn(text);
    if (!found) continue;
    const { marks, hint } = found;
    return [{ args: { marks, hint, name, more: 0, isRefused: false }, pointer }];
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
