import { isAtLeast } from '../kube-version.ts';
import { nearest } from '../nearest.ts';
import { SERVED } from './table.ts';
import { VERB_OF_LETTER } from './verbs.ts';

/**
 * Served by metrics-server, which most clusters have, not by kube-apiserver itself (k8s.io/metrics, `pkg/apis/metrics/v1beta1`).
 * The groups custom.metrics.k8s.io and external.metrics.k8s.io have whatever resources an adapter gives them, so they are not here.
 */
const METRICS: readonly string[] = [
  'metrics.k8s.io nodes NodeMetrics - - 19- gl -',
  'metrics.k8s.io pods PodMetrics - n 19- gl -',
];

let resources: readonly ApiResource[] | undefined;

/** Every resource of Kubernetes 1.19 to 1.37, those of core first, then by group and name; read from the table once. */
export function apiResources(): readonly ApiResource[] {
  resources ??= [...SERVED, ...METRICS].map(readRow);
  return resources;
}

/** Which of the resources a lookup looks at: those of one group ("" is core), those that a Kubernetes version (1.35.4) serves. */
export interface LookupOptions {
  group?: string;
  kubernetesVersion?: string;
}

/**
 * The resources that a word stands for, as kubectl reads it: the plural, else the singular or the kind, else a short name, all in
 * any case. Several groups can have one (`events`, `ingresses`). None: an empty list. Without a version, removed ones are found too.
 */
export function findResources(word: string, options: LookupOptions = {}): ApiResource[] {
  const wanted = word.toLowerCase();
  const candidates = apiResources().filter((entry) => fits(entry, options));
  const readings = [
    candidates.filter(({ resource }) => resource === wanted),
    candidates.filter(({ singular }) => singular === wanted),
    candidates.filter(({ shortNames }) => shortNames.includes(wanted)),
  ];
  return readings.find((list) => list.length > 0) ?? [];
}

/** The resource that goes by exactly this plural in this group, whether or not it is still served. */
export function resourceOf(group: string, plural: string): ApiResource | undefined {
  return apiResources().find((entry) => entry.group === group && entry.resource === plural);
}

/** The plural that somebody probably meant by a misspelt plural or singular; undefined when nothing is near. */
export function nearestResource(word: string, options: LookupOptions = {}): string | undefined {
  const candidates = apiResources().filter((entry) => fits(entry, options));
  const singular = nearest(word, [...new Set(candidates.map((entry) => entry.singular))]);
  return (
    nearest(word, [...new Set(candidates.map(({ resource }) => resource))]) ??
    candidates.find((entry) => entry.singular === singular)?.resource
  );
}

function fits(entry: ApiResource, { group, kubernetesVersion }: LookupOptions): boolean {
  if (group !== undefined && entry.group !== group) return false;
  return kubernetesVersion === undefined || isServed(entry, kubernetesVersion);
}

/** The API groups that Kubernetes 1.19 to 1.37 have, without those of custom resources and aggregated APIs but metrics.k8s.io. */
export function apiGroups(): string[] {
  return [...new Set(apiResources().map(({ group }) => group))];
}

/** The groups that have a resource of this plural. */
export function groupsWith(plural: string): string[] {
  return apiResources().flatMap(({ group, resource }) => (resource === plural ? [group] : []));
}

/**
 * Whether a Kubernetes version (1.35.4; left out: the newest) serves a resource or a subresource.
 *
 * @throws UserError for what is no version.
 */
export function isServed({ since, until }: Releases, kubernetesVersion?: string): boolean {
  const begun = since <= 19 || isAtLeast(kubernetesVersion, since);
  return begun && (until === undefined || !isAtLeast(kubernetesVersion, until + 1));
}

/** The minor releases of Kubernetes 1 that serve something: from `since` (19 means 1.19 or before) to `until` (left out: still served). */
export interface Releases {
  since: number;
  until?: number;
}

/** A subresource, `name` without its resource: `exec`. Verbs are those an audit policy sees. */
interface ApiSubresource extends Releases {
  name: string;
  verbs: readonly string[];
}

/** A resource of the API: `resource` is the plural that a policy names, `singular` the kind in lower case. Group "" is core. */
export interface ApiResource extends Releases {
  group: string;
  resource: string;
  kind: string;
  singular: string;
  shortNames: readonly string[];
  namespaced: boolean;
  verbs: readonly string[];
  subresources: readonly ApiSubresource[];
}

/** Takes a row of the API table (`table.ts` has its format); gives what it says of a resource. */
function readRow(row: string): ApiResource {
  const [
    group = '',
    resource = '',
    kind = '',
    shortNames = '',
    namespaced,
    releases = '',
    verbs = '',
    subresources = '',
  ] = row.split(' ').map((cell) => (cell === '-' ? '' : cell));
  const served = readReleases(releases);
  return {
    group,
    resource,
    kind,
    singular: kind.toLowerCase(),
    shortNames: split(shortNames),
    namespaced: namespaced === 'n',
    ...served,
    verbs: readVerbs(verbs),
    subresources: split(subresources).map((cell) => readSubresource(cell, served)),
  };
}

function readSubresource(cell: string, served: Releases): ApiSubresource {
  const [, name = '', verbs = '', releases] = /^(.+):(\w+)(?:@(.+))?$/.exec(cell) ?? [];
  return { name, verbs: readVerbs(verbs), ...(releases === undefined ? served : readReleases(releases)) };
}

function readReleases(text: string): Releases {
  const [since, until] = text.split('-');
  return { since: Number(since), ...(until ? { until: Number(until) } : {}) };
}

function readVerbs(letters: string): string[] {
  return [...letters].flatMap((letter) => VERB_OF_LETTER.get(letter) ?? []);
}

function split(list: string): string[] {
  return list === '' ? [] : list.split(',');
}
