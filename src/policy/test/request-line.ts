import { UserError } from '../../errors.ts';
import { type ApiResource, apiResources } from '../api/lookup.ts';
import { decide } from '../decide/decide.ts';
import { nearest } from '../nearest.ts';
import { type ReadRequest, readRequest, type RequestWords } from '../request/request.ts';
import type { RequestOptions } from '../request/target.ts';
import type { Policy, RequestAttributes } from '../types.ts';

/**
 * Reads a request written on one line as after `kops-audit policy explain`: `delete secrets/db -n prod --as alice`.
 *
 * @throws UserError for an unknown flag, a missing or a left over word, and all that no request can have.
 */
export function readRequestLine(line: string, options: RequestOptions): ReadRequest {
  const words = splitWords(line);
  if (words[0] === 'kops-audit' || words[0] === 'kubectl') throw commandInFront(words[0]);
  return readRequest(requestWords(words), options);
}

function commandInFront(program: string): UserError {
  return new UserError(`a request begins with its verb, not with ${program}`, {
    hint: 'Write it like: delete secrets/db -n prod --as alice',
  });
}

type Found = Partial<Omit<RequestWords, 'asGroups'>> & { asGroups?: string[] };
type TextKey = 'name' | 'namespace' | 'subresource' | 'as' | 'asGroups';
type Flag = { key: TextKey } | { key: 'allNamespaces' | 'unauthenticated'; isSwitch: true };

const FLAGS: Readonly<Record<string, Flag>> = {
  '-n': { key: 'namespace' },
  '--namespace': { key: 'namespace' },
  '-A': { key: 'allNamespaces', isSwitch: true },
  '--all-namespaces': { key: 'allNamespaces', isSwitch: true },
  '--name': { key: 'name' },
  '--subresource': { key: 'subresource' },
  '--as': { key: 'as' },
  '--as-group': { key: 'asGroups' },
  '--unauthenticated': { key: 'unauthenticated', isSwitch: true },
};

/**
 * Reads the words of such a line.
 *
 * @throws UserError for an unknown flag, a missing or a left over word.
 */
export function requestWords(words: readonly string[]): RequestWords {
  const found: Found = {};
  const plain: string[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (/^-./.test(word)) readFlag(word, rest, found);
    else plain.push(word);
  }
  const [verb, target, name, more] = plain;
  if (verb === undefined || target === undefined) throw tooFew(verb);
  if (more !== undefined) throw tooMany(more);
  if (name !== undefined) setText(found, 'name', name, 'the name');
  if (found.namespace !== undefined && found.allNamespaces)
    throw new UserError('-n does not go with -A', { hint: 'One namespace, or all of them at once.' });
  return { ...found, verb, target };
}

function tooFew(verb: string | undefined): UserError {
  const message = verb === undefined ? 'the request has no verb' : `the request does not say what to ${verb}`;
  return new UserError(message, { hint: 'Write VERB RESOURCE or VERB /path, such as: get pods -n prod' });
}

function tooMany(word: string): UserError {
  return new UserError(`${JSON.stringify(word)} is one word too many`, {
    hint: 'A request is VERB TYPE NAME, VERB TYPE/NAME or VERB /path; the rest are flags: -n, --as, --as-group.',
  });
}

function readFlag(word: string, rest: string[], found: Found): void {
  const [name, inline] = splitFlag(word);
  const flag = Object.hasOwn(FLAGS, name) ? FLAGS[name] : undefined;
  if (!flag) throw unknownFlag(name);
  if ('isSwitch' in flag) {
    found[flag.key] = true;
    return;
  }
  const value = inline ?? rest.shift();
  if (value === undefined) throw new UserError(`${name} has no value`, { hint: `Write ${name} VALUE.` });
  setText(found, flag.key, value, name);
}

// `--as=alice`, and `-nprod` as kubectl takes it.
function splitFlag(word: string): [string, string?] {
  const [, name, value] = /^(--[^=]*)=([^]*)$/.exec(word) ?? /^(-n)=?([^]+)$/.exec(word) ?? [];
  return name === undefined ? [word] : [name, value ?? ''];
}

