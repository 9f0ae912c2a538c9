import { UserError } from '../../errors.ts';
import {
  apiGroups,
  type ApiResource,
  apiResources,
  findResources,
  isServed,
  nearestResource,
  resourceOf,
} from '../api/lookup.ts';
import { nearest } from '../nearest.ts';
import type { RequestOptions } from './words.ts';

/** What a word for a type of resource stands for. */
export interface ResourceType {
  group: string;
  resource: string;
  /** What is known of it; left out for a custom resource. */
  api?: ApiResource;
  notes: string[];
}

/**
 * Reads `pods`, `po`, `Pod`, `deployments.apps`, `deployments.v1.apps` or, for a custom resource, `tests.example.com` as kubectl does.
 *
 * @throws UserError for a word that is no resource of the built-in API, with the near ones.
 */
export function readType(word: string, options: RequestOptions): ResourceType {
  const at = word.indexOf('.');
  if (at < 0) return typeWithoutGroup(word, options);
  const name = word.slice(0, at);
  const group = groupIn(word.slice(at + 1));
  const full = apiGroups().includes(group) ? group : completeGroup(name, group, options);
  return full === undefined ? customResource(name, group) : typeInGroup(name, full, options);
}

// A version in front of the group says nothing to a policy.
function groupIn(text: string): string {
  return text.replace(/^v\d+((alpha|beta)\d+)?(\.|$)/, '');
}

function typeWithoutGroup(word: string, options: RequestOptions): ResourceType {
  const found = findResources(word);
  const served = found.filter((entry) => isServed(entry, options.kubernetesVersion));
  const [first, ...rest] = served.length > 0 ? served : found;
  if (!first) throw unknownType(word, options);
  const type = known(first, options);
  const others = rest.filter(({ group }) => group !== 'metrics.k8s.io'); // nobody means those without saying so
  if (others.length === 0) return type;
  const names = others.map(({ resource, group }) => `${resource}.${group}`).join(', ');
  const group = first.group === '' ? 'the core group' : first.group;
  return { ...type, notes: [...type.notes, `${first.resource} of ${group}; there is also ${names}.`] };
}

function known(api: ApiResource, { kubernetesVersion }: RequestOptions): ResourceType {
  const { group, resource, since, until } = api;
  const notes: string[] = [];
  if (!isServed(api, kubernetesVersion)) {
    const served = until === undefined ? `from 1.${since} on` : `up to 1.${until}`;
    notes.push(`Kubernetes ${kubernetesVersion ?? 'today'} has no ${typeName(api)}; it was served ${served}.`);
  }
  return { group, resource, api, notes };
}

/** `deployments.apps`; of the core group only the plural. */
export function typeName({ group, resource }: { group: string; resource: string }): string {
  return group === '' ? resource : `${resource}.${group}`;
}

// kubectl takes the beginning of a group too: ingresses.networking.
function completeGroup(name: string, group: string, options: RequestOptions): string | undefined {
  const first = findResources(name)
    .filter((entry) => isServed(entry, options.kubernetesVersion))
    .find((entry) => entry.group !== '' && entry.group.startsWith(group));
  return group.includes('.') ? undefined : first?.group;
}

function typeInGroup(name: string, group: string, options: RequestOptions): ResourceType {
  const [found] = findResources(name, { group });
  if (found) return known(found, options);
  const elsewhere = findResources(name).map(typeName);
  const near = nearestResource(name, { group });
  const hint = near ? `Did you mean ${typeName({ group, resource: near })}?` : undefined;
  throw new UserError(`there is no ${name} in ${group === '' ? 'the core group' : `the group ${group}`}`, {
    hint: hint ?? (elsewhere.length > 0 ? `Did you mean ${elsewhere.join(' or ')}?` : listOf(group)),
  });
}

function listOf(group: string): string {
  const names = apiResources().filter((entry) => entry.group === group);
  return `It has ${names.map(({ resource }) => resource).join(', ')}.`;
}

function customResource(name: string, group: string): ResourceType {
  const resource = name.toLowerCase();
  const notes = [`${resource}.${group} is none of the built-in resources: taken for a custom resource, by its plural.`];
  const near = nearest(
    group,
    apiGroups().filter((entry) => resourceOf(entry, resource)),
  );
  if (near) notes.push(`Did you mean ${resource}.${near}?`);
  return { group, resource, notes };
}

function unknownType(word: string, options: RequestOptions): UserError {
  const near = nearestResource(word, options);
  const custom = 'A custom resource is written with its group: tests.example.com.';
  return new UserError(`there is no built-in resource ${JSON.stringify(word)}`, {
    hint: near ? `Did you mean ${near}? ${custom}` : custom,
  });
}
