import { WRITES } from '../../policy/api/verbs.ts';
import { PERMISSIONS, type Target } from '../../policy/sensitive.ts';
import type { Level } from '../../policy/types.ts';
import type { LoggedEvent } from '../event.ts';
import * as is from './traits.ts';

/** A question that an audit log is read for. */
export interface Question {
  id: string;
  /** A heading: what the answer is a list of. */
  title: string;
  /** The question in words. */
  asks: string;
  /** Requests it is about, so that a policy can be asked whether it records them; where it is about any, those that matter most. */
  about: readonly Target[];
  /** Whether an event belongs to the answer. Of a request that goes on (a shell, a watch) two events can. */
  matches(event: LoggedEvent): boolean;
  /** From which level on a log holds the answer. */
  needs: Level;
  /** What only a higher level tells. */
  more?: { level: Level; tells: string };
  /** What is good to know when the answer is read. */
  notes?: readonly string[];
}

type Row = Omit<Question, 'needs' | 'matches'> & {
  /** Left out: Metadata. */
  needs?: Level;
  /** It is about more than `about`. */
  isOfAny?: true;
  /** What else must hold; left out: it was done. */
  only?: (event: LoggedEvent) => boolean;
};

const CHANGED = WRITES.filter((verb) => !verb.startsWith('delete'));
const DELETED = ['delete', 'deletecollection'];
// Over WebSocket (kubectl from 1.31 on) it is a get, over SPDY a create.
const OPENED = ['create', 'get'];
const READ = ['get', 'list', 'watch'];
const RBAC = 'rbac.authorization.k8s.io';
const CERTIFICATES = 'certificates.k8s.io';
const ADMISSION = 'admissionregistration.k8s.io';

function targets(verbs: readonly string[], things: readonly string[], apiGroup = ''): Target[] {
  return things.flatMap((thing) => {
    const [resource = '', subresource] = thing.split('/');
    const group = apiGroup === '' ? {} : { apiGroup };
    return verbs.map((verb) => ({
      verb,
      resource,
      ...group,
      ...(subresource === undefined ? {} : { subresource }),
      ...(CLUSTER_SCOPED.test(resource) ? { clusterScoped: true } : {}),
    }));
  });
}

const CLUSTER_SCOPED = /^(?:nodes|namespaces|cluster|certificatesigning|mutating|validating|selfsubject)/;

const SHELLS = targets(OPENED, ['pods/exec', 'pods/attach']);
const ADMISSION_KINDS = [
  'mutatingwebhookconfigurations',
  'validatingwebhookconfigurations',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'mutatingadmissionpolicies',
  'mutatingadmissionpolicybindings',
];
const WORKLOADS = targets(CHANGED, ['deployments', 'daemonsets', 'statefulsets', 'replicasets'], 'apps');
const JOBS = targets(CHANGED, ['jobs', 'cronjobs'], 'batch');
const COPIES = /(?:^|[\s/])tar\s|serviceaccount\/token|169\.254\.169\.254/;

const isChangeFromOutside = (event: LoggedEvent): boolean => is.isDone(event) && is.isOutsider(event);

/**
 * The twenty questions. They are those that the published rules of Sigma, Elastic, Panther and Falco ask (read in 2026-07 and 08),
 * without the mistakes by which these miss events: a shell over WebSocket is a get, a deletecollection deletes too, what was allowed
 * may have failed all the same, and who is refused to act as another leaves no decision.
 */