function unknownFlag(name: string): UserError {
  const near = nearest(name, Object.keys(FLAGS));
  return new UserError(`a request has no flag ${name}`, {
    hint: near ? `Did you mean ${near}?` : `It has ${Object.keys(FLAGS).join(', ')}.`,
  });
}

function setText(found: Found, key: TextKey, value: string, flag: string): void {
  if (key === 'asGroups') {
    found.asGroups = [...(found.asGroups ?? []), value];
    return;
  }
  if (found[key] !== undefined) throw new UserError(`${flag} is given twice`, { hint: 'Give it once.' });
  found[key] = value;
}

const WORD = /(?:[^\s'"\\]|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\\[\s\S])+/y;

/**
 * Splits a line into words as a shell does: at blanks, with '…', "…" and \ to keep them. Nothing is expanded.
 *
 * @throws UserError for a quote that is not closed, or a backslash at the end.
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  for (let at = skipBlanks(line, 0); at < line.length; at = skipBlanks(line, at)) {
    WORD.lastIndex = at;
    const [word = ''] = WORD.exec(line) ?? [];
    if (word === '') throw unclosed(line.charAt(at));
    at += word.length;
    words.push(unquoted(word));
  }
  return words;
}

function skipBlanks(line: string, from: number): number {
  let at = from;
  while (at < line.length && /\s/.test(line.charAt(at))) at += 1;
  return at;
}

function unclosed(char: string): UserError {
  if (char === '\\') return new UserError('there is a backslash at the end of the request', { hint: 'Leave it out.' });
  return new UserError(`the quote ${char} is not closed`, { hint: `Put another ${char} after the word.` });
}

const PIECE = /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])/g;

// In double quotes a backslash keeps only what would mean something there.
function unquoted(word: string): string {
  return word.replace(PIECE, (_, single?: string, double?: string, escaped?: string) => {
    return single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? '';
  });
}

/**
 * Writes a request as a test file may have it: in words where some say enough for the rule (from 1) to decide it, of a resource that
 * exists if the rule does not ask for another; otherwise as a map in one line.
 */
export function requestFor(policy: Policy, rule: number, request: RequestAttributes): string {
  const lines = [request, ...ofKnownResources(request)].map(lineOf);
  return lines.find((line) => decides(policy, rule, line)) ?? mapOf(request);
}

function ofKnownResources(request: RequestAttributes): RequestAttributes[] {
  if (request.isResourceRequest !== true) return [];
  const { apiGroup = '', verb = '' } = request;
  const known = apiResources().filter(({ group, verbs }) => group === apiGroup && verbs.includes(verb));
  return known.toSorted(ordinaryFirst).map(({ resource }) => ({ ...request, resource }));
}

// Such as bindings, which can only be created, are no good examples.
function ordinaryFirst(a: ApiResource, b: ApiResource): number {
  return Number(b.verbs.includes('watch')) - Number(a.verbs.includes('watch'));
}

function lineOf(request: RequestAttributes): string {
  const { verb = '', isResourceRequest, path = '', namespace } = request;
  const target = isResourceRequest === true ? targetOf(request) : path;
  const where = namespace && namespace !== 'default' ? `-n ${namespace}` : '';
  return [verb, target, where, ...identityOf(request)].filter((word) => word !== '').join(' ');
}

function targetOf({ apiGroup, resource = '', subresource, name }: RequestAttributes): string {
  const type = `${resource}${apiGroup ? `.${apiGroup}` : ''}`;
  return [type, ...(name ? [name] : []), ...(subresource ? [subresource] : [])].join('/');
}

// Whoever has a name is in system:authenticated anyway.
function identityOf({ user, groups = [] }: RequestAttributes): string[] {
  if (user === undefined) return ['--unauthenticated'];
  const named = groups.filter((group) => group !== 'system:authenticated');
  return [`--as ${user}`, ...named.map((group) => `--as-group ${group}`)];
}

function decides(policy: Policy, rule: number, line: string): boolean {
  try {
    return decide(policy, readRequestLine(line, {}).request).rule === rule;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

function mapOf(request: RequestAttributes): string {
  const pairs = Object.entries(request).filter(([key]) => key !== 'isResourceRequest');
  return `{ ${pairs.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(', ')} }`;
}
