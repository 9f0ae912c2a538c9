import { type ApiServer, clean, type Mount } from '../../kubeadm/api-server.ts';
import { isOpen, type Place } from '../../kubeadm/parts.ts';
import { nearest } from '../../policy/nearest.ts';
import { type ServerBreach, type ServerRule, serverRule } from '../rule.ts';
import type { ServerInput } from './flags.ts';

const REFUSED = 'The kubelet refuses the pod and does not start it, so the API is down. kubeadm does not check this.';

/** Rules about the mounts of the pod, whatever they are for. */
export const MOUNT_RULES: readonly ServerRule<ServerInput>[] = [
  serverRule({
    id: 'mount-twice',
    severity: 'error',
    fatal: true,
    why: REFUSED,
    check: twice,
    say: ({ mountPath, by }) => ({
      message: `${mountPath} is mounted twice${by === null ? '' : `: kubeadm mounts it ${by}`}`,
      fix: 'Use another directory, or one mount for both.',
    }),
  }),
  serverRule({
    id: 'mount-hidden',
    severity: 'warning',
    fatal: false,
    why: 'Of two mounts at one place the container sees the later one only. The kubelet compares the texts, so it says nothing.',
    check: hidden,
    say: ({ mountPath, other }) => ({
      message: `${mountPath} and ${other} are the same directory`,
      fix: 'Remove one of the mounts.',
    }),
  }),
  serverRule({
    id: 'volume-of-kubeadm',
    severity: 'error',
    fatal: true,
    why: 'It takes the place of the mount that kubeadm makes, without a word: the API server is without its certificates.',
    check: ({ server }: ServerInput) => replacing(server, true),
    say: ({ volume, mountPath }) => ({
      message: `kubeadm has a volume ${volume} itself, which mounts ${mountPath}`,
      fix: 'Give the volume another name, such as audit-policy.',
    }),
  }),
  serverRule({
    id: 'volume-twice',
    severity: 'error',
    fatal: true,
    why: 'kubeadm keeps the last one, without a word: the mount of the other is not there.',
    check: ({ server }: ServerInput) => replacing(server, false),
    say: ({ volume, mountPath }) => ({
      message: `two extraVolumes are called ${volume}, so ${mountPath} is not mounted`,
      fix: 'Give each its own name, such as audit-policy and audit-log.',
    }),
  }),
  serverRule({
    id: 'mount-invalid',
    severity: 'error',
    fatal: true,
    why: REFUSED,
    check: invalid,
    say: ({ problem, fix }) => ({ message: problem, fix }),
  }),
  serverRule({
    id: 'host-path-relative',
    severity: 'error',
    fatal: false,
    why: 'Nothing says what it is relative to: the files are not where you put them, or the pod does not start.',
    check: relative,
    say: ({ hostPath }) => ({
      message: `the hostPath ${hostPath} is not absolute`,
      fix: 'Write the whole path on the node, from / on.',
    }),
  }),
];

function own({ mounts }: ApiServer): Mount[] {
  return mounts.filter(({ from }) => from === 'document');
}

function twice({ server }: ServerInput): ServerBreach<{ mountPath: string; by: string | null }>[] {
  const seen = new Map<string, Mount>(
    server.mounts.filter(({ from }) => from !== 'document').map((mount) => [mount.mountPath, mount]),
  );
  return inOrderOfText(own(server)).flatMap((mount) => {
    const { mountPath, places } = mount;
    const before = seen.get(mountPath);
    seen.set(mountPath, mount);
    if (!before || mountPath === '') return [];
    const by = { document: null, kubeadm: 'itself', 'perhaps kubeadm': 'on nodes that have it' }[before.from];
    return [{ args: { mountPath, by }, place: places.mountPath }];
  });
}

function inOrderOfText(mounts: readonly Mount[]): Mount[] {
  return mounts.toSorted((a, b) => a.places.mount.start - b.places.mount.start);
}

