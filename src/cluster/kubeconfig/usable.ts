import { quote } from '../../policy/load/words.ts';
import type { Path } from '../../yaml/json-node.ts';
import { holdsCertificate, pairProblem } from './certificates.ts';
import { bytesAt, isThereAt, isTrueAt, itemsAt, partAt, sizeAt, textAt, type Part, type Refusal } from './read.ts';
import { parseUrl, serverUrl, type GoUrl } from './server-url.ts';

/** The keys of a kubeconfig that name files. */
export type FileKey = 'certificate-authority' | 'client-certificate' | 'client-key' | 'tokenFile';

/** A file as kube-apiserver finds it. */
export type FileState =
  /** No such file, or none it can see; `rule` is the lint rule that says so. */
  | { isThere: false; rule: 'webhook-unreadable' | 'webhook-asset-missing'; message: string; mend: string }
  /** What it may hold, one text for each kind of instance; none where that is not known. */
  | { isThere: true; texts: readonly string[] };

/** Finds a file that a kubeconfig names; a relative path counts from its directory. */
export type FileLookup = (path: string, key: FileKey) => FileState;

/** A refusal by client-go, or by us for a file that may come to be there in another way. */
export interface Fault extends Refusal {
  at: Path;
  rule: 'webhook-unreadable' | 'webhook-asset-missing';
}

/** What client-go takes out of a kubeconfig. */
export interface Chosen {
  cluster: Part;
  user: Part;
  /** The names its context has for them. */
  names: { cluster: string; user: string };
}

/** What is chosen, and whether the context and the cluster are there at all. */
interface Choice extends Chosen {
  context: Part | null;
  hasCluster: boolean;
}

/** The cluster and the user that the current context leads to; what is not there counts as empty, as client-go has it. */
export function choose(root: Part): Choice {
  const found = named(root, 'contexts', 'context', textAt(root, 'current-context'));
  const context = found ?? { path: ['current-context'], node: undefined };
  const names = { cluster: textAt(context, 'cluster'), user: textAt(context, 'user') };
  const cluster = named(root, 'clusters', 'cluster', names.cluster);
  const user = named(root, 'users', 'user', names.user) ?? { path: [...context.path, 'user'], node: undefined };
  const none = { path: [...context.path, 'cluster'], node: undefined };
  return { cluster: cluster ?? none, user, names, context: found, hasCluster: cluster !== null };
}

function named(root: Part, list: string, key: string, name: string): Part | null {
  const item = itemsAt(root, list).find((each) => textAt(each, 'name') === name);
  return item ? partAt(item, key) : null;
}

/**
 * Why client-go makes no client of a kubeconfig that it decodes: first `ConfirmUsable` of `tools/clientcmd/client_config.go` with
 * `validation.go`, then `rest/url_utils.go`, `rest/transport.go`, `transport/transport.go` and `round_trippers.go` (client-go 0.37.2).
 */
export function usableFaults(root: Part, files: FileLookup): Fault[] {
  const chosen = choose(root);
  const first = [
    ...contextFaults(root, chosen.context),
    ...clusterFaults(root, chosen, files),
    ...userFaults(chosen.user, files),
  ];
  return isRefused(first) ? first : [...first, ...clientFaults(chosen, files)];
}

/** Whether something of it is sure; a file that is missing may come in another way, and must hide nothing that is sure. */
export function isRefused(faults: readonly Fault[]): boolean {
  return faults.some(({ rule }) => rule === 'webhook-unreadable');
}

function fault(part: Part, key: string, message: string, mend: string): Fault {
  return { rule: 'webhook-unreadable', at: [...part.path, key], message, mend };
}

function contextFaults(root: Part, context: Part | null): Fault[] {
  const name = textAt(root, 'current-context');
  if (context || name === '') return [];
  return [
    fault(root, 'current-context', `it has no context named ${quote(name)}`, 'Add the context, or correct the name.'),
  ];
}

function clusterFaults(root: Part, choice: Choice, files: FileLookup): Fault[] {
  const { cluster } = choice;
  const missing = serverFault(root, choice);
  const proxy = textAt(cluster, 'proxy-url');
  return [
    ...(missing ? [missing] : []),
    ...(proxy === '' ? [] : proxyFaults(cluster, proxy)),
    ...both(cluster, 'certificate-authority'),
    ...fileFaults(cluster, 'certificate-authority', files),
  ];
}

function serverFault(root: Part, { cluster, names: { cluster: name }, context, hasCluster }: Choice): Fault | null {
  if (textAt(cluster, 'server') !== '') return null;
  const mend = 'Name the server that takes the events: server: https://HOST/PATH.';
  if (hasCluster) return fault(cluster, 'server', 'it has no server', mend);
  if (!context) {
    if (textAt(root, 'current-context') !== '') return null;
    return fault(root, 'current-context', 'it has no current-context', 'Name the context to use in current-context.');
  }
  if (name === '')
    return fault(context, 'cluster', 'its context names no cluster', 'Write cluster: NAME into the context.');
  return fault(context, 'cluster', `it has no cluster named ${quote(name)}`, 'Add the cluster, or correct the name.');
}

