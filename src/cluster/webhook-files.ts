import { posix } from 'node:path';
import type { Path } from '../yaml/json-node.ts';
import { groupFilesAt, groupsBringAll, groupsWithout, type GroupPlace } from './file-assets.ts';
import { plainPath } from './groups.ts';
import { isKopsFile, isOrIsBelow } from './kops-files.ts';
import { textAt, type Part } from './kubeconfig/nodes.ts';
import { readKubeconfig } from './kubeconfig/read.ts';
import { serverUrl } from './kubeconfig/server-url.ts';
import { choose, isSecure, type FileKey, type FileState } from './kubeconfig/usable.ts';
import { isSeenEverywhere, isVisible } from './placement.ts';
import { assetAt, contentOf, type LocatedAsset, type PresentAudit } from './present.ts';

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
      message: `but no file asset puts a file there${lacking}`,
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