const ROWS: readonly Row[] = [
  {
    id: 'deletions',
    title: 'Deletions',
    asks: 'Who deleted what?',
    about: [
      ...targets(DELETED, ['pods', 'secrets', 'configmaps', 'services', 'persistentvolumeclaims']),
      ...targets(DELETED, ['deployments', 'statefulsets'], 'apps'),
      ...targets(['delete'], ['namespaces']),
    ],
    isOfAny: true,
    only: (event) => DELETED.includes(event.verb) && isChangeFromOutside(event),
    more: { level: 'RequestResponse', tells: 'the names of what a deletecollection deleted' },
    notes: ['What the cluster deleted by itself in the wake of these is left out: `kops-audit who delete` follows it.'],
  },
  {
    id: 'secrets-read',
    title: 'Secrets read',
    asks: 'Who read secrets?',
    about: targets(READ, ['secrets']),
    only: (event) => is.isDone(event) && is.isByHand(event),
    notes: ['People, and whoever works by hand with the token of a service account. Programs read secrets all day.'],
  },
  {
    id: 'secrets-dumped',
    title: 'Secrets of all namespaces read at once',
    asks: 'Were all secrets read?',
    about: targets(['list', 'watch'], ['secrets']),
    only: (event) => isChangeFromOutside(event) && (event.objectRef?.namespace ?? '') === '',
    notes: ['Who read many one by one is in secret-bursts.'],
  },
  {
    id: 'denied',
    title: 'Denied',
    asks: 'Who was denied?',
    about: targets(READ, ['secrets', 'pods', 'nodes']),
    isOfAny: true,
    only: ({ code }) => code === 401 || code === 403,
    notes: ['A failed login (401) leaves one event only, without a user: it is told by its address.'],
  },
  {
    id: 'shells',
    title: 'Shells and commands in containers',
    asks: 'Who opened a shell?',
    about: SHELLS,
    notes: ['The command is in the URI at every level; what was typed in a shell is in no audit log.'],
  },
  {
    id: 'tunnels',
    title: 'Ways past the API',
    asks: 'Who reached into pods, services and kubelets by port-forward and proxy?',
    about: [
      ...targets(OPENED, ['pods/portforward']),
      ...targets([...READ, ...WRITES], ['pods/proxy', 'services/proxy', 'nodes/proxy']),
    ],
    only: (event) => is.isDone(event) && !is.isProbe(event),
  },
  {
    id: 'copies',
    title: 'Files copied, tokens taken',
    asks: 'Who copied files out of containers, or took tokens there?',
    about: SHELLS,
    only: (event) => is.isDone(event) && COPIES.test(is.commandOf(event.requestURI)),
    notes: ['By the command in the URI: kubectl cp runs tar. What is typed in a shell is not seen.'],
  },
  {
    id: 'debug-containers',
    title: 'Debug containers',
    asks: 'Who put a debug container into a pod?',
    about: targets(['update', 'patch'], ['pods/ephemeralcontainers']),
    more: { level: 'Request', tells: 'the image' },
  },
  {
    id: 'bindings',
    title: 'Rights given',
    asks: 'Who got which rights, cluster-admin above all?',
    about: targets(WRITES, ['rolebindings', 'clusterrolebindings'], RBAC),
    only: isChangeFromOutside,
    more: { level: 'Request', tells: 'which role, and to whom' },
  },
  {
    id: 'roles',
    title: 'Roles changed',
    asks: 'Which roles were changed?',
    about: targets(WRITES, ['roles', 'clusterroles'], RBAC),
    only: isChangeFromOutside,
    more: { level: 'RequestResponse', tells: 'the rules of a role that was patched' },
  },
  {
    id: 'system-roles',
    title: 'Roles of the system touched',
    asks: 'Who changed a role or a binding of Kubernetes itself?',
    about: PERMISSIONS.flatMap(({ resource }) => targets(WRITES, [resource], RBAC)),
    only: (event) => isChangeFromOutside(event) && (event.objectRef?.name ?? '').startsWith('system:'),
  },
  {
    id: 'credentials',
    title: 'Tokens and certificates',
    asks: 'Who made tokens and certificates?',
    about: [
      ...targets(['create'], ['serviceaccounts/token']),
      ...targets(['create'], ['certificatesigningrequests'], CERTIFICATES),
      ...targets(['update', 'patch'], ['certificatesigningrequests/approval'], CERTIFICATES),
    ],
    only: isChangeFromOutside,
    more: { level: 'Request', tells: 'for what and how long' },
  },
  {
    id: 'impersonation',
    title: 'Acting as another',
    asks: 'Who acted as whom, or tried to?',
    about: targets(['get', 'create', 'delete'], ['pods', 'secrets']),
    isOfAny: true,
    only: (event) => event.impersonatedUser !== undefined || is.isDeniedImpersonation(event),
    notes: ['Of a refused one the event does not say as whom; the answer does, from level RequestResponse on.'],
  },
  {
    id: 'anonymous',
    title: 'Anonymous requests let in',
    asks: 'Was anybody let in who did not log in?',
    about: targets(READ, ['pods', 'secrets', 'configmaps']),
    isOfAny: true,
    only: is.isAnonymousLetIn,
    notes: ['Without the paths that say whether the server is well, and its version.'],
  },
  {
    id: 'privileged',
    title: 'Privileged pods',
    asks: 'Who ran pods that can reach their node?',
    about: [...targets(CHANGED, ['pods']), ...WORKLOADS, ...JOBS],
    needs: 'Request',
    only: (event) =>
      isChangeFromOutside(event) &&
      (event.annotations?.['pod-security.kubernetes.io/audit-violations'] !== undefined ||
        is.bodyHas(event.requestObject, is.isPrivilege)),
    notes: ['At Metadata only what Pod Security admission says is there, where a namespace has its audit mode on.'],
  },
  {
    id: 'kube-system',
    title: 'Made in kube-system',
    asks: 'Who made something in kube-system?',
    about: [...targets(['create'], ['pods', 'serviceaccounts']), ...WORKLOADS, ...JOBS],
    only: (event) => isChangeFromOutside(event) && event.objectRef?.namespace === 'kube-system',
  },
  {
    id: 'admission',
    title: 'Admission changed',
    asks: 'Who changed webhooks and admission policies?',
    about: targets(WRITES, ADMISSION_KINDS, ADMISSION),
    only: isChangeFromOutside,
    more: { level: 'Request', tells: 'where a webhook sends what it gets' },
  },
  {
    id: 'persistence',
    title: 'Ways to stay, and to be reached',
    asks: 'Who made what runs again and again, or is open to the outside?',
    about: [
      ...targets(CHANGED, ['cronjobs'], 'batch'),
      ...targets(CHANGED, ['daemonsets'], 'apps'),
      ...targets(CHANGED, ['services', 'configmaps']),
    ],
    only: (event) => isChangeFromOutside(event) && staysOrOpens(event),
    more: { level: 'Request', tells: 'whether a service is open to the outside' },
    notes: ['Of config maps only those of DNS and of AWS logins; of services only those open to the outside.'],
  },
  {
    id: 'traces',
    title: 'Traces removed',
    asks: 'Who deleted events of the cluster?',
    about: [...targets(DELETED, ['events']), ...targets(DELETED, ['events'], 'events.k8s.io')],
    only: isChangeFromOutside,
    notes: [
      'These are the events of `kubectl get events`, not the audit log. Gaps of that: `kops-audit logs --check`.',
    ],
  },
  {
    id: 'looking-around',
    title: 'Looking around',
    asks: 'Who asked what they may do?',
    about: targets(['create'], ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'], 'authorization.k8s.io').concat(
      targets(['create'], ['selfsubjectreviews'], 'authentication.k8s.io'),
    ),
    only: isChangeFromOutside,
    notes: ['Who listed many kinds of objects is in list-bursts.'],
  },
];

function staysOrOpens({ objectRef: { resource = '', name = '' } = {}, requestObject }: LoggedEvent): boolean {
  if (resource === 'configmaps') return name === 'coredns' || name === 'aws-auth';
  return resource !== 'services' || is.bodyHas(requestObject, is.isExposure);
}

/** The questions, in the order in which they are answered. */
export const QUESTIONS: readonly Question[] = ROWS.map(questionOf);

function questionOf({ only = is.isDone, isOfAny, needs = 'Metadata', ...row }: Row): Question {
  const keys = new Set(row.about.map(keyOf));
  const isAbout = (event: LoggedEvent): boolean =>
    isOfAny === true || (event.objectRef !== undefined && keys.has(keyOf({ ...event.objectRef, verb: event.verb })));
  return { ...row, needs, matches: (event) => isAbout(event) && only(event) && is.tellsEnd(event) };
}

function keyOf({ verb, apiGroup = '', resource = '', subresource = '' }: Partial<Target>): string {
  return `${verb} ${apiGroup} ${resource}/${subresource}`;
}