function proxyFaults(cluster: Part, proxy: string): Fault[] {
  const { url, problem } = parseUrl(proxy);
  const mend = 'Write proxy-url: http://HOST:PORT, or take the key out.';
  if (!url) return [fault(cluster, 'proxy-url', `its proxy-url cannot be read: ${problem}`, mend)];
  if (['http', 'https', 'socks5'].includes(url.scheme)) return [];
  const what = url.scheme === '' ? 'no scheme' : `the scheme ${quote(url.scheme)}`;
  return [fault(cluster, 'proxy-url', `its proxy-url has ${what}; it must be http, https or socks5`, mend)];
}

function both(part: Part, key: Exclude<FileKey, 'tokenFile'>): Fault[] {
  if (textAt(part, key) === '' || bytesAt(part, `${key}-data`) === '') return [];
  return [fault(part, key, `it has ${key} and ${key}-data`, `Keep one of the two: ${key}-data needs no file.`)];
}

function fileFaults(part: Part, key: FileKey, files: FileLookup): Fault[] {
  const path = textAt(part, key);
  if (path === '') return [];
  const state = files(path, key);
  if (state.isThere) return [];
  return [
    { rule: state.rule, at: [...part.path, key], message: `its ${key} is ${path}, ${state.message}`, mend: state.mend },
  ];
}

function userFaults(user: Part, files: FileLookup): Fault[] {
  return [...certificateFaults(user, files), ...execFaults(user), ...methodFaults(user), ...impersonationFaults(user)];
}

function has(part: Part, key: 'certificate-authority' | 'client-certificate' | 'client-key'): boolean {
  return textAt(part, key) !== '' || bytesAt(part, `${key}-data`) !== '';
}

function certificateFaults(user: Part, files: FileLookup): Fault[] {
  if (!has(user, 'client-certificate')) return [];
  const present = textAt(user, 'client-certificate') === '' ? 'client-certificate-data' : 'client-certificate';
  return [
    ...both(user, 'client-certificate'),
    ...both(user, 'client-key'),
    ...(has(user, 'client-key')
      ? []
      : [fault(user, present, 'its user has a client certificate but no key', 'Add client-key-data.')]),
    ...fileFaults(user, 'client-certificate', files),
    ...fileFaults(user, 'client-key', files),
  ];
}

const OLD_EXEC = ['client.authentication.k8s.io/v1beta1', 'client.authentication.k8s.io/v1alpha1'];

function execFaults(user: Part): Fault[] {
  if (!isThereAt(user, 'exec')) return [];
  const exec = partAt(user, 'exec');
  const mode = textAt(exec, 'interactiveMode') || (OLD_EXEC.includes(textAt(exec, 'apiVersion')) ? 'IfAvailable' : '');
  const wrong = (key: string, message: string): Fault => fault(exec, key, message, NO_PLUGIN);
  return [
    ...(isThereAt(user, 'auth-provider')
      ? [fault(user, 'exec', 'its user has exec and auth-provider', NO_PLUGIN)]
      : []),
    ...['command', 'apiVersion']
      .filter((key) => textAt(exec, key) === '')
      .map((key) => wrong(key, `the exec of its user has no ${key}`)),
    ...itemsAt(exec, 'env')
      .filter((each) => textAt(each, 'name') === '')
      .map((each) => fault(each, 'name', 'the exec of its user has an env without a name', NO_PLUGIN)),
    ...(mode === '' ? [wrong('interactiveMode', 'the exec of its user has no interactiveMode')] : []),
    ...(['', 'Never', 'IfAvailable', 'Always'].includes(mode)
      ? []
      : [wrong('interactiveMode', `the interactiveMode of its user's exec is ${quote(mode)}`)]),
  ];
}

/** What to do about credentials from a program. */
export const NO_PLUGIN = "kube-apiserver's container has no such program: use a token or a client certificate.";

function methodFaults(user: Part): Fault[] {
  if (textAt(user, 'token') === '' || (textAt(user, 'username') === '' && textAt(user, 'password') === '')) return [];
  const key = textAt(user, 'username') === '' ? 'password' : 'username';
  return [fault(user, key, `its user has a token and a ${key}`, 'Keep one of the two.')];
}

function impersonationFaults(user: Part): Fault[] {
  const keys = ['as-uid', 'as-groups', 'as-user-extra'];
  const key = keys.find((each) => textAt(user, each) !== '' || sizeAt(user, each) > 0);
  if (key === undefined || textAt(user, 'as') !== '') return [];
  return [fault(user, key, `its user has ${key} but no as`, `Name the user to act as in as, or take ${key} out.`)];
}

/** What is only looked at where everything so far is right: the address, and for https the credentials. */
function clientFaults(chosen: Chosen, files: FileLookup): Fault[] {
  const { cluster, user } = chosen;
  const { url, problem } = serverUrl(textAt(cluster, 'server'));
  if (!url) {
    const mend = 'Write it as https://HOST:PORT/PATH.';
    return [fault(cluster, 'server', `its server is not an address: ${problem}`, mend)];
  }
  if (!isSecure(url)) return [];
  return [
    ...pluginFaults(user),
    ...tokenFileFaults(user, files),
    ...authorityFaults(cluster, files),
    ...pairFaults(user, files),
  ];
}

