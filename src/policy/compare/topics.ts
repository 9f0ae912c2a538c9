import { resourceOf, apiGroups, apiResources } from '../api/lookup.ts';
import { SERVED_VERBS } from '../api/verbs.ts';
import { CONFIG_MAPS, PERMISSIONS, resourcesOf, SECRETS, WAYS_IN } from '../sensitive.ts';
import type { GroupResources, RequestAttributes, Selector } from '../types.ts';
import type { Kind } from './kinds.ts';
import type { Universe } from './universe.ts';

/** A part of the API as a reader of audit logs thinks of it. */
export interface Topic {
  /** What requests for it are about: `secrets`; several words where it has no one name. */
  names: readonly string[];
  /** The smaller the more it matters to know what is recorded of it. */
  rank: number;
  /** Those that requests for it can have. */
  verbs: readonly string[];
  /** None: any resource that no other topic has. */
  resources?: readonly GroupResources[];
  /** It is about paths; none in the list: any path that no other topic has. */
  paths?: readonly string[];
}

const PATH_VERBS = ['get', 'head'];

function core(...resources: string[]): GroupResources {
  return { group: '', resources };
}

function secret(wanted: string): GroupResources[] {
  return resourcesOf(SECRETS.filter(({ name }) => name === wanted));
}

/** An ephemeral container is added by a write, all other ways in are opened. */
function isDebugging({ subresource }: { subresource?: string }): boolean {
  return subresource === 'ephemeralcontainers';
}

/** A request is in just one of them. The order is that in which they are told. */
export const TOPICS: readonly Topic[] = [
  {
    names: ['RBAC'],
    rank: 0,
    verbs: SERVED_VERBS,
    resources: resourcesOf(PERMISSIONS),
  },
  { names: ['secrets'], rank: 1, verbs: SERVED_VERBS, resources: secret('secrets') },
  { names: ['service account tokens'], rank: 2, verbs: ['create'], resources: secret('service account tokens') },
  {
    names: ['exec', 'attach', 'port-forward', 'proxy'],
    rank: 2,
    verbs: ['get', 'create', 'update', 'patch', 'delete'],
    resources: resourcesOf(WAYS_IN.filter((way) => !isDebugging(way))),
  },
  {
    names: ['debug containers'],
    rank: 2,
    verbs: ['get', 'update', 'patch'],
    resources: resourcesOf(WAYS_IN.filter(isDebugging)),
  },
  {
    names: ['token reviews'],
    rank: 3,
    verbs: ['create'],
    resources: secret('token reviews'),
  },
  {
    names: ['certificate requests'],
    rank: 3,
    verbs: SERVED_VERBS,
    resources: [
      {
        group: 'certificates.k8s.io',
        resources: [
          'certificatesigningrequests',
          'certificatesigningrequests/approval',
          'certificatesigningrequests/status',
        ],
      },
    ],
  },
  { names: ['config maps'], rank: 3, verbs: SERVED_VERBS, resources: resourcesOf(CONFIG_MAPS) },
  { names: ['logs of pods'], rank: 4, verbs: ['get'], resources: [core('pods/log')] },
  { names: ['other resources'], rank: 4, verbs: SERVED_VERBS },
  {
    names: ['events', 'leases', 'endpoints'],
    rank: 9,
    verbs: SERVED_VERBS,
    resources: [
      core('events', 'endpoints'),
      { group: 'events.k8s.io', resources: ['events'] },
      { group: 'coordination.k8s.io', resources: ['leases'] },
      { group: 'discovery.k8s.io', resources: ['endpointslices'] },
    ],
  },
  { names: ['other paths'], rank: 8, verbs: PATH_VERBS, paths: [] },
  { names: ['API discovery'], rank: 10, verbs: PATH_VERBS, paths: ['/api', '/api/*', '/apis', '/apis/*'] },
  {
    names: ['health checks', '/version'],
    rank: 10,
    verbs: PATH_VERBS,
    paths: ['/healthz*', '/livez*', '/readyz*', '/version'],
  },
];

