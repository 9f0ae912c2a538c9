import { grouped } from '../../grouped.ts';
import { posix } from 'node:path';
import {
  type ApiServer,
  clean,
  type Flag,
  flagOf,
  isWithin,
  type Mount,
  mountedAt,
  type Mounted,
} from '../../kubeadm/api-server.ts';
import { isOpen } from '../../kubeadm/parts.ts';
import { compareVersions } from '../../cluster/release.ts';
import { list, type ServerBreach, type ServerRule, serverRule } from '../rule.ts';
import type { ServerInput } from './flags.ts';

/** A file that kube-apiserver reads at its start, or the log it writes, and where in the pod it lies. */
interface NamedFile {
  what: 'policy' | 'webhook config' | 'log';
  flag: Flag;
  path: string;
  /** undefined: it is in no mount. */
  at: Mounted | undefined;
}

const FILE_FLAGS = [
  ['audit-policy-file', 'policy'],
  ['audit-webhook-config-file', 'webhook config'],
  ['audit-log-path', 'log'],
] as const;

/** The files that the audit flags name; none that is filled in elsewhere, nor the standard output. */
function filesOf(server: ApiServer): NamedFile[] {
  return FILE_FLAGS.flatMap(([name, what]) => {
    const flag = flagOf(server, name);
    if (!flag?.value || isOpen(flag.value) || (what === 'log' && flag.value === '-')) return [];
    return [{ what, flag, path: flag.value, at: mountedAt(server, flag.value) }];
  });
}

function readFiles(server: ApiServer): NamedFile[] {
  return filesOf(server).filter(({ what }) => what !== 'log');
}

function logOf(server: ApiServer): NamedFile | undefined {
  return filesOf(server).find(({ what }) => what === 'log');
}

const NO_START =
  'kube-apiserver does not start: it finds no such file in its container, and is restarted again and again.';
const LOST = 'The log is written inside the container and is gone with it, at the next restart of the pod.';

