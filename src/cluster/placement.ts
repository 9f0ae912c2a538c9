import { posix } from 'node:path';
import { plainPath, srvDirectory, type Distribution } from './groups.ts';
import { KOPS_LOGS, isAmongKopsFiles, isOrIsBelow } from './kops-files.ts';
import { FIXED_MOUNTS, LAYOUTS, releasesWhere, type Layout } from './kops-releases.ts';

/** What a path has to be right for. */
export interface Place {
  layouts: readonly Layout[];
  distribution: Distribution;
}

/** A reason why a path would keep kube-apiserver or nodeup from starting. `id` is the lint rule it belongs to. */
export interface PathProblem {
  id: 'path-not-clean' | 'policy-path-unreadable' | 'mount-clash' | 'kops-file' | 'log-path';
  message: string;
}

/** The policy's path that every kOps release from 1.19 to 1.37 can read. */
export function defaultPolicyFile({ distribution }: Pick<Place, 'distribution'>): string {
  return `${srvDirectory(distribution)}/kube-apiserver/audit/policy.yaml`;
}

/** What is wrong with the path of an audit policy or of a webhook config, for any of the layouts; nothing if it is safe. */
export function policyPathProblems(path: string, place: Place): PathProblem[] {
  const dirty = cleanProblem(path);
  if (dirty) return [dirty];
  const plain = plainPath(path, place.distribution);
  const directory = posix.dirname(plain);
  const problems: PathProblem[] = [];
  if (isAmongKopsFiles(plain))
    problems.push({ id: 'kops-file', message: `${path} belongs to kOps: it writes files there itself` });
  const unfit = whyUnfit(directory);
  if (unfit) problems.push({ id: 'mount-clash', message: `a file in ${directory} ${unfit}` });
  problems.push(...readableProblems(path, plain, place));
  const twice = releasesWhere(
    place.layouts,
    (layout) => layout.mountsPolicyDirectory && isMounted(directory, layout, 'policy'),
  );
  if (twice !== null) problems.push({ id: 'mount-clash', message: `${directory} would be mounted twice by ${twice}` });
  return firstOfEach(problems);
}

/**
 * What is wrong with the path of the audit log. `-` (stdout) is always right.
 * kOps mounts the log's directory read-write (`kube_apiserver.go` auditlogpathdir, 1.19 to 1.36).
 */
export function logPathProblems(path: string, place: Place): PathProblem[] {
  if (path === '-') return [];
  const dirty = cleanProblem(path);
  if (dirty) return [dirty];
  const directory = plainPath(posix.dirname(path), place.distribution);
  const unfit = whyUnfit(directory);
  if (unfit) return [{ id: 'log-path', message: `a file in ${directory} ${unfit}` }];
  if (KOPS_LOGS.includes(path)) return [{ id: 'log-path', message: `${path} is the log of a kOps component` }];
  if (isAmongKopsFiles(plainPath(path, place.distribution))) {
    return [{ id: 'kops-file', message: `${path} belongs to kOps: it writes files there itself` }];
  }
  const clash = releasesWhere(place.layouts, (layout) => isMounted(directory, layout, 'log'));
  return clash === null
    ? []
    : [{ id: 'mount-clash', message: `${posix.dirname(path)} is already mounted by ${clash}` }];
}

function cleanProblem(path: string): PathProblem | null {
  if (!path.startsWith('/')) return { id: 'path-not-clean', message: `"${path}" is not an absolute path` };
  if (path.endsWith('/')) return { id: 'path-not-clean', message: `"${path}" names a directory, not a file` };
  const clean = posix.normalize(path);
  return clean === path ? null : { id: 'path-not-clean', message: `"${path}" is not a clean path; write ${clean}` };
}

function readableProblems(path: string, plain: string, { layouts, distribution }: Place): PathProblem[] {
  if (distribution === 'cos' && path.startsWith('/srv/')) {
    return [{ id: 'policy-path-unreadable', message: `${path} is on the read-only part of Container-Optimized OS` }];
  }
  const isHidden = ({ mountsPolicyDirectory, srvMount }: Layout): boolean =>
    !mountsPolicyDirectory && !plain.startsWith(`${srvMount}/`);
  const releases = releasesWhere(layouts, isHidden);
  if (releases === null) return [];
  const mounts = LAYOUTS.filter(isHidden)
    .filter(({ srvMount }, at, rows) => srvMount !== rows[at - 1]?.srvMount)
    .map(({ from, srvMount }, at) => (at === 0 ? srvMount : `from ${from} on only ${srvMount}`))
    .join(', ');
  const message = `${path} is not visible to kube-apiserver with ${releases}, which mounts only ${mounts}`;
  return [{ id: 'policy-path-unreadable', message }];
}

function isMounted(directory: string, layout: Layout, what: 'policy' | 'log'): boolean {
  const inSrv = directory === layout.srvMount && (what === 'log' || layout.mountsTwiceInSrv);
  return inSrv || FIXED_MOUNTS.includes(directory) || layout.mounts.includes(directory);
}

function firstOfEach(problems: PathProblem[]): PathProblem[] {
  return problems.filter((problem, index) => problems.findIndex(({ id }) => id === problem.id) === index);
}

const PROGRAM = 'hides the kube-apiserver program itself';

/** Directories that must not be mounted into the API server's container, where their own content counts. */
const UNFIT: ReadonlyMap<string, string> = new Map([
  ['/', 'mounts the whole file system of the instance over the container'],
  ...['/usr', '/usr/local', '/usr/local/bin'].map((path): [string, string] => [path, PROGRAM]),
  ...'/bin /boot /etc /lib /lib64 /run /sbin /srv /var /usr/bin /usr/lib /usr/lib64 /usr/libexec /usr/local/lib /usr/local/sbin /usr/sbin'
    .split(' ')
    .map((path): [string, string] => [path, `replaces ${path} of the container with that of the instance`]),
]);

/** The same with all that is below them. `/go-runner` and the program are files, which nothing can be mounted over as a directory. */
const UNFIT_TREES: Readonly<Record<string, string>> = {
  '/dev': 'is not for files: it holds devices',
  '/proc': 'is not for files: it holds processes',
  '/sys': 'is not for files: it holds devices',
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
function whyUnfit(directory: string): string | null {
  const [, why] = Object.entries(UNFIT_TREES).find(([path]) => isOrIsBelow(directory, path)) ?? [];
  return why ?? UNFIT.get(directory) ?? null;
}

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
