import { roleIn } from '../bodies.ts';
import type { LoggedEvent } from '../event.ts';

type Part = Readonly<Record<string, unknown>>;

/** Resources that hold the spec of a pod, and the way to it. */
const POD_SPECS: Readonly<Record<string, readonly string[]>> = {
  pods: ['spec'],
  deployments: ['spec', 'template', 'spec'],
  daemonsets: ['spec', 'template', 'spec'],
  statefulsets: ['spec', 'template', 'spec'],
  replicasets: ['spec', 'template', 'spec'],
  replicationcontrollers: ['spec', 'template', 'spec'],
  jobs: ['spec', 'template', 'spec'],
  cronjobs: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** What the pod of a request may do on its node besides what every pod may: `privileged, hostNetwork, hostPath /etc`. */
export function powersOf({ objectRef, requestObject, annotations }: LoggedEvent): string {
  const way = POD_SPECS[objectRef?.resource ?? ''] ?? ['spec'];
  const spec = way.reduce((part, key) => partOf(part[key]), partOf(requestObject));
  const found = [...hostShared(spec), ...hostPaths(spec), ...containersOf(spec).flatMap(powersOfContainer)];
  if (found.length > 0) return [...new Set(found)].join(', ');
  return annotations?.['pod-security.kubernetes.io/audit-violations'] === undefined ? '' : 'told by Pod Security';
}

/** What a binding gives to whom, where its object was recorded: `cluster-admin for alice, bob`. */
export function rightsGiven({ requestObject }: LoggedEvent): string {
  const { subjects } = partOf(requestObject);
  const role = roleIn(requestObject);
  const names = partsOf(subjects).flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
  if (role === undefined) return '';
  const shown = names.length > 5 ? [...names.slice(0, 5), '…'] : names;
  return shown.length === 0 ? role : `${role} for ${shown.join(', ')}`;
}

/** What was asked for behind a proxy, without the query, which can hold a token. */
export function pathBehindProxy({ requestURI }: LoggedEvent): string {
  const [path = ''] = requestURI.split('?', 1);
  const at = path.indexOf('/proxy/');
  return at < 0 ? '' : path.slice(at + '/proxy'.length);
}

function hostShared(spec: Part): string[] {
  return ['hostNetwork', 'hostPID', 'hostIPC'].filter((key) => spec[key] === true);
}

function hostPaths(spec: Part): string[] {
  const paths = partsOf(spec['volumes']).map(({ hostPath }) => partOf(hostPath)['path']);
  return paths.filter((path) => typeof path === 'string').map((path) => `hostPath ${path}`);
}

function containersOf(spec: Part): Part[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((key) => partsOf(spec[key]));
}

function powersOfContainer({ securityContext }: Part): string[] {
  const { privileged, capabilities } = partOf(securityContext);
  const added = partOf(capabilities)['add'];
  const names: readonly unknown[] = Array.isArray(added) ? added : [];
  const risky = names.filter((name) => typeof name === 'string' && name !== 'NET_BIND_SERVICE');
  return [...(privileged === true ? ['privileged'] : []), ...risky.map((name) => `capability ${String(name)}`)];
}

function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function partOf(value: unknown): Part {
  return isPart(value) ? value : {};
}

function partsOf(value: unknown): Part[] {
  return Array.isArray(value) ? value.filter(isPart) : [];
}
