import { posix } from 'node:path';
import { plainPath, srvDirectory, type Distribution } from './distribution.ts';
import { isAmongKopsFiles, KOPS_LOGS } from './kops-files.ts';
import { FIXED_MOUNTS, LAYOUTS, releasesWhere, type Layout } from './layouts.ts';
import { whyUnfit } from './unfit.ts';

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
  const [first, ...later] = LAYOUTS.filter(isHidden).filter(
    ({ srvMount }, at, rows) => srvMount !== rows[at - 1]?.srvMount,
  );
  const mounts = [first!.srvMount, ...later.map(({ from, srvMount }) => `from ${from} on only ${srvMount}`)].join(', ');
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
