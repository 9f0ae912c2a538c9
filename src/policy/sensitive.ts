import { ANSWERS_WITH_STORED, SENDS_OBJECT, WRITES } from './api/verbs.ts';
import type { GroupResources, Selector } from './types.ts';

/** What a request does: the API group is left out for core, the subresource where there is none. */
export interface Target {
  verb: string;
  apiGroup?: string;
  resource: string;
  subresource?: string;
  /** It lies in no namespace. */
  clusterScoped?: boolean;
}

type Thing = Omit<Target, 'verb'>;

const CHANGES = WRITES.filter((verb) => verb !== 'deletecollection');

/**
 * What is kept out of logs: the verbs that send it, at level Request, and those that answer with it, at RequestResponse.
 * `inLog` says in a sentence what a log then holds, where that is a danger.
 */
export interface Content extends Thing {
  name: string;
  sent: readonly string[];
  answered: readonly string[];
  inLog?: string;
}

/** Whoever has these can act with them: passwords, keys and tokens. */
export const SECRETS: readonly Content[] = [
  {
    name: 'secrets',
    resource: 'secrets',
    sent: SENDS_OBJECT,
    answered: ANSWERS_WITH_STORED,
    inLog: 'Secret data is in the log in the clear.',
  },
  {
    name: 'service account tokens',
    resource: 'serviceaccounts',
    subresource: 'token',
    sent: [],
    answered: ['create'],
    inLog: 'A token that works is in the log.',
  },
  {
    name: 'token reviews',
    apiGroup: 'authentication.k8s.io',
    resource: 'tokenreviews',
    clusterScoped: true,
    sent: ['create'],
    answered: [],
    inLog: 'The token under review is in the log.',
  },
];

/** Meant for what is no secret, and not always used so. */
export const CONFIG_MAPS: readonly Content[] = [
  {
    name: 'config maps',
    resource: 'configmaps',
    sent: SENDS_OBJECT,
    answered: ANSWERS_WITH_STORED,
    inLog: 'Config maps are in the log with all they hold.',
  },
];

/** What is asked for when credentials are made. */
export const CREDENTIAL_REQUESTS: readonly Content[] = [
  {
    name: 'certificate signing requests',
    apiGroup: 'certificates.k8s.io',
    resource: 'certificatesigningrequests',
    clusterScoped: true,
    sent: SENDS_OBJECT,
    answered: ANSWERS_WITH_STORED,
  },
  {
    name: 'token requests',
    resource: 'serviceaccounts',
    subresource: 'token',
    sent: ['create'],
    answered: [],
  },
];

const CONTENTS: readonly Content[] = [...SECRETS, ...CONFIG_MAPS, ...CREDENTIAL_REQUESTS];

/** The objects whose bodies hold secrets or tokens, or tell of them. */
export const SECRET_OBJECTS: Selector = { resources: resourcesOf(CONTENTS) };

/** These as a rule of a policy names them. */
export function resourcesOf(things: readonly Thing[]): GroupResources[] {
  return things.map(({ apiGroup = '', resource, subresource }) => ({
    group: apiGroup,
    resources: [subresource === undefined ? resource : `${resource}/${subresource}`],
  }));
}

/** What is secret of the objects that a target is about, whatever its verb; the worst first. */
export function contentsOf({ apiGroup = '', resource, subresource = '' }: Partial<Target>): Content[] {
  return CONTENTS.filter(
    (content) =>
      (content.apiGroup ?? '') === apiGroup &&
      content.resource === resource &&
      (content.subresource ?? '') === subresource,
  );
}

/** Whether a target is one of these, whatever its verb. */
export function isSecretContent(target: Target): boolean {
  return contentsOf(target).length > 0;
}

/** A request that an audit log is expected to hold, and what it is called: a name stands for several. */
export interface Watched extends Target {
  name: string;
}

/** What an audit log is read for: by which verbs nobody may do it unseen, and by which CIS 3.2.2 wants to see a person do it. */
interface Use extends Thing {
  name: string;
  seen: readonly string[];
  cis: readonly string[];
}

