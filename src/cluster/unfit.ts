import { isOrIsBelow } from './kops-files.ts';

const PROGRAM = 'hides the kube-apiserver program itself';

/** Directories that must not be mounted into the API server's container, where their own content counts. */
const UNFIT: Readonly<Record<string, string>> = {
  '/': 'mounts the whole file system of the instance over the container',
  '/usr': PROGRAM,
  '/usr/local': PROGRAM,
  '/usr/local/bin': PROGRAM,
  ...Object.fromEntries(
    '/bin /boot /etc /lib /lib64 /run /sbin /srv /var /usr/bin /usr/lib /usr/lib64 /usr/libexec /usr/local/lib /usr/local/sbin /usr/sbin'
      .split(' ')
      .map((path) => [path, `puts the ${path} of the instance in the place of that of the container`]),
  ),
};

/** The same with all that is below them. `/go-runner` and the program are files, which nothing can be mounted over as a directory. */
const UNFIT_TREES: Readonly<Record<string, string>> = {
  '/dev': 'is no place for files: these are devices',
  '/proc': 'is no place for files: these are processes',
  '/sys': 'is no place for files: these are devices',
  '/go-runner': 'hides the program that starts kube-apiserver',
  '/usr/local/bin/kube-apiserver': PROGRAM,
  '/etc/kubernetes/manifests': 'is read by the kubelet as a pod',
};

/**
 * Why a directory must not be mounted into the container of kube-apiserver or get a file of ours; null where it may.
 * The image of kube-apiserver has its program in /usr/local/bin; kOps starts it by /go-runner (`kube_apiserver.go`, 1.23 to 1.36).
 *
 * @param directory absolute and clean.
 */
export function whyUnfit(directory: string): string | null {
  const tree = Object.keys(UNFIT_TREES).find((path) => isOrIsBelow(directory, path));
  if (tree !== undefined) return UNFIT_TREES[tree]!;
  return Object.hasOwn(UNFIT, directory) ? UNFIT[directory]! : null;
}
