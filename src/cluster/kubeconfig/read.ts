import { lookUp } from '../../policy/load/head.ts';
import { explainSyntax } from '../../policy/load/syntax-help.ts';
import { quote } from '../../policy/load/words.ts';
import { decodeYaml } from '../../yaml/decode.ts';
import { fill, type Shape } from '../../yaml/fill.ts';
import { MAX_DEPTH, depthOf, type JsonNode, type Path } from '../../yaml/json-node.ts';
import { readYaml } from '../../yaml/read.ts';

/** Why client-go refuses a kubeconfig: what is wrong, what to do, and where. */
export interface Refusal {
  /** An offset in the text, or the part it is about. */
  at: number | Path;
  message: string;
  mend: string;
}

/** A kubeconfig as client-go decodes it; `root` is null where it does not. */
export interface KubeconfigReading {
  root: Part | null;
  /** What could be read, for the places of the refusals. */
  tree: JsonNode | null;
  refusals: Refusal[];
}

/**
 * Decodes a kubeconfig as `clientcmd.Load` does (`tools/clientcmd/loader.go` of client-go 0.37.2): always as YAML, the first document only,
 * keys in their exact case, and a value of a wrong type refused also where nothing uses it. Never throws.
 */
export function readKubeconfig(text: string): KubeconfigReading {
  const { root: yaml, problem } = readYaml(text);
  if (problem) return refused([syntax(text, problem)]);
  if (!yaml) return { root: { path: [], node: undefined }, tree: null, refusals: [] };
  const decoded = decodeYaml(yaml);
  const fault = decoded.problem ?? tooDeep(decoded.value);
  if (fault) return refused([syntax(text, fault)]);
  const { value: tree } = decoded;
  if (tree.flaw) return refused([syntax(text, { offset: tree.flaw.start, message: tree.flaw.message })]);
  const root: Part = { path: [], node: tree };
  const head = headRefusals(tree);
  const refusals = head.length > 0 ? head : [...typeRefusals(tree), ...nameRefusals(root)];
  return refusals.length > 0 ? refused(refusals, tree) : { root, tree, refusals: [] };
}

function refused(refusals: Refusal[], tree: JsonNode | null = null): KubeconfigReading {
  return { root: null, tree, refusals };
}

function syntax(text: string, { offset, message }: { offset: number; message: string }): Refusal {
  const help = explainSyntax(text, offset, message);
  return { at: help.offset, message: withoutValues(help.message), mend: help.hint ?? 'Correct the line.' };
}

/** What stands in quotes may be a token. */
function withoutValues(message: string): string {
  return message.replaceAll(/"(?:[^"\\]|\\.){4,}"/g, 'a value');
}

function tooDeep(value: JsonNode): { offset: number; message: string } | undefined {
  if (depthOf(value) <= MAX_DEPTH) return undefined;
  return { offset: value.start, message: `it is nested deeper than ${MAX_DEPTH} levels` };
}

const HEAD = 'A kubeconfig starts with "apiVersion: v1" and "kind: Config".';

// `Interpret` in `pkg/runtime/serializer/json/meta.go` of k8s.io/apimachinery 0.37.2. What is missing or empty counts as v1 and Config.
function headRefusals(value: JsonNode): Refusal[] {
  if (value.kind === 'null') return [];
  if (value.kind !== 'map') return [{ at: [], message: 'it is not a map', mend: HEAD }];
  const version = lookUp(value.entries, 'apiVersion', true);
  const kind = lookUp(value.entries, 'kind', true);
  return [
    ...[version, kind].flatMap(({ key, text }) =>
      text === undefined ? [{ at: [key], message: `its ${key} is not text`, mend: HEAD }] : [],
    ),
    ...(['', '/', 'v1', '/v1', undefined].includes(version.text)
      ? []
      : [
          {
            at: [version.key],
            message: `its ${version.key} is ${quote(version.text!)}`,
            mend: 'Write apiVersion: v1.',
          },
        ]),
    ...(['', 'Config', undefined].includes(kind.text)
      ? []
      : [{ at: [kind.key], message: `its ${kind.key} is ${quote(kind.text!)}`, mend: 'Write kind: Config.' }]),
  ];
}

function typeRefusals(value: JsonNode): Refusal[] {
  const refusals: Refusal[] = [];
  fill(value, KUBECONFIG_SHAPE, {
    wrongType: (path, expected, node) => refusals.push(wrongType(path, expected, node)),
    unknownKey: () => {},
    duplicateKey: () => {},
  });
  return refusals;
}

function wrongType(path: Path, expected: string, node: JsonNode): Refusal {
  const name = inWords(path);
  if (expected !== 'base64')
    return {
      at: path,
      message: `${name} must be ${expected}, and is ${KINDS[node.kind]}`,
      mend: typeMend(expected, node),
    };
  const message = `${name} is not base64`;
  return {
    at: path,
    message,
    mend: 'Write the base64 of the whole PEM file, with the = at its end: base64 -w0 < FILE.',
  };
}

const KINDS: Readonly<Record<JsonNode['kind'], string>> = {
  null: 'empty',
  boolean: 'true or false',
  number: 'a number',
  string: 'text',
  list: 'a list',
  map: 'a map',
};

function typeMend(expected: string, { kind }: JsonNode): string {
  if (expected === 'text' && (kind === 'number' || kind === 'boolean')) {
    return 'Put it in quotes: YAML takes it for a number or for true or false.';
  }
  if (expected === 'true or false') return 'Write true or false, without quotes.';
  return `Write ${expected} there, or take the key out.`;
}

