import { AUDIT_KEYS } from '../../cluster/audit-keys.ts';
import type { KopsObject } from '../../cluster/types.ts';
import { isObject, listOf, type Json } from '../../json.ts';
import { placeholderIn } from '../../policy/load/template-marks.ts';
import { TEMPLATE_NOT_RENDERED } from '../diagnostic-rules.ts';
import type { Breach, ClusterRule } from '../finding.ts';

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