function hidden({ server }: ServerInput): ServerBreach<{ mountPath: string; other: string }>[] {
  const sure = server.mounts.filter(({ from }) => from !== 'perhaps kubeadm');
  return own(server).flatMap(({ mountPath, places }, at) => {
    const other = sure.find(
      (mount) =>
        mount.mountPath !== '' &&
        mountPath !== '' &&
        mount.mountPath !== mountPath &&
        clean(mount.mountPath) === clean(mountPath),
    );
    if (!other || own(server).indexOf(other) > at) return [];
    return [{ args: { mountPath, other: other.mountPath }, place: places.mountPath }];
  });
}

/** A mount of kubeadm that is written again as it is does no harm. */
function replacing(
  { replaced }: ApiServer,
  isOfKubeadm: boolean,
): ServerBreach<{ volume: string; mountPath: string }>[] {
  return replaced
    .filter(({ mount }) => (mount.from !== 'document') === isOfKubeadm)
    .filter(({ mount, by }) => mount.mountPath !== by.mountPath || (isOfKubeadm && mount.hostPath !== by.hostPath))
    .map(({ mount, by }) => ({ args: { volume: by.volume, mountPath: mount.mountPath }, place: by.places.volume }));
}

type InvalidArgs = { problem: string; fix: string };

/** `ValidateVolumes`, `ValidateVolumeMounts` and `validateHostPathVolumeSource` of Kubernetes `pkg/apis/core/validation`, 1.36. */
function invalid({ server }: ServerInput): ServerBreach<InvalidArgs>[] {
  return own(server).flatMap((mount) =>
    PROBLEMS.flatMap((problemOf) => {
      const problem = problemOf(mount);
      return problem ? [{ args: { problem: problem.problem, fix: problem.fix }, place: problem.place }] : [];
    }),
  );
}

const TYPES = ['Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket', 'CharDevice', 'BlockDevice'];
const LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

type Problem = InvalidArgs & { place: Place };

const PROBLEMS: readonly ((mount: Mount) => Problem | undefined)[] = [
  ({ volume, places }) =>
    LABEL.test(volume) || isOpen(volume)
      ? undefined
      : {
          problem: volume === '' ? 'the volume has no name' : `"${volume}" is no name for a volume`,
          fix: 'Write lower-case letters, digits and dashes, at most 63, such as audit-policy.',
          place: places.volume,
        },
  ({ mountPath, places }) =>
    mountPath === ''
      ? { problem: 'there is no mountPath', fix: 'Write the path in the container.', place: places.mountPath }
      : undefined,
  ({ source, volume, places }) =>
    source === 'none' && volume !== ''
      ? {
          problem: `the pod has no volume ${volume}`,
          fix: 'Add it to volumes, or correct the name.',
          place: places.volume,
        }
      : undefined,
  ({ source, hostPath, places }) =>
    source === 'host' && hostPath === ''
      ? { problem: 'there is no hostPath', fix: 'Write the path on the node.', place: places.hostPath }
      : undefined,
  ({ hostPath, places }) =>
    hostPath.split('/').includes('..')
      ? { problem: `the hostPath ${hostPath} has .. in it`, fix: 'Write the path without it.', place: places.hostPath }
      : undefined,
  ({ subPath, places }) =>
    subPath.startsWith('/') || subPath.split('/').includes('..')
      ? {
          problem: `the subPath ${subPath} is not below its volume`,
          fix: 'Write a relative path without ..',
          place: places.mount,
        }
      : undefined,
  ({ pathType, places }) =>
    pathType === '' || TYPES.includes(pathType) || isOpen(pathType)
      ? undefined
      : {
          problem: `there is no type ${pathType} of a hostPath`,
          fix: `Write ${nearest(pathType, TYPES) ?? 'Directory, DirectoryOrCreate, File or FileOrCreate'}.`,
          place: places.pathType,
        },
];

function relative({ server }: ServerInput): ServerBreach<{ hostPath: string }>[] {
  return own(server)
    .filter(({ hostPath }) => hostPath !== '' && !hostPath.startsWith('/') && !isOpen(hostPath))
    .map(({ hostPath, places }) => ({ args: { hostPath }, place: places.hostPath }));
}
