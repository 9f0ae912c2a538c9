import { posix } from 'node:path';
import { auditLogPlace } from '../cluster/present.ts';
import type { KopsObject } from '../cluster/types.ts';
import { UserError } from '../errors.ts';

/** Where the audit log lies on each node with an API server. */
export interface LogPlace {
  directory: string;
  /** The file that is written to; what is rotated away has its name, a time and its ending. */
  name: string;
  /** Others write there too: the collector can read their logs. */
  isShared: boolean;
}

/** A cluster's spec, with its instance groups. */
export interface ShippedSpec {
  cluster: KopsObject;
  groups: readonly KopsObject[];
}

/** Where the collector keeps what it has read, and its queue: `/var` can be written to and stays on each image of kOps, COS included. */
export const STATE_ROOT = '/var/lib/kops-audit';

/** What a collector may not be given to read: keys, sockets and the files of others lie there. */
const NOT_ALONE: readonly string[] = [
  '/',
  '/boot',
  '/dev',
  '/etc',
  '/etc/kubernetes',
  '/etc/srv',
  '/etc/srv/kubernetes',
  '/home',
  '/media',
  '/mnt',
  '/opt',
  '/proc',
  '/root',
  '/run',
  '/srv',
  '/srv/kubernetes',
  '/sys',
  '/tmp',
  '/usr',
  '/var',
  '/var/cache',
  '/var/lib',
  '/var/lib/kubelet',
  '/var/run',
  '/var/tmp',
];

const SHARED = '/var/log';

/**
 * Where the log of a cluster lies, by its spec. An instance group has no say in it: kOps has `kubeAPIServer` in the Cluster only
 * (`pkg/apis/kops/instancegroup.go`, 1.19 to 1.37).
 *
 * @throws UserError where there is no file to be read, or its directory cannot be given to a collector by itself.
 */
export function logPlaceOf({ cluster }: ShippedSpec): LogPlace {
  const { name } = cluster.metadata;
  const place = auditLogPlace(cluster);
  if (place.kind !== 'file') throw NO_FILE[place.kind](name);
  const clean = posix.normalize(place.path);
  if (!clean.startsWith('/') || clean.endsWith('/')) throw noPath(name, place.path);
  return placeOf(clean, name);
}

function placeOf(path: string, cluster: string): LogPlace {
  const directory = posix.dirname(path);
  const isOurs = `${path}/`.startsWith(`${STATE_ROOT}/`);
  if (NOT_ALONE.includes(directory) || isOurs) throw notAlone(cluster, path, directory);
  if (/[*?[\]{}\\\p{Cc}]/u.test(path)) throw noGlob(cluster, path);
  return { directory, name: posix.basename(path), isShared: directory === SHARED };
}

const MOVE = 'kops-audit enable --log-path /var/log/kube-audit/audit.log';

function isOff(name: string): UserError {
  return new UserError(`${name} has no audit log to ship: auditing is off in its spec`, {
    hint: `Turn it on first: kops-audit enable --cluster ${name}`,
  });
}

function onlyWebhook(name: string): UserError {
  return new UserError(`${name} keeps no audit log: its events only go to a webhook`, {
    hint: `Keep a log as well: ${MOVE}`,
  });
}

function onStdout(name: string): UserError {
  return new UserError(`the audit log of ${name} goes to the stdout of its API servers`, {
    hint: `Events stand between other lines there, and long ones are broken at 16 KiB, so it can't be shipped whole. Move it to a file: ${MOVE}`,
  });
}

const NO_FILE = { off: isOff, webhook: onlyWebhook, stdout: onStdout } as const;

function noPath(name: string, path: string): UserError {
  return new UserError(`auditLogPath of ${name} is ${JSON.stringify(path)}, which is not the path of a file`, {
    hint: `Give the log a path that begins with a slash: ${MOVE}`,
  });
}

function notAlone(name: string, path: string, directory: string): UserError {
  return new UserError(`the audit log of ${name} is ${path}: its directory can't be given to a collector`, {
    hint: `A collector reads a whole directory, and ${directory} holds what is not for it. Move the log: ${MOVE}`,
  });
}

function noGlob(name: string, path: string): UserError {
  return new UserError(`the audit log of ${name} is ${JSON.stringify(path)}, with characters that mean a pattern`, {
    hint: `A collector would look for other files. Move the log: ${MOVE}`,
  });
}