/** Rules about the files that auditing needs: are they in the container, and what is mounted there? */
export const FILE_RULES: readonly ServerRule<ServerInput>[] = [
  notMounted('policy-not-mounted', 'policy'),
  notMounted('webhook-not-mounted', 'webhook config'),
  serverRule({
    id: 'log-not-mounted',
    severity: 'error',
    fatal: false,
    why: LOST,
    check: ({ server }: ServerInput) => logBreach(server, ({ at }) => at === undefined && !server.isPartial),
    say: ({ path }) => ({
      message: `the log ${path} is in no mount of the pod`,
      fix: mountFix(path, 'DirectoryOrCreate'),
    }),
  }),
  serverRule({
    id: 'log-file-mount',
    severity: 'error',
    fatal: false,
    why: 'A file that is mounted cannot be renamed. When it is full, at --audit-log-maxsize, it stays so and every further event is lost.',
    check: logAsFile,
    say: ({ path, isDirectory }) => ({
      message: isDirectory
        ? `the log ${path} would be a directory: it is mounted as one`
        : `the log ${path} is mounted as a file`,
      fix: mountFix(path, 'DirectoryOrCreate'),
      ...(isDirectory ? { why: 'kube-apiserver cannot write to a directory, and does not start.' } : {}),
    }),
  }),
  serverRule({
    id: 'log-mount-read-only',
    severity: 'error',
    fatal: true,
    why: 'kube-apiserver does not start when it cannot open its log.',
    check: logReadOnly,
    say: ({ path, mountPath, isOfKubeadm }) => ({
      message: `the log ${path} is in ${mountPath}, which is mounted read-only${isOfKubeadm ? ' by kubeadm' : ''}`,
      fix: isOfKubeadm
        ? 'Give the log a directory of its own, such as /var/log/kubernetes/audit, and mount that.'
        : 'Write readOnly: false there, or leave it out.',
    }),
  }),
  serverRule({
    id: 'log-not-kept',
    severity: 'warning',
    fatal: false,
    why: 'An emptyDir goes with its pod: each change of the manifest deletes the log.',
    check: ({ server }: ServerInput) => logBreach(server, ({ at }) => at?.mount.source === 'empty'),
    say: ({ path }) => ({ message: `the log ${path} is in an emptyDir`, fix: mountFix(path, 'DirectoryOrCreate') }),
  }),
  serverRule({
    id: 'mount-wrong-type',
    severity: 'error',
    fatal: true,
    why: 'Either the kubelet does not start the pod (hostPath type check failed), or kube-apiserver stops.',
    check: wrongType,
    say: ({ what, path, pathType, wanted }) => ({
      message: `the mount of the ${what} ${path} has the type ${pathType}, but must be a ${wanted}`,
      fix: wanted === 'file' ? 'Write File.' : 'Write Directory, or DirectoryOrCreate.',
    }),
  }),
  serverRule({
    id: 'file-mount-without-type',
    severity: 'error',
    fatal: false,
    why: 'On a node without the file the container runtime makes a directory of that name, and kube-apiserver stops: is a directory.',
    check: untypedFile,
    say: ({ what, path, hasSubPath }) => ({
      message: `the ${what} ${path} is mounted as a file, and nothing says that it must be there`,
      fix: hasSubPath
        ? 'Mount its directory.'
        : 'Write the type File. Better: mount its directory, with the type Directory.',
    }),
  }),
  serverRule({
    id: 'mount-without-type',
    severity: 'warning',
    fatal: false,
    why: 'On a node without the directory an empty one is made, and kube-apiserver finds no file in it.',
    check: untypedDirectory,
    say: ({ what, mountPath }) => ({
      message: `the mount ${mountPath} with the ${what} has no type`,
      fix: 'Write the type Directory: then the kubelet says what is missing.',
    }),
  }),
  serverRule({
    id: 'file-mount',
    severity: 'warning',
    fatal: false,
    why: 'A control-plane node that joins without the file does not get an API server.',
    check: typedFile,
    say: ({ what, path, pathType, nodePath }) => ({
      message:
        pathType === 'FileOrCreate'
          ? `where the ${what} ${path} is missing an empty file is made, which kube-apiserver refuses`
          : `the ${what} ${path} must be on each control-plane node before it joins`,
      fix: `Copy ${nodePath} to each control-plane node before kubeadm init and kubeadm join.`,
    }),
  }),
  serverRule({
    id: 'policy-and-log-together',
    severity: 'warning',
    fatal: false,
    why: 'The directory must be writable for the log, so the API server could change its own policy. Made read-only, it stops the log.',
    check: together,
    say: ({ hostPath }) => ({
      message: `the policy and the log are both in ${hostPath} of the node`,
      fix: 'Give each a directory and a mount of its own, that of the policy read-only.',
    }),
  }),
  serverRule({
    id: 'mount-too-wide',
    severity: 'warning',
    fatal: false,
    why: 'The keys of the cluster and admin.conf are then in the container of the API server.',
    check: tooWide,
    say: ({ what, hostPath }) => ({
      message: `all of ${hostPath} is mounted for the ${what}`,
      fix: `Put the ${what} into a directory of its own, such as /etc/kubernetes/audit, and mount that.`,
    }),
  }),
  serverRule({
    id: 'file-in-manifests',
    severity: 'warning',
    fatal: false,
    why: 'The kubelet takes every file there for a pod, whatever its name, but for those that begin with a dot.',
    check: inManifests,
    say: ({ what, path }) => ({
      message: `the ${what} ${path} is in the directory of the static pods`,
      fix: 'Put it into a directory of its own, such as /etc/kubernetes/audit.',
    }),
  }),
  serverRule({
    id: 'kind-file-missing',
    severity: 'error',
    fatal: false,
    why: NO_START,
    check: notInNode,
    say: ({ what, nodePath }) => ({
      message: `no extraMounts of this node bring the ${what} ${nodePath}`,
      fix: `Add to each control-plane node: extraMounts: [{hostPath: ./${posix.basename(nodePath)}, containerPath: ${nodePath}}].`,
    }),
  }),
];

