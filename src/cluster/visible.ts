import { posix } from 'node:path';
import { plainPath } from './distribution.ts';
import { isOrIsBelow } from './kops-files.ts';
import type { Layout } from './layouts.ts';
import type { Place } from './placement.ts';

/** What of the instance the pod sees on every distribution besides its own directories (`context.go`, SSL paths, 1.36). */
const SEEN_EVERYWHERE: readonly string[] = ['/etc/ssl', '/etc/pki/tls', '/etc/pki/ca-trust'];

/**
 * Whether kube-apiserver can see a file that its webhook config names, with every one of the layouts.
 *
 * @param path absolute, or relative to the directory of the webhook config (client-go resolves it so).
 * @param directory that of the webhook config, which is that of the policy: it is always seen.
 */
export function isVisible(path: string, directory: string, place: Place): boolean {
  const absolute = posix.resolve(directory, path);
  if (isOrIsBelow(absolute, directory) || isSeenEverywhere(absolute)) return true;
  const plain = inPlainWords(absolute, place);
  return plain !== null && place.layouts.every((layout) => sees(layout, plain));
}

/** Whether a path lies where the image of the instance keeps files of its own that every API server sees. */
export function isSeenEverywhere(path: string): boolean {
  return SEEN_EVERYWHERE.some((seen) => isOrIsBelow(path, seen));
}

/** Null where the distribution has no such directory for kOps, or it depends on the group. */
function inPlainWords(path: string, { distribution }: Place): string | null {
  const wrong = distribution === 'cos' ? '/srv' : '/etc/srv';
  if (distribution === 'mixed' || isOrIsBelow(path, wrong)) return null;
  return plainPath(path, distribution);
}

function sees(layout: Layout, path: string): boolean {
  return (
    path === '/srv/kubernetes/ca.crt' || [layout.srvMount, ...layout.mounts].some((seen) => isOrIsBelow(path, seen))
  );
}
