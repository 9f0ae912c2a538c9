import { UserError } from '../../errors.ts';
import { nearest } from '../nearest.ts';
import { type ResourceType, readType, typeName } from './resource-type.ts';
import type { RequestOptions, RequestWords } from './words.ts';

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
export function readTarget(words: RequestWords, options: RequestOptions): Target {
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
function namesIn(parts: string[], type: ResourceType, words: RequestWords, notes: string[]): [string, string] {
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