/** The rule for a file that kube-apiserver reads and cannot see. */
function notMounted(id: string, what: NamedFile['what']): ServerRule<ServerInput> {
  return serverRule({
    id,
    severity: 'error',
    fatal: true,
    why: NO_START,
    check: ({ server }: ServerInput) =>
      readFiles(server)
        .filter((file) => file.what === what && !server.isPartial)
        .filter(({ at }) => at === undefined || at.mount.source === 'empty')
        .map(({ path, flag, at }) => ({ args: { path, isEmpty: at !== undefined }, place: flag.valuePlace })),
    say: ({ path, isEmpty }) => ({
      message: `the ${what} ${path} is in ${isEmpty ? 'an emptyDir, which begins empty' : 'no mount of the pod'}`,
      fix: path.startsWith('/') ? mountFix(path, 'Directory') : 'Write an absolute path, and mount its directory.',
    }),
  });
}

function mountFix(path: string, pathType: string): string {
  const directory = posix.dirname(clean(path));
  if (['/', '/etc', '/etc/kubernetes', '/var', '/var/log'].includes(directory))
    return `Put it into a directory of its own, and mount that with the type ${pathType}.`;
  return `Mount ${directory} from the node, with the type ${pathType}.`;
}

function logBreach(server: ApiServer, isBroken: (log: NamedFile) => boolean): ServerBreach<{ path: string }>[] {
  const log = logOf(server);
  return log && isBroken(log) ? [{ args: { path: log.path }, place: log.flag.valuePlace }] : [];
}

/** With a size of 0, which from 1.36 on turns rotation off, nothing is renamed. */
function logAsFile({ server, kubernetesVersion }: ServerInput): ServerBreach<{ path: string; isDirectory: boolean }>[] {
  const log = logOf(server);
  if (!log?.at?.isItself || log.at.mount.source !== 'host') return [];
  const { mount } = log.at;
  const isDirectory = mount.pathType.startsWith('Directory') && mount.subPath === '';
  const size = flagOf(server, 'audit-log-maxsize');
  const rotates =
    kubernetesVersion === null || compareVersions(kubernetesVersion, '1.36.0') < 0 || Number(size?.value ?? 100) !== 0;
  return isDirectory || rotates ? [{ args: { path: log.path, isDirectory }, place: mount.places.mountPath }] : [];
}

type ReadOnlyArgs = { path: string; mountPath: string; isOfKubeadm: boolean };

function logReadOnly({ server }: ServerInput): ServerBreach<ReadOnlyArgs>[] {
  const log = logOf(server);
  const { mount } = log?.at ?? {};
  if (!log || !mount?.readOnly) return [];
  const isOfKubeadm = mount.from !== 'document';
  const place = isOfKubeadm ? log.flag.valuePlace : mount.places.readOnly;
  return [{ args: { path: log.path, mountPath: mount.mountPath, isOfKubeadm }, place }];
}

const FILE_TYPES: readonly string[] = ['File', 'FileOrCreate'];
const DIRECTORY_TYPES: readonly string[] = ['Directory', 'DirectoryOrCreate'];
const OTHER_TYPES: readonly string[] = ['Socket', 'CharDevice', 'BlockDevice'];

type TypeArgs = { what: string; path: string; pathType: string; wanted: 'file' | 'directory' };

/** What a type that Kubernetes knows says is on the node, held against what must be there. */
function wrongType({ server }: ServerInput): ServerBreach<TypeArgs>[] {
  return filesOf(server).flatMap(({ what, path, at }) => {
    if (!at || at.mount.source !== 'host' || (what === 'log' && at.isItself)) return [];
    const { pathType, subPath, places } = at.mount;
    const wanted = at.isItself && subPath === '' ? 'file' : 'directory';
    const wrong = [...OTHER_TYPES, ...(wanted === 'file' ? DIRECTORY_TYPES : FILE_TYPES)];
    return wrong.includes(pathType) ? [{ args: { what, path, pathType, wanted }, place: places.pathType }] : [];
  });
}

