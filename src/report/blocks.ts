import type { AuditBlocks, BlockAsset } from '../cluster/audit-blocks.ts';
import { UserError } from '../errors.ts';
import { specToYaml } from '../yaml/print.ts';
import { hclBlock } from './hcl.ts';
import { safeText } from './text.ts';

/** The forms of `enable --blocks`. */
export type BlocksForm = 'yaml' | 'hcl';

/**
 * The blocks of a spec that turn auditing on, to be pasted where we cannot write: into the template a spec is made from. Comments say
 * where they go.
 *
 * @throws UserError for values that the form cannot hold.
 */
export function blocksText(blocks: AuditBlocks, form: BlocksForm): string {
  const body = form === 'yaml' ? yamlBody(blocks) : hclBody(blocks);
  const head = [...WHERE[form], ...sharedNotes(blocks, form), ...(form === 'yaml' ? templateNotes(blocks) : [])];
  return `${head.map((line) => `# ${safeText(line).replaceAll('\n', ' ')}\n`).join('')}${body}`;
}

const WHERE: Readonly<Record<BlocksForm, readonly string[]>> = {
  yaml: ['Paste this below `spec:` of the Cluster, indented as it is here.'],
  hcl: [
    'Paste this into the resource "kops_cluster" of the Terraform provider',
    'terraform-kops/kops. The names were read in its source, not run.',
  ],
};

/** A spec that has one of the blocks must not get a second one of the same name, and what goes is not seen in what is pasted. */
function sharedNotes({ fileAssets, removed, isShared }: AuditBlocks, form: BlocksForm): string[] {
  const [assets, server] = form === 'yaml' ? ['fileAssets', 'kubeAPIServer'] : ['file_assets', 'kube_api_server'];
  const replaced = fileAssets.flatMap(({ replaces }) => replaces ?? []);
  return [
    ...(replaced.length > 0 ? [`Already in ${assets}, to be replaced: ${replaced.join(', ')}.`] : []),
    ...(form === 'yaml' && isShared.fileAssets ? ['The spec has fileAssets: add the entries to that list.'] : []),
    ...(isShared.kubeAPIServer ? [`The spec has ${server}: put the settings into that block.`] : []),
    ...(removed.length > 0 ? [`Take out of ${server}: ${removed.map((key) => keyIn(key, form)).join(', ')}.`] : []),
  ];
}

function keyIn(key: string, form: BlocksForm): string {
  return form === 'yaml' ? key : snakeCase(key);
}

/** As kOps prints it, two columns further in: below `spec:`. */
function yamlBody({ fileAssets, kubeAPIServer }: AuditBlocks): string {
  const spec = {
    ...(fileAssets.length > 0 ? { fileAssets: fileAssets.map(({ value }) => value) } : {}),
    kubeAPIServer,
  };
  return specToYaml(spec).replaceAll(/^(?=.)/gm, '  ');
}

/** What template languages take as theirs wherever it stands. It may not be written out in a comment, or they take that too. */
const OPENINGS: readonly { mark: RegExp; name: string; languages: string }[] = [
  { mark: /\{\{/, name: 'two opening braces', languages: 'Jinja, Helm, gomplate and kops toolbox template' },
  { mark: /\{[%#]/, name: 'an opening brace before a percent or number sign', languages: 'Jinja' },
  { mark: /[$%]\{/, name: 'a dollar or percent sign before an opening brace', languages: 'Terraform and envsubst' },
  { mark: /<%/, name: 'an opening angle bracket before a percent sign', languages: 'ERB' },
];

/** What a template language would not leave as it is. The built-in policies have nothing of the kind. */
function templateNotes({ fileAssets, kubeAPIServer }: AuditBlocks): string[] {
  const texts = [
    ...fileAssets.map(({ value }) => [String(value['name']), JSON.stringify(value)] as const),
    ...Object.entries(kubeAPIServer).map(([key, value]) => [key, String(value)] as const),
  ];
  return OPENINGS.flatMap(({ mark, name, languages }) => {
    const found = texts.filter(([, text]) => mark.test(text)).map(([place]) => place);
    return found.length === 0
      ? []
      : [`In ${found.join(', ')}: ${name}.`, `${languages} would fill that in: escape it.`];
  });
}

function hclBody({ fileAssets, kubeAPIServer }: AuditBlocks): string {
  const lost = Object.entries(kubeAPIServer).filter(([, value]) => value === 0 || value === false || value === '');
  if (lost.length > 0) throw notInProvider(lost.map(([key, value]) => `${snakeCase(key)} = ${JSON.stringify(value)}`));
  const assets = fileAssets.map(({ value }) => hclBlock('file_assets', inOrder(value)));
  const settings = Object.entries(kubeAPIServer).map(
    ([key, value]) => [snakeCase(key), asProviderHas(key, value)] as const,
  );
  return [...assets, hclBlock('kube_api_server', settings)].join('\n');
}

/** The provider cannot tell a zero from nothing, and leaves it out (`pkg/schemas/kops/Resource_KubeAPIServerConfig.generated.go`, for kOps 1.28). */
function notInProvider(settings: readonly string[]): UserError {
  return new UserError(`the Terraform provider for kOps cannot hold ${settings.join(', ')}: it takes that as not set`, {
    hint: 'Give another value, such as --log-max-backups 1000.',
  });
}

const ORDER = ['name', 'path', 'roles', 'mode', 'isBase64', 'content'];

function inOrder(value: BlockAsset['value']): (readonly [string, BlockAsset['value'][string]])[] {
  return ORDER.filter((key) => Object.hasOwn(value, key)).map((key) => [snakeCase(key), value[key] ?? null] as const);
}

/** A quantity is text there (`OptionalQuantity`). */
function asProviderHas(key: string, value: BlockAsset['value'][string] | undefined): BlockAsset['value'][string] {
  return key === 'auditWebhookBatchThrottleQps' ? String(value) : (value ?? null);
}

function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
