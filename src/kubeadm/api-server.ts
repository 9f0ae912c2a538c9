import { posix } from 'node:path';
import { readVersion } from '../cluster/release.ts';
import type { Fault } from './faults.ts';
import { isOpen, member, type Part, type Place, textOf } from './parts.ts';
import { effectiveName } from './server-flags.ts';

/** What writes the pod of kube-apiserver: kubeadm, kind through kubeadm, or a person. */
type Tool = 'kubeadm' | 'kind' | 'pod';

/** A flag as kube-apiserver gets it. */
export interface Flag {
  /** The word of the command line, as it is: `--audit-log-path=/var/log/audit.log`. */
  word: string;
  /** What stands between the dashes and the `=`. */
  name: string;
  /** null: there is none, neither behind a `=` nor in the next word. */
  value: string | null;
  /** Where its name stands, and its value. */
  place: Place;
  valuePlace: Place;
}

/** What kind of thing a mount shows: a path of the node, memory that goes with the pod, anything else, or nothing. */
type MountSource = 'host' | 'empty' | 'other' | 'none';

/** A directory or file that the container of kube-apiserver sees, with the volume behind it. */
export interface Mount {
  volume: string;
  /** As it is written; empty where it is not. */
  mountPath: string;
  source: MountSource;
  /** The path on the node; empty where there is none. */
  hostPath: string;
  /** What must be there (`Directory`, `File`…); empty: anything, and a directory is made of nothing. */
  pathType: string;
  /** What of the volume is shown; empty: all. */
  subPath: string;
  readOnly: boolean;
  /** Who wants it: the document; kubeadm by itself, always or on nodes that have the directory. */
  from: 'document' | 'kubeadm' | 'perhaps kubeadm';
  /** Where it stands, and its parts; those that are not written at the mount itself. */
  places: Readonly<Record<'mount' | 'volume' | 'mountPath' | 'hostPath' | 'pathType' | 'readOnly', Place>>;
}

/** A node of kind's control plane, and the paths in it that come from the machine kind runs on. */
export interface ControlNode {
  paths: readonly string[];
  place: Place;
}

/** What one document says of a kube-apiserver: written once, so that the rules need not know from what. */
export interface ApiServer {
  tool: Tool;
  /** The apiVersion of the configuration; of a pod empty. */
  apiVersion: string;
  /** What the document says; null: nothing that can be read. */
  kubernetesVersion: string | null;
  /** In the order of the command line: of two of one name the last wins. */
  flags: readonly Flag[];
  /** Words of the command line that are no flags: kube-apiserver refuses them. */
  words: readonly { word: string; place: Place }[];
  /** In the order of the pod. */
  mounts: readonly Mount[];
  /** Mounts that another one of the same volume name takes the place of. */
  replaced: readonly { mount: Mount; by: Mount }[];
  /** More flags and mounts may come from what cannot be read: what is missing here may be there. */
  isPartial: boolean;
  /** The nodes of kind whose files are known; none where nothing is. */
  nodes: readonly ControlNode[];
  /** Where to tell what is missing. */
  place: Place;
}

/** What could be read of a document, and what a tool reads otherwise. */
export interface Read {
  /** null: the document says nothing of kube-apiserver. */
  server: ApiServer | null;
  faults: Fault[];
}

/** The flag of a name that counts; undefined where there is none. */
export function flagOf({ flags }: ApiServer, name: string): Flag | undefined {
  return flags.findLast((flag) => effectiveName(flag.name) === name);
}

/** What the flag of a name says; empty where there is none or it says nothing. */
export function valueOf(server: ApiServer, name: string): string {
  return flagOf(server, name)?.value ?? '';
}

/** A path in the container, as kube-apiserver resolves it: its working directory is `/`. */
export function clean(path: string): string {
  return posix.resolve('/', path);
}

/** Whether a path is another one or lies below it. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

/** Where a path of the container is from. */
export interface Mounted {
  mount: Mount;
  /** The mount is this very path: a file, not a directory above it. */
  isItself: boolean;
  /** The path on the node; undefined where it has none that can be told. */
  nodePath: string | undefined;
}

/** The mount that a path of the container lies in: the deepest, and of several at one place the last. undefined: it is in no mount. */
export function mountedAt({ mounts }: Pick<ApiServer, 'mounts'>, path: string): Mounted | undefined {
  const wanted = clean(path);
  let best: Mount | undefined;
  for (const mount of mounts) {
    if (mount.mountPath === '' || !isWithin(wanted, clean(mount.mountPath))) continue;
    if (!best || clean(mount.mountPath).length >= clean(best.mountPath).length) best = mount;
  }
  if (!best) return undefined;
  return { mount: best, isItself: clean(best.mountPath) === wanted, nodePath: nodePathOf(best, wanted) };
}

function nodePathOf(mount: Mount, path: string): string | undefined {
  if (mount.source !== 'host' || !mount.hostPath.startsWith('/') || isOpen(mount.hostPath)) return undefined;
  return posix.join(mount.hostPath, mount.subPath, path.slice(clean(mount.mountPath).length)).replace(/(.)\/$/, '$1');
}

/** The release that the tag of the image says, of a container or of a node of kind. */
export function imageVersion(part: Part | undefined): string | null {
  const [, tag = ''] = /:(v\d+\.\d+\.\d+(?:-[\w.]+)?)(?:[-_@]|$)/.exec(textOf(member(part, 'image')) ?? '') ?? [];
  return readVersion(tag);
}
