import { posix } from 'node:path';
import { quote } from '../policy/load/words.ts';
import { nearestStretch, type Path } from '../yaml/json-node.ts';
import { positionsOf } from '../yaml/positions.ts';
import { groupFilesAt, groupsBringAll, groupsWithout, type GroupPlace } from './file-assets.ts';
import { plainPath } from './groups.ts';
import { isKopsFile, isOrIsBelow } from './kops-files.ts';
import { inWords, isThereAt, partAt, readKubeconfig, textAt, type Part, type Refusal } from './kubeconfig/read.ts';
import { serverUrl, type GoUrl } from './kubeconfig/server-url.ts';
import {
  NO_PLUGIN,
  choose,
  emptyAuthority,
  isRefused,
  isSecure,
  keyPairFaults,
  tokenTexts,
  type Chosen,
  type FileKey,
  type FileLookup,
  type FileState,
  usableFaults,
} from './kubeconfig/usable.ts';
import { isSeenEverywhere, isVisible } from './placement.ts';
import { assetAt, contentOf, type LocatedAsset, type PresentAudit } from './present.ts';

/** Something that keeps a webhook config from working, or from being safe. */
export interface WebhookProblem {
  rule: 'webhook-unreadable' | 'webhook-asset-missing' | 'webhook-config' | 'webhook-plain-http';
  message: string;
  mend: string;
  line: number;
  column: number;
  /** The part of the config it is about, as `users[0].user.token`. */
  about: string;
}

/**
 * What is wrong with a kubeconfig for the webhook backend. `webhook-unreadable` is what `NewBackend` of k8s.io/apiserver 0.37.2
 * (`plugin/pkg/audit/webhook`) refuses, so that kube-apiserver ends when it starts; only where it refuses nothing the rest is told:
 * events that would not arrive, or could be read on their way.
 *
 * @param files finds the files it names.
 */
export function webhookProblems(text: string, files: FileLookup): WebhookProblem[] {
  const { root, tree, refusals } = readKubeconfig(text);
  const positions = positionsOf(text);
  const placed = <Found extends { at: number | Path }>({ at, ...rest }: Found): Omit<Found, 'at'> & Place => {
    const { line, column } = positions.at(typeof at === 'number' ? at : nearestStretch(tree, at).start);
    return { ...rest, line, column, about: typeof at === 'number' ? 'syntax' : inWords(at) };
  };
  if (!root) return refusals.map((refusal) => ({ rule: 'webhook-unreadable', ...placed(refusal) }));
  const faults = usableFaults(root, files);
  return [...faults, ...(isRefused(faults) ? [] : softFaults(choose(root), files))].map(placed);
}

type Place = Pick<WebhookProblem, 'line' | 'column' | 'about'>;

/** Whether a text is a kubeconfig by the look of it, so that another one may take its place. */
export function isKubeconfig(text: string): boolean {
  const { root } = readKubeconfig(text);
  return root !== null && textAt(root, 'kind') === 'Config' && partAt(root, 'clusters').node?.kind === 'list';
}

type Soft = Omit<Refusal, 'at'> & { rule: WebhookProblem['rule']; at: Path };

function softFaults(chosen: Chosen, files: FileLookup): Soft[] {
  const { url } = serverUrl(textAt(chosen.cluster, 'server'));
  if (!url) return [];
  const at = [...chosen.cluster.path, 'server'];
  return [
    ...(/[<>${}]/.test(url.host) ? [PLACEHOLDER].map((rest) => ({ ...rest, at })) : []),
    ...(isSecure(url) ? secureFaults(chosen, files) : [openFault(url, chosen.user, at)]),
  ];
}

const PLACEHOLDER = {
  rule: 'webhook-config',
  message: 'the host of its server has a placeholder in it',
  mend: 'Write the name or the address of the collector.',
} as const;

const HTTPS = 'Write https://, and the CA into certificate-authority-data.';

function openFault({ scheme, hasUser }: GoUrl, user: Part, at: Path): Soft {
  const config = { rule: 'webhook-config', at, mend: HTTPS } as const;
  if (scheme !== 'http') {
    return {
      ...config,
      message: `its server has the scheme ${quote(scheme)}: kube-apiserver sends only to https and http`,
    };
  }
  if (hasUser)
    return { ...config, message: 'its server is plain http, and the user in the address can be read in transit' };
  const key = CREDENTIALS.find((each) => isThereAt(user, each));
  if (key === undefined) {
    return {
      ...config,
      rule: 'webhook-plain-http',
      message: 'its server is plain http: the events can be read in transit',
    };
  }
  const message = `its server is plain http, and its user has ${key}: client-go sends no credentials over http, so the server takes the events from anybody or from nobody`;
  return { ...config, message };
}

const CREDENTIALS = [
  'token',
  'tokenFile',
  'username',
  'password',
  'client-certificate-data',
  'client-certificate',
  'exec',
  'auth-provider',
] as const;

function secureFaults({ cluster, user }: Chosen, files: FileLookup): Soft[] {
  return [
    ...tokenFaults(user, 'token', [textAt(user, 'token')]),
    // Blanks around it are cut off (`fileTokenSource` in `transport/token_source.go`).
    ...tokenFaults(
      user,
      'tokenFile',
      tokenTexts(user, files).map((text) => text.trim() || '\n'),
    ),
    ...(isThereAt(user, 'exec') ? [soft(user, 'exec', 'its user gets credentials from exec', NO_PLUGIN)] : []),
    ...[...emptyAuthority(cluster, files), ...keyPairFaults(user, files)].map(
      ({ at, message, mend }) => ({ rule: 'webhook-config', at, message, mend }) as const,
    ),
  ];
}