/** `['users', 0, 'user', 'token']` as `users[0].user.token`. */
export function inWords(path: Path): string {
  const words = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
  return words.replace(/^\./, '') || 'it';
}

/** Names that stand twice in a list (`tools/clientcmd/api/v1/conversion.go`); an extension of null does not count. */
function nameRefusals(root: Part): Refusal[] {
  const owners = [
    root,
    partAt(root, 'preferences'),
    ...ENTRIES.flatMap(([list, inner]) => itemsAt(root, list).map((item) => partAt(item, inner))),
  ];
  return [
    ...ENTRIES.flatMap(([list]) => twice(itemsAt(root, list))),
    ...owners.flatMap((owner) => twice(itemsAt(owner, 'extensions'), (item) => isThereAt(item, 'extension'))),
  ];
}

/** The lists of a kubeconfig, and the key that holds what an element is about. */
const ENTRIES = [
  ['clusters', 'cluster'],
  ['users', 'user'],
  ['contexts', 'context'],
] as const;

function twice(items: readonly Part[], counts: (item: Part) => boolean = () => true): Refusal[] {
  const seen = new Set<string>();
  return items.flatMap((item) => {
    const name = textAt(item, 'name');
    const again = seen.has(name);
    if (counts(item)) seen.add(name);
    if (!again) return [];
    const list = inWords(item.path.slice(0, -1));
    return [
      {
        at: item.path,
        message: `the name ${quote(name)} appears twice in ${list}`,
        mend: 'Remove one of the two, or rename it.',
      },
    ];
  });
}

const STRINGS: Shape = { list: 'string' };

const EXTENSIONS: Shape = { list: { fields: { name: 'string', extension: 'any' } } };

const CLUSTER: Shape = {
  fields: {
    server: 'string',
    'tls-server-name': 'string',
    'insecure-skip-tls-verify': 'boolean',
    'certificate-authority': 'string',
    'certificate-authority-data': 'bytes',
    'proxy-url': 'string',
    'disable-compression': 'boolean',
    extensions: EXTENSIONS,
  },
};

const EXEC: Shape = {
  fields: {
    command: 'string',
    args: STRINGS,
    env: { list: { fields: { name: 'string', value: 'string' } } },
    apiVersion: 'string',
    installHint: 'string',
    provideClusterInfo: 'boolean',
    interactiveMode: 'string',
  },
};

const USER: Shape = {
  fields: {
    'client-certificate': 'string',
    'client-certificate-data': 'bytes',
    'client-key': 'string',
    'client-key-data': 'bytes',
    token: 'string',
    tokenFile: 'string',
    as: 'string',
    'as-uid': 'string',
    'as-groups': STRINGS,
    'as-user-extra': { map: STRINGS },
    username: 'string',
    password: 'string',
    'auth-provider': { fields: { name: 'string', config: { map: 'string' } } },
    exec: EXEC,
    extensions: EXTENSIONS,
  },
};

const CONTEXT: Shape = { fields: { cluster: 'string', user: 'string', namespace: 'string', extensions: EXTENSIONS } };

/** The shape of a kubeconfig (`tools/clientcmd/api/v1/types.go` of k8s.io/client-go, release 0.37.2). */
const KUBECONFIG_SHAPE: Shape = {
  fields: {
    kind: 'string',
    apiVersion: 'string',
    preferences: { fields: { colors: 'boolean', extensions: EXTENSIONS } },
    clusters: { list: { fields: { name: 'string', cluster: CLUSTER } } },
    users: { list: { fields: { name: 'string', user: USER } } },
    contexts: { list: { fields: { name: 'string', context: CONTEXT } } },
    'current-context': 'string',
    extensions: EXTENSIONS,
  },
};

/** A part of a kubeconfig, and where it is; `node` is undefined where there is no such part, which Go reads as all empty. */
export interface Part {
  path: Path;
  node: JsonNode | undefined;
}

/** The part under a key. */
export function partAt({ path, node }: Part, key: string): Part {
  const entry = node?.kind === 'map' ? node.entries.findLast((each) => each.key === key) : undefined;
  return { path: [...path, key], node: entry?.value };
}

/** The text under a key; empty where there is none, as Go has it. */
export function textAt(part: Part, key: string): string {
  const { node } = partAt(part, key);
  return node?.kind === 'string' ? node.value : '';
}

/** The bytes under a key, one character each. */
export function bytesAt(part: Part, key: string): string {
  const { node } = partAt(part, key);
  if (node?.kind === 'string') return Buffer.from(node.value, 'base64').toString('latin1');
  if (node?.kind !== 'list') return '';
  return node.items.map((item) => String.fromCharCode(item.kind === 'number' ? Number(item.value) : 0)).join('');
}

export function isTrueAt(part: Part, key: string): boolean {
  const { node } = partAt(part, key);
  return node?.kind === 'boolean' && node.value;
}

/** Whether something other than null stands under a key. */
export function isThereAt(part: Part, key: string): boolean {
  const { node } = partAt(part, key);
  return node !== undefined && node.kind !== 'null';
}

/** How many elements the list or map under a key has. */
export function sizeAt(part: Part, key: string): number {
  const { node } = partAt(part, key);
  if (node?.kind === 'list') return node.items.length;
  return node?.kind === 'map' ? node.entries.length : 0;
}

/** The elements of the list under a key. */
export function itemsAt(part: Part, key: string): Part[] {
  const { path, node } = partAt(part, key);
  return node?.kind === 'list' ? node.items.map((item, at) => ({ path: [...path, at], node: item })) : [];
}