/** What requests for a topic have in common that decides which bodies and stages they have: all of a topic are alike in that. */
export function sampleOf({ resources, paths }: Topic): RequestAttributes {
  if (paths) return { path: paths[0] ?? '/metrics' };
  const [resource = '', subresource] = (resources?.[0]?.resources?.[0] ?? 'pods').split('/');
  return { isResourceRequest: true, resource, ...(subresource === undefined ? {} : { subresource }) };
}

/** What the topics need to be told apart in a universe. */
export const TOPIC_SELECTORS: readonly Selector[] = TOPICS.flatMap(({ resources, paths = [] }) => [
  ...(resources ? [{ resources: [...resources] }] : []),
  ...(paths.length > 0 ? [{ nonResourceURLs: [...paths] }] : []),
]);

/** A topic in a universe. */
export interface TopicTargets {
  topic: Topic;
  /** Without what no server has: a resource that a policy misspells. */
  targets: bigint;
  /** Those of them that lie in no namespace. */
  clusterScoped: bigint;
  /** How many resources of Kubernetes are in some of these targets. */
  resourcesIn(targets: bigint): number;
}

/** Where the topics lie in a universe that was made with `TOPIC_SELECTORS`. */
export function topicsIn(universe: Universe): TopicTargets[] {
  const real = realKinds(universe);
  const scoped = bitsOfKinds(universe, isClusterScoped);
  const own = TOPICS.map((topic) => ownTargets(universe, topic));
  const taken = own.reduce((bits, set) => bits | set, 0n);
  const places = new Map<Topic, bigint[]>();
  return TOPICS.map((topic, at) => {
    const rest = (topic.paths ? universe.pathTargets : universe.kindTargets) & ~taken;
    const targets = (own[at] || rest) & (universe.pathTargets | real);
    const resourcesIn = (some: bigint): number => {
      const list = places.get(topic) ?? resourcePlaces(universe).filter((bit) => (bit & targets) !== 0n);
      places.set(topic, list);
      return list.filter((bit) => (bit & some) !== 0n).length;
    };
    return { topic, targets, clusterScoped: targets & scoped, resourcesIn };
  });
}

function ownTargets(universe: Universe, { resources = [], paths = [] }: Topic): bigint {
  const ofResources = resources.reduce((bits, entry) => bits | universe.entryTargets(entry), 0n);
  return paths.reduce((bits, path) => bits | universe.pathTarget(path), ofResources);
}

function bitsOfKinds({ paths, kinds }: Universe, test: (kind: Kind) => boolean): bigint {
  const first = BigInt(paths.pieces.length);
  return kinds.list.reduce((bits, kind, at) => (test(kind) ? bits | (1n << (first + BigInt(at))) : bits), 0n);
}

function realKinds(universe: Universe): bigint {
  const known = new Set(apiGroups());
  return bitsOfKinds(universe, ({ group, resource, subresource }) => {
    if (typeof group !== 'string' || !known.has(group) || typeof resource !== 'string') return true;
    const found = resourceOf(group, resource);
    if (!found || subresource === '') return found !== undefined;
    const { subresources } = found;
    return typeof subresource === 'string'
      ? subresources.some(({ name }) => name === subresource)
      : subresources.length > 0;
  });
}

function isClusterScoped({ group, resource }: Kind): boolean {
  if (typeof group !== 'string' || typeof resource !== 'string') return false;
  return resourceOf(group, resource)?.namespaced === false;
}

/** For each resource of Kubernetes of today the place that it has. */
function resourcePlaces({ paths, kinds }: Universe): bigint[] {
  const first = paths.pieces.length;
  const today = apiResources().filter(({ until }) => until === undefined);
  return today.map(({ group, resource }) => 1n << BigInt(first + kinds.placeOf(group, resource, '')));
}