/** Whether client-go sends credentials to an address at all. */
export function isSecure({ scheme }: GoUrl): boolean {
  return scheme === 'https';
}

function pluginFaults(user: Part): Fault[] {
  const provider = partAt(user, 'auth-provider');
  const version = textAt(partAt(user, 'exec'), 'apiVersion');
  const known = ['client.authentication.k8s.io/v1beta1', 'client.authentication.k8s.io/v1'];
  return [
    ...(isThereAt(user, 'auth-provider')
      ? [
          fault(
            user,
            'auth-provider',
            `kube-apiserver knows no auth-provider ${quote(textAt(provider, 'name'))}`,
            NO_PLUGIN,
          ),
        ]
      : []),
    ...(isThereAt(user, 'exec') && !known.includes(version)
      ? [fault(partAt(user, 'exec'), 'apiVersion', `the apiVersion of its user's exec is ${quote(version)}`, NO_PLUGIN)]
      : []),
  ];
}

function tokenFileFaults(user: Part, files: FileLookup): Fault[] {
  if (textAt(user, 'tokenFile') === '') return [];
  const basic: Fault[] =
    textAt(user, 'username') === ''
      ? []
      : [fault(user, 'username', 'its user has a tokenFile and a username', 'Keep one of the two.')];
  if (textAt(user, 'token') !== '') return basic;
  const empty = tokenTexts(user, files).includes('')
    ? [fault(user, 'tokenFile', 'its tokenFile is empty', 'Put the token there.')]
    : [];
  return [...basic, ...fileFaults(user, 'tokenFile', files), ...empty];
}

/** What the file of the token may hold, where it counts. */
export function tokenTexts(user: Part, files: FileLookup): readonly string[] {
  const path = textAt(user, 'tokenFile');
  if (path === '' || textAt(user, 'token') !== '') return [];
  const state = files(path, 'tokenFile');
  return state.isThere ? state.texts : [];
}

function authorityFaults(cluster: Part, files: FileLookup): Fault[] {
  if (!has(cluster, 'certificate-authority')) return [];
  if (isTrueAt(cluster, 'insecure-skip-tls-verify')) {
    const mend = 'Take insecure-skip-tls-verify out: the CA tells whether the server is the right one.';
    return [fault(cluster, 'insecure-skip-tls-verify', 'it has insecure-skip-tls-verify and a CA', mend)];
  }
  const [key, texts] = contentsOf(cluster, 'certificate-authority', files);
  if (texts.every((text) => text === '' || holdsCertificate(text))) return [];
  const mend = key.endsWith('-data') ? PEM_DATA : 'Put the certificate of the CA there, as PEM.';
  return [fault(cluster, key, `its ${key} holds no certificate`, mend)];
}

const PEM_DATA = 'It must be the base64 of a PEM file: base64 -w0 < FILE.';

/** The key that counts, and what it may hold, one character a byte. */
function contentsOf(part: Part, key: Exclude<FileKey, 'tokenFile'>, files: FileLookup): [string, string[]] {
  const data = bytesAt(part, `${key}-data`);
  if (data !== '') return [`${key}-data`, [data]];
  const state = files(textAt(part, key), key);
  const texts = state.isThere ? state.texts : [];
  return [key, texts.map((text) => Buffer.from(text, 'utf8').toString('latin1'))];
}

/** An empty CA counts as none: the server is checked against those of kube-apiserver's own system. */
export function emptyAuthority(cluster: Part, files: FileLookup): Fault[] {
  if (!has(cluster, 'certificate-authority')) return [];
  const [key, texts] = contentsOf(cluster, 'certificate-authority', files);
  return texts.includes('') ? [fault(cluster, key, `its ${key} is empty`, 'Put the CA there, as PEM.')] : [];
}

/** Where both are files they are read at each connection only, and keep nothing from starting. */
function pairFaults(user: Part, files: FileLookup): Fault[] {
  if (bytesAt(user, 'client-certificate-data') === '' && bytesAt(user, 'client-key-data') === '') return [];
  return keyPairFaults(user, files);
}

/** What is wrong with the client certificate and its key, whether kube-apiserver looks at them when it starts or later. */
export function keyPairFaults(user: Part, files: FileLookup): Fault[] {
  if (!has(user, 'client-certificate')) return [];
  const [certificateKey, certificates] = contentsOf(user, 'client-certificate', files);
  const [keyKey, keys] = contentsOf(user, 'client-key', files);
  const problems = certificates.flatMap((certificate) => keys.map((key) => pairProblem(certificate, key)));
  const problem = problems.find((each) => each !== null);
  if (!problem || problems.includes(null)) return [];
  const key = problem.part === 'certificate' ? certificateKey : keyKey;
  return [
    fault(
      user,
      key,
      `its ${key} ${problem.message}`,
      key.endsWith('-data') ? PEM_DATA : 'Put the PEM of the two there.',
    ),
  ];
}
