import { isServerPod, sectionsOf } from '../kinds.ts';
import { type LocatedFinding, type Told, tells } from '../rule.ts';
import { restOfLine, textLines } from '../text-lines.ts';

/** A file of a directory. */
export interface DirectoryFile {
  name: string;
  text: string;
}

/** What a file is doing where the kubelet looks for pods. */
type Stray = 'second' | 'policy' | 'other';

/** A file that does not belong into the directory of the static pods. */
export const STRAY: Told<{ name: string; is: Stray }> = tells({
  id: 'stray-manifest',
  severity: 'warning',
  fatal: false,
  why: 'The kubelet takes every file in the directory of the static pods for a pod, whatever its name, but for those that begin with a dot.',
  say: ({ name, is }) => ({
    message: {
      second: `${name} is a second kube-apiserver for the kubelet, which starts one of the two`,
      policy: `${name} is an audit policy in the directory of the static pods`,
      other: `${name} is no pod, and in the directory of the static pods`,
    }[is],
    fix:
      is === 'policy'
        ? 'Move it to a directory of its own, such as /etc/kubernetes/audit, and change the hostPath with it.'
        : 'Move it out of the directory.',
  }),
});

const OTHERS_OF_KUBEADM: readonly string[] = ['etcd.yaml', 'kube-scheduler.yaml', 'kube-controller-manager.yaml'];

/** Whether a directory with the pod of a kube-apiserver is the one the kubelet reads, or a copy of it. */
export function isManifests(path: string, names: readonly string[]): boolean {
  return /(?:^|\/)manifests\/?$/.test(path) || names.some((name) => OTHERS_OF_KUBEADM.includes(name));
}

/** Which files do not belong into the directory of the static pods, and why; of several servers the first is the one that is meant. */
export function strayFiles(files: readonly DirectoryFile[]): { name: string; finding: LocatedFinding }[] {
  const seen = files.filter(({ name }) => !name.startsWith('.'));
  const servers = seen.filter(({ text }) => isServerPod(text)).map(({ name }) => name);
  const server = servers.includes('kube-apiserver.yaml') ? 'kube-apiserver.yaml' : servers[0];
  return seen.flatMap(({ name, text }) => {
    const is = name === server ? undefined : strayKind(name, text);
    return is ? [{ name, finding: { ...STRAY.found({ name, is }), range: restOfLine(textLines(text), 1, 1) } }] : [];
  });
}

function strayKind(name: string, text: string): Stray | undefined {
  if (isServerPod(text)) return 'second';
  if (sectionsOf(text).some(({ kind }) => kind === 'policy')) return 'policy';
  return /\.(?:ya?ml|json|manifest)$/i.test(name) ? undefined : 'other';
}