function tokenFaults(user: Part, key: 'token' | 'tokenFile', texts: readonly string[]): Soft[] {
  const text = texts.find((each) => /[\u0000-\u0008\u000A-\u001F\u007F]/.test(each));
  if (text === undefined) return [];
  const message =
    text === '\n'
      ? `its ${key} holds no token`
      : `its ${key} has a line break or another control character in it: no request can carry it`;
  return [soft(user, key, message, 'Write the token on one line, in quotes where it is not in a file.')];
}

function soft(part: Part, key: string, message: string, mend: string): Soft {
  return { rule: 'webhook-config', at: [...part.path, key], message, mend };
}

/** A file that a webhook config names: it is part of what auditing needs on each instance with an API server. */
export interface NamedFile {
  key: FileKey;
  /** As it is written in the config. */
  value: string;
  path: string;
  /** Where in the config. */
  at: Path;
  /** kube-apiserver does not start without it. */
  isNeeded: boolean;
}

/**
 * The files that client-go reads for a webhook config (`validation.go` of `tools/clientcmd`, client-go 0.37.2); none where it does not load.
 *
 * @param directory that of the config: relative paths count from there (`ResolveLocalPaths` in `loader.go`).
 */
export function namedFiles(text: string, directory: string): NamedFile[] {
  const { root } = readKubeconfig(text);
  if (!root) return [];
  const { cluster, user } = choose(root);
  const url = serverUrl(textAt(cluster, 'server')).url;
  const named = (part: Part, key: FileKey, isNeeded = true): NamedFile[] => {
    const value = textAt(part, key);
    const at = [...part.path, key];
    return value === '' ? [] : [{ key, value, path: posix.resolve(directory, value), at, isNeeded }];
  };
  const needsToken = url !== null && isSecure(url) && textAt(user, 'token') === '';
  return [
    ...named(cluster, 'certificate-authority'),
    ...named(user, 'client-certificate'),
    ...(textAt(user, 'client-certificate') === '' && textAt(user, 'client-certificate-data') === ''
      ? []
      : named(user, 'client-key')),
    ...named(user, 'tokenFile', needsToken),
  ];
}

/** What decides whether kube-apiserver finds a file. */
export interface FilePlace extends GroupPlace {
  assets: readonly LocatedAsset[];
}

/**
 * How kube-apiserver finds a file that its webhook config names: it must be mounted, and a file asset must put it there, if it is not one
 * of kOps or of the system.
 *
 * @param directory that of the webhook config.
 */
export function findNamed(value: string, key: FileKey, directory: string, place: FilePlace): FileState {
  const path = posix.resolve(directory, value);
  const inline = key === 'tokenFile' ? 'Write the token itself' : `Inline it as ${key}-data`;
  if (!isVisible(path, directory, place)) {
    const mend = `${inline}, or put the file into ${directory}.`;
    return { isThere: false, rule: 'webhook-unreadable', message: 'which kube-apiserver cannot see', mend };
  }
  if (isDirectory(path, directory, place)) {
    const mend = `Name the file, or ${inline.charAt(0).toLowerCase()}${inline.slice(1)}.`;
    return { isThere: false, rule: 'webhook-unreadable', message: 'which is a directory', mend };
  }
  const ofGroups = groupFilesAt(path, place);
  const isOfGroups = groupsBringAll(path, place);
  const own = isOfGroups ? null : assetAt(place.assets, path);
  if (!own && ofGroups.length === 0 && isFromElsewhere(path, place)) return { isThere: true, texts: [] };
  if (!own && !isOfGroups) {
    const lacking =
      ofGroups.length > 0
        ? ` in ${groupsWithout(path, place)
            .map(({ name }) => name)
            .join(', ')}`
        : '';
    const mend = `Add a file asset with path: ${path}. ${inline}, and no file is needed.`;
    return {
      isThere: false,
      rule: 'webhook-asset-missing',
      message: `but no file asset writes that file${lacking}`,
      mend,
    };
  }
  return { isThere: true, texts: [...(own ? [own.asset] : []), ...ofGroups.map(({ asset }) => asset)].map(contentOf) };
}

/** Whether a file is put below a path, the webhook config or any other. */
function isDirectory(path: string, directory: string, { assets }: FilePlace): boolean {
  return isOrIsBelow(directory, path) || assets.some((other) => other.path.startsWith(`${path}/`));
}

function isFromElsewhere(path: string, { distribution }: FilePlace): boolean {
  return isSeenEverywhere(path) || isKopsFile(plainPath(path, distribution));
}

/** What `enable` calls a copy of a file that the webhook config names. */
export const COPY_NAME = 'audit-webhook-file';

/** The file assets of the Cluster that its webhook config names: the copies that `enable` made, and those of somebody else. */
export function assetsOfWebhook({
  webhook,
  policy,
  assets,
}: PresentAudit): Record<'copies' | 'others', LocatedAsset[]> {
  if (!webhook) return { copies: [], others: [] };
  const named = namedFiles(contentOf(webhook.asset), posix.dirname(webhook.path)).map(({ path }) =>
    assetAt(assets, path),
  );
  const found = [...new Set(named)]
    .filter((located) => located !== null)
    .filter((located) => located !== policy && located !== webhook);
  const directory = posix.dirname(webhook.path);
  return {
    copies: assets.filter((located) => isCopyIn(located, directory)),
    others: found.filter((located) => !isCopyIn(located, directory)),
  };
}

/** Whether a file asset is a copy that `enable` put beside the webhook config; one that it names no longer is one as well. */
export function isCopyIn({ asset, path }: LocatedAsset, directory: string): boolean {
  return posix.dirname(path) === directory && /^audit-webhook-file(?:-\d+)?$/.test(asset.name ?? '');
}
