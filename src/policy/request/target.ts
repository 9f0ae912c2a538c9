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

/** What a request is for, as a person writes it. */
export interface TargetWords {
  /** `pods`, `deploy/web`, `deployments.apps`, `deployments.v1.apps`, `pods/web/log`, or a path such as `/healthz`. */
  target: string;
  name?: string;
  subresource?: string;
}

/** By which API a request is read. */
export interface RequestOptions {
  /** For example 1.35.4; left out: the newest. */
  kubernetesVersion?: string;
}

/** What a request is for, other than a path. */
export interface Target extends ResourceType {
  name: string;
  subresource: string;
}

/**
 * Reads TYPE, TYPE/NAME, TYPE/NAME/SUBRESOURCE and, where the type has it, TYPE/SUBRESOURCE.
 *
 * @throws UserError for an unknown type, or a name or subresource that is given twice.
 */
export function readTarget(words: TargetWords, options: RequestOptions): Target {
  const [word = '', ...parts] = words.target.split('/');
  if (parts.length > 2 || [word, ...parts].includes('')) throw notATarget(words.target);
  if (word === '*') throw oneResource();
  const type = readType(word, options);
  const notes = [...type.notes];
  const [name, subresource] = namesIn(parts, type, words, notes);
  const whole = {
    name: once('name', name, words.name),
    subresource: once('subresource', subresource, words.subresource),
  };
  return { ...type, ...whole, notes: [...notes, ...subresourceNotes(type, whole.subresource)] };
}

function notATarget(target: string): UserError {
  return new UserError(`${JSON.stringify(target)} is not a resource`, {
    hint: 'Write TYPE, TYPE/NAME or TYPE/NAME/SUBRESOURCE, or a path that begins with a slash: /healthz.',
  });
}

function oneResource(): UserError {
  return new UserError('a request is for one type of resource', { hint: 'Name it, for example pods.' });
}

// kubectl reads pods/log as a pod named log; rules of a policy, and most people, mean the subresource.
function namesIn(parts: string[], type: ResourceType, words: TargetWords, notes: string[]): [string, string] {
  const [first = '', second = ''] = parts;
  if (second !== '') return [first, second];
  const isKnown = type.api ? namesOf(type).includes(first) : ['status', 'scale'].includes(first);
  if (!isKnown || words.subresource !== undefined) return [first, ''];
  notes.push(`${typeName(type)}/${first}: read as the subresource; an object of that name is --name ${first}.`);
  return ['', first];
}

function namesOf({ api }: ResourceType): string[] {
  return api?.subresources.map(({ name }) => name) ?? [];
}

function subresourceNotes(type: ResourceType, subresource: string): string[] {
  const known = namesOf(type);
  if (subresource === '' || !type.api || known.includes(subresource)) return [];
  const near = nearest(subresource, known);
  return [`${typeName(type)} has no subresource ${subresource}.${near ? ` Did you mean ${near}?` : ''}`];
}

function once(what: string, inTarget: string, given: string | undefined): string {
  if (inTarget === '' || given === undefined || given === inTarget) return given ?? inTarget;
  throw new UserError(`two ${what}s are given: ${inTarget} and ${given}`, { hint: 'Give one of them.' });
}

/** What a word for a type of resource stands for. */
interface ResourceType {
  group: string;
  resource: string;
  /** What is known of it; left out for a custom resource. */
  api?: ApiResource;
  notes: string[];
}

/** A word that is no type of the built-in API. */
class UnknownType extends UserError {
  /** What may be meant. */
  readonly near: string | undefined;

  constructor(message: string, { near, hint }: { near: string | undefined; hint: string }) {
    super(message, { hint });
    this.near = near;
  }
}

/**
 * Says that a word is no type of the built-in API, so that it is taken for the plural of a custom resource; undefined where it is one, or
 * is of another group.
 */
export function customNote(word: string): string | undefined {
  try {
    readType(word, {});
    return undefined;
  } catch (error) {
    if (!(error instanceof UnknownType)) throw error;
    const near = error.near === undefined ? '' : ` Did you mean ${error.near}?`;
    return `${word} is none of Kubernetes itself: taken for the plural of a custom resource.${near}`;
  }
}

/**
 * Reads `pods`, `po`, `Pod`, `deployments.apps`, `deployments.v1.apps` or, for a custom resource, `tests.example.com` as kubectl does.
 *
 * @throws UserError for a word that is no resource of the built-in API, with the near ones.
 */
function readType(word: string, options: RequestOptions): ResourceType {
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
  const elsewhere = findResources(name).map(typeName).join(' or ');
  const inGroup = nearestResource(name, { group });
  const near = inGroup ? typeName({ group, resource: inGroup }) : elsewhere || undefined;
  throw new UnknownType(`there is no ${name} in ${group === '' ? 'the core group' : `the group ${group}`}`, {
    near,
    hint: near === undefined ? listOf(group) : `Did you mean ${near}?`,
  });
}

function listOf(group: string): string {
  const names = apiResources().filter((entry) => entry.group === group);
  return `It has ${names.map(({ resource }) => resource).join(', ')}.`;
}

function customResource(name: string, group: string): ResourceType {
  const resource = name.toLowerCase();
  const notes = [`${resource}.${group} is not a built-in resource: taken for a custom resource, by its plural.`];
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
  return new UnknownType(`there is no built-in resource ${JSON.stringify(word)}`, {
    near,
    hint: near ? `Did you mean ${near}? ${custom}` : custom,
  });
}
