import { isObject, listOf, mapOf, type Json } from '../json.ts';
import type { LoggedEvent } from './event.ts';

// What the bodies of events tell of objects. They are as the client sent them: anything can be in them.

/** The uid of the object that an event is about, by its answer, by what it asked to be so, or by its reference; undefined where none says. */
export function uidOf({ requestObject, responseObject, objectRef }: LoggedEvent): string | undefined {
  const answer = mapOf(json(responseObject));
  const candidates = [
    mapOf(answer['metadata'])['uid'],
    mapOf(answer['details'])['uid'],
    mapOf(mapOf(json(requestObject))['preconditions'])['uid'],
    objectRef?.uid,
  ];
  return candidates.find((uid): uid is string => typeof uid === 'string' && uid !== '');
}

/** The uids of the owners of an object that is in a body. */
export function ownersIn(body: unknown): string[] {
  const owners = listOf(mapOf(mapOf(json(body))['metadata'])['ownerReferences']);
  return owners.flatMap((owner) => textOf(mapOf(owner)['uid']));
}

/** The name of the object in a body; undefined where it has none. */
export function nameIn(body: unknown): string | undefined {
  const { name } = mapOf(mapOf(json(body))['metadata']);
  return typeof name === 'string' ? name : undefined;
}

/** The names of the objects in the answer of a deletecollection; undefined where it is not recorded. */
export function namesIn(body: unknown): string[] | undefined {
  const list = json(body);
  if (!isObject(list) || !Array.isArray(list['items'])) return undefined;
  return list['items'].flatMap((item) => textOf(mapOf(mapOf(item)['metadata'])['name']));
}

/** What still holds an object that is marked for deletion: its finalizers; undefined where the answer does not say that it is marked. */
export function finalizersIn(body: unknown): string[] | undefined {
  const metadata = mapOf(mapOf(json(body))['metadata']);
  if (typeof metadata['deletionTimestamp'] !== 'string') return undefined;
  return listOf(metadata['finalizers']).flatMap(textOf);
}

/** Who is bound by a binding: `User carol`, `ServiceAccount shop/builder`. */
export function subjectsIn(body: unknown): string[] {
  return listOf(mapOf(json(body))['subjects']).flatMap((subject) => {
    const { kind, name, namespace } = mapOf(subject);
    const place = typeof namespace === 'string' && namespace !== '' ? `${namespace}/` : '';
    return typeof kind === 'string' && typeof name === 'string' ? [`${kind} ${place}${name}`] : [];
  });
}

/** The role that a binding gives; undefined where the body does not say, or is not there. */
export function roleIn(body: unknown): string | undefined {
  const { name } = mapOf(mapOf(json(body))['roleRef']);
  return typeof name === 'string' ? name : undefined;
}

/** What a workload was, as far as a body says: how many replicas of which images. */
export interface Shape {
  replicas?: number;
  images: string[];
}

/** The shape of an object in a body; undefined for what has neither replicas nor images. */
export function shapeIn(body: unknown): Shape | undefined {
  const spec = mapOf(mapOf(json(body))['spec']);
  const template = mapOf(mapOf(spec['template'])['spec']);
  const job = mapOf(mapOf(mapOf(mapOf(spec['jobTemplate'])['spec'])['template'])['spec']);
  const containers = [spec, template, job].flatMap((each) => listOf(each['containers']));
  const images = containers.flatMap((container) => textOf(mapOf(container)['image']));
  const { replicas } = spec;
  if (images.length === 0 && typeof replicas !== 'number') return undefined;
  return { ...(typeof replicas === 'number' ? { replicas } : {}), images };
}

function textOf(value: Json | undefined): string[] {
  return typeof value === 'string' ? [value] : [];
}

function json(value: unknown): Json | undefined {
  return isObject(value) ? value : undefined;
}