/** The mounts that the document writes of files that are read. */
function written(server: ApiServer): { file: NamedFile; at: Mounted }[] {
  return readFiles(server).flatMap((file) =>
    file.at && file.at.mount.from === 'document' && file.at.mount.source === 'host' ? [{ file, at: file.at }] : [],
  );
}

function untypedFile({ server }: ServerInput): ServerBreach<{ what: string; path: string; hasSubPath: boolean }>[] {
  return written(server)
    .filter(({ at: { isItself, mount } }) => isItself && (mount.pathType === '' || mount.subPath !== ''))
    .map(({ file: { what, path }, at: { mount } }) => ({
      args: { what, path, hasSubPath: mount.subPath !== '' },
      place: mount.places.mountPath,
    }));
}

function untypedDirectory({ server }: ServerInput): ServerBreach<{ what: string; mountPath: string }>[] {
  return oncePerMount(written(server).filter(({ at: { isItself, mount } }) => !isItself && mount.pathType === '')).map(
    ({ whats, mount }) => ({ args: { what: list(whats), mountPath: mount.mountPath }, place: mount.places.mountPath }),
  );
}

function oncePerMount(all: readonly { file: NamedFile; at: Mounted }[]): { whats: string[]; mount: Mount }[] {
  const groups = grouped(all, ({ at }) => at.mount);
  return [...groups].map(([mount, own]) => ({ mount, whats: own.map(({ file }) => file.what) }));
}

type TypedArgs = { what: string; path: string; pathType: string; nodePath: string };

function typedFile({ server }: ServerInput): ServerBreach<TypedArgs>[] {
  if (server.tool === 'kind') return [];
  return written(server)
    .filter(({ at: { isItself, mount } }) => isItself && mount.subPath === '' && FILE_TYPES.includes(mount.pathType))
    .map(({ file: { what, path }, at: { mount } }) => ({
      args: { what, path, pathType: mount.pathType, nodePath: mount.hostPath },
      place: mount.places.pathType,
    }));
}

function together({ server }: ServerInput): ServerBreach<{ hostPath: string }>[] {
  const policy = filesOf(server).find(({ what }) => what === 'policy');
  const log = logOf(server);
  if (policy?.at?.nodePath === undefined || log?.at?.nodePath === undefined) return [];
  const of = ({ hostPath, subPath }: Mount): string => posix.resolve('/', hostPath, subPath);
  const hostPath = of(policy.at.mount);
  if (hostPath !== of(log.at.mount) || policy.at.isItself) return [];
  return [{ args: { hostPath }, place: log.at.mount.places.mountPath }];
}

const TOO_WIDE: readonly string[] = ['/', '/etc', '/etc/kubernetes'];

function tooWide({ server }: ServerInput): ServerBreach<{ what: string; hostPath: string }>[] {
  const all = filesOf(server).flatMap((file) => (file.at?.mount.source === 'host' ? [{ file, at: file.at }] : []));
  return oncePerMount(all)
    .filter(({ mount }) => mount.subPath === '' && TOO_WIDE.includes(clean(mount.hostPath)))
    .map(({ whats, mount: { hostPath, places } }) => ({
      args: { what: list(whats), hostPath },
      place: places.hostPath,
    }));
}

const MANIFESTS = '/etc/kubernetes/manifests';

function inManifests({ server }: ServerInput): ServerBreach<{ what: string; path: string }>[] {
  return filesOf(server)
    .filter(({ at }) => at?.nodePath !== undefined && isWithin(at.nodePath, MANIFESTS))
    .map(({ what, path, flag }) => ({ args: { what, path }, place: flag.valuePlace }));
}

function notInNode({ server }: ServerInput): ServerBreach<{ what: string; nodePath: string }>[] {
  if (server.isPartial) return [];
  return readFiles(server).flatMap(({ what, at }) => {
    const nodePath = at?.nodePath;
    if (nodePath === undefined) return [];
    return server.nodes
      .filter(({ paths }) => !paths.some((path) => isWithin(nodePath, path)))
      .map(({ place }) => ({ args: { what, nodePath }, place }));
  });
}
