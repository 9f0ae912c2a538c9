import { UserError } from '../../errors.ts';
import type { RequestAttributes } from '../types.ts';
import { identityOf } from './identity.ts';
import { locate } from './locate.ts';
import { readTarget } from './target.ts';
import { checkVerb, verbNote } from './verbs.ts';
import type { RequestOptions, RequestWords } from './words.ts';

/** A request as an audit policy sees it, and what is good to know about the words it was written in. */
export interface ReadRequest {
  request: RequestAttributes;
  notes: string[];
}

/**
 * Reads a request written in the manner of `kubectl auth can-i` into what an audit policy would see of it.
 *
 * @throws UserError for a verb, a resource or a mix of words that no request can have, with what was probably meant.
 */
export function readRequest(words: RequestWords, options: RequestOptions = {}): ReadRequest {
  const identity = identityOf(words);
  if (words.target.startsWith('/')) return { request: { ...identity, ...pathRequest(words) }, notes: pathNotes(words) };
  checkVerb(words.verb, false);
  const target = readTarget(withSubresourceOnce(words), options);
  const { notes, ...place } = locate(words, target);
  const { group, resource, subresource } = target;
  const request = { verb: words.verb, isResourceRequest: true, apiGroup: group, resource, subresource, ...place };
  const note = verbNote(words.verb);
  const all = [...(note === undefined ? [] : [note]), ...target.notes, ...notes];
  return { request: { ...identity, ...withoutEmpty(request) }, notes: all };
}

function pathRequest(words: RequestWords): RequestAttributes {
  checkVerb(words.verb, true);
  const given = (['name', 'subresource', 'namespace'] as const).find((key) => words[key] !== undefined);
  if (given !== undefined) {
    throw new UserError(`a request for a path has no ${given}`, { hint: 'Leave it out, or name a resource.' });
  }
  return { verb: words.verb, isResourceRequest: false, path: words.target.split('?')[0] ?? '' };
}

function pathNotes({ target }: RequestWords): string[] {
  const notes = target.includes('?') ? ['The policy does not see what is behind the question mark.'] : [];
  if (/^\/(api\/[^/]+|apis\/[^/]+\/[^/]+)\/./.test(target))
    notes.push('A path below /api or /apis is a request for a resource in truth: name the resource instead.');
  return notes;
}

// `--subresource /log` and `log` are one.
function withSubresourceOnce(words: RequestWords): RequestWords {
  if (words.subresource === undefined) return words;
  return { ...words, subresource: words.subresource.replace(/^\//, '') };
}

function withoutEmpty(request: RequestAttributes): RequestAttributes {
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== ''));
}