// Over WebSocket these are a get, over SPDY a create.
const OPENED = ['create', 'get'];

/** Changes of permissions: RBAC. */
export const PERMISSIONS: readonly Use[] = ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'].map(
  (resource) => ({
    name: 'RBAC',
    apiGroup: 'rbac.authorization.k8s.io',
    resource,
    clusterScoped: resource.startsWith('cluster'),
    seen: WRITES,
    cis: [],
  }),
);

/** Every way into a container, or to what listens in it; nodes/proxy reaches the exec of the kubelet. */
export const WAYS_IN: readonly Use[] = [
  wayIn('pods', 'exec', OPENED, OPENED),
  wayIn('pods', 'attach', OPENED, []),
  wayIn('pods', 'portforward', [], OPENED),
  wayIn('pods', 'proxy', [], OPENED),
  wayIn('services', 'proxy', [], OPENED),
  wayIn('pods', 'ephemeralcontainers', [], []),
  { ...wayIn('nodes', 'proxy', [], []), clusterScoped: true },
];

function wayIn(resource: string, subresource: string, seen: readonly string[], cis: readonly string[]): Use {
  return { name: `${resource}/${subresource}`, resource, subresource, seen, cis };
}

const OBJECTS: readonly Use[] = [
  { name: 'secrets', resource: 'secrets', seen: WRITES, cis: ['get', 'list', ...CHANGES] },
  { name: 'config maps', resource: 'configmaps', seen: [], cis: CHANGES },
  {
    name: 'token reviews',
    apiGroup: 'authentication.k8s.io',
    resource: 'tokenreviews',
    clusterScoped: true,
    seen: [],
    cis: ['create'],
  },
  { name: 'pods', resource: 'pods', seen: [], cis: CHANGES },
  { name: 'deployments', apiGroup: 'apps', resource: 'deployments', seen: [], cis: CHANGES },
];

const USES: readonly Use[] = [...PERMISSIONS, ...OBJECTS, ...WAYS_IN];

/** What must not go unseen, whoever does it: changes of permissions and secrets, and commands in containers. */
export const SENSITIVE: readonly Watched[] = USES.flatMap(({ seen, cis: _cis, ...use }) => each(use, seen));

/** What CIS Kubernetes Benchmark 3.2.2 names. */
export const CIS: readonly Watched[] = USES.flatMap(({ cis, seen: _seen, ...use }) => each(use, cis));

function each(use: Thing & { name: string }, verbs: readonly string[]): Watched[] {
  return verbs.map((verb) => ({ ...use, verb }));
}

/** A part of the API that a change of a policy is judged by. */
export interface Guarded {
  name: string;
  /** Selects it, whatever the verb, unless reading it is no use of it. */
  use: Selector;
  /** It is secret: select the requests that send such an object, and those that answer with one. */
  bodies?: { sent: Selector; answered: Selector };
}

const READS = ANSWERS_WITH_STORED.filter((verb) => !WRITES.includes(verb));

/**
 * What no fix may record or silence without being asked: the bodies and any use of what is secret, changes of permissions, and ways
 * into a container. Subresources go with their resource, as they are answered with the same object.
 */
export const GUARDED: readonly Guarded[] = [
  ...CONTENTS.filter(({ name }) => name !== 'token requests').map(({ name, ...content }) => ({
    name,
    use: selector(content),
    bodies: { sent: selector(content, SENDS_OBJECT), answered: selector(content, [...READS, ...WRITES]) },
  })),
  ...PERMISSIONS.map(({ name, seen, ...use }) => ({ name, use: selector(use, seen) })),
  ...WAYS_IN.map(({ name, ...use }) => ({ name, use: selector(use) })),
];

function selector({ apiGroup = '', resource, subresource }: Thing, verbs: readonly string[] = []): Selector {
  const name = `${resource}/${subresource ?? '*'}`;
  const resources = [{ group: apiGroup, resources: [name] }];
  return verbs.length > 0 ? { verbs: [...verbs], resources } : { resources };
}
