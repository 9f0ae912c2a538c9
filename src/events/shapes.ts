import { isObject } from '../json.ts';
import type { AuditUser, ObjectReference, ResponseStatus } from './event.ts';

/** What a member of a map must be; one that is not counts as absent, whatever wrote it. */
type Shape = 'text' | 'texts' | 'lists' | 'number';

const IS: Readonly<Record<Shape, (value: unknown) => boolean>> = {
  text: isText,
  texts: isTexts,
  lists: (value) => isObject(value) && Object.values(value).every(isTexts),
  number: (value) => typeof value === 'number',
};

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText);
}

const USER: Readonly<Record<keyof AuditUser, Shape>> = {
  username: 'text',
  uid: 'text',
  groups: 'texts',
  extra: 'lists',
};

const OBJECT: Readonly<Record<keyof ObjectReference, Shape>> = {
  resource: 'text',
  namespace: 'text',
  name: 'text',
  uid: 'text',
  apiGroup: 'text',
  apiVersion: 'text',
  resourceVersion: 'text',
  subresource: 'text',
};

const STATUS: Readonly<Record<keyof ResponseStatus, Shape>> = {
  code: 'number',
  status: 'text',
  reason: 'text',
  message: 'text',
};

/** A user as an event has it, without what is of a wrong type; undefined for what is no map. */
export function asUser(value: unknown): AuditUser | undefined {
  return shaped<AuditUser>(value, USER);
}

/** The same of the object of a request. */
export function asObject(value: unknown): ObjectReference | undefined {
  return shaped<ObjectReference>(value, OBJECT);
}

/** The same of its answer. */
export function asStatus(value: unknown): ResponseStatus | undefined {
  return shaped<ResponseStatus>(value, STATUS);
}

/** The texts of a list; undefined for what is none. */
export function asTexts(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return isTexts(value) ? value : value.filter(isText);
}

/** The texts of a map, by their keys; undefined for what is no map. */
export function asTextMap(value: unknown): Readonly<Record<string, string>> | undefined {
  if (!isObject(value)) return undefined;
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => isText(entry[1])));
}

function shaped<Map extends object>(value: unknown, shapes: Readonly<Record<string, Shape>>): Map | undefined {
  if (!isObject(value)) return undefined;
  const isRight = ([key, member]: [string, unknown]): boolean => {
    const shape = Object.hasOwn(shapes, key) ? shapes[key] : undefined;
    return shape === undefined || IS[shape](member);
  };
  const members = Object.entries(value);
  return (members.every(isRight) ? value : Object.fromEntries(members.filter(isRight))) as Map;
}
