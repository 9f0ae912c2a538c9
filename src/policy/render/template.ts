import { UserError } from '../../errors.ts';
import { isAtLeast } from '../kube-version.ts';
import { readYaml } from '../../yaml/read.ts';
import { nearest } from '../nearest.ts';
import { printable } from './stamp.ts';
import { type ParameterValue, type Tagged, findTags } from './tags.ts';
import { LEVELS, STAGES } from '../types.ts';
import type { Path } from '../../yaml/json-node.ts';

/** How much of a genuine audit log a template keeps, in percent of what `metadata` keeps of it. */
export interface Share {
  log: string;
  events: number;
  bytes: number;
}

/** A policy with parameters: what its comment head says of it, and what can be set. */
export interface Template {
  name: string;
  /** The first line of the head. */
  title: string;
  /** The first paragraph below the title, as one line. */
  summary: string;
  parameters: Parameter[];
  /** As measured with the default parameters; empty where the head has none. */
  shares: Share[];
}

/**
 * Reads what a template (or a person's policy file) says of itself. Throws UserError for a tag that is malformed, at a place where it
 * can't be, or at odds with the head.
 */
export function readTemplate(source: string, name: string): Template {
  return templateOf(source, name, findTags(source, readYaml(source).root));
}

/** The same for a source whose tags were found already. */
export function templateOf(source: string, name: string, tags: readonly Tagged[]): Template {
  const head = headLines(source);
  const text = head.map((line) => line.replace(/^#\s?/, '')).filter((line) => !line.startsWith('kops-audit {'));
  const [title = '', ...rest] = text.join('\n').trim().split('\n');
  const [summary = ''] = rest
    .join('\n')
    .trim()
    .split(/\n\s*\n/, 1);
  return {
    name,
    title: title.trim(),
    summary: summary
      .split('\n')
      .map((line) => line.trim())
      .join(' '),
    parameters: readParameters(source, tags),
    shares: sharesIn(source),
  };
}

// `scripts/measure-templates.mjs` writes these lines.
const SHARE = /^Keeps of (.+): (\d+(?:\.\d+)?) % of events, (\d+(?:\.\d+)?) % of bytes$/;

/** What the head of a text says that it keeps of genuine logs. */
export function sharesIn(source: string): Share[] {
  return headLines(source).flatMap((line) => readShare(line.replace(/^#\s?/, '')));
}

function readShare(line: string): Share[] {
  const [, log, events, bytes] = SHARE.exec(line) ?? [];
  return log === undefined ? [] : [{ log, events: Number(events), bytes: Number(bytes) }];
}

function headLines(source: string): string[] {
  const lines = source.replace(/^\uFEFF/, '').split(/\r?\n/);
  const end = lines.findIndex((line) => !line.startsWith('#'));
  return end < 0 ? lines : lines.slice(0, end);
}

const PARAM_LINE = /^# ?param ([a-zA-Z]\w*)(?: ?\(([^)]*)\))? ?: ?(.*)$/;

/**
 * Gives a text without the head lines that declare the given parameters and, unless `withShares`, without those that say what the
 * template keeps of a log.
 */
export function withoutHeadNotes(text: string, parameters: readonly Parameter[], withShares: boolean): string {
  const head = headLines(text);
  const names = new Set(parameters.map(({ name }) => name));
  const kept = head.filter(
    (line) => !names.has(PARAM_LINE.exec(line)?.[1] ?? '') && (withShares || !isAboutShares(line)),
  );
  const tidy = kept.length < head.length ? withoutGaps(kept) : head;
  return [...tidy, ...text.split('\n').slice(head.length)].join('\n');
}

function isAboutShares(line: string): boolean {
  return SHARE.test(line.slice(2)) || /^# (?:Measured on genuine logs|keeps of them:)/.test(line);
}

/** Gives a text with a note at the end of its head on what was set, as the head describes the template as it is. */
export function withSetNote(text: string, set: Readonly<Record<string, string>>): string {
  const head = headLines(text);
  if (Object.keys(set).length === 0 || head.length === 0) return text;
  const values = Object.entries(set).map(
    ([name, value]) => `#   ${name}=${/^[\w.:,-]*$/.test(value) ? value : printable(JSON.stringify(value))}`,
  );
  const note = ['#', '# Set here; where the text above says otherwise, this is true:', ...values];
  return [...head, ...note, ...text.split('\n').slice(head.length)].join('\n');
}

// No two empty comment lines in a row, and none at the end.
function withoutGaps(lines: readonly string[]): string[] {
  return lines.filter((line, at) => line !== '#' || (at < lines.length - 1 && lines[at + 1] !== '#'));
}

interface Declared {
  allowed: string[] | undefined;
  description: string;
}

function readParameters(source: string, tags: readonly Tagged[]): Parameter[] {
  const declared = new Map(headLines(source).flatMap(readDeclared));
  const parameters = new Map<string, Parameter>();
  for (const tagged of tags) {
    if (tagged.kind === 'since') isAtLeast(tagged.word, 0);
    else merge(parameters, parameterOf(tagged, declared.get(tagged.word)));
  }
  return [...parameters.values()];
}

function readDeclared(line: string): [string, Declared][] {
  const [, name, allowed, description = ''] = PARAM_LINE.exec(line) ?? [];
  if (name === undefined) return [];
  return [[name, { allowed: allowed?.split('|').map((value) => value.trim()), description: description.trim() }]];
}

function parameterOf(tagged: Tagged, declared: Declared | undefined): Parameter {
  const type = typeAt(tagged.path);
  const name = tagged.word;
  if (!type) throw new UserError(`the parameter ${name} is at ${tagged.path.join('.')}, where nothing can be set`);
  const value = defaultOf(name, type, tagged.value);
  const allowed = narrow(name, type, declared?.allowed);
  const strange = [value].flat().find((item) => allowed && !allowed.includes(String(item)) && type.type !== 'boolean');
  if (strange !== undefined)
    throw new UserError(`the default ${strange} of the parameter ${name} is not one of ${allowed?.join(', ')}`);
  return {
    name,
    description: declared?.description ?? '',
    type: type.type,
    ...(allowed ? { allowed } : {}),
    default: value,
  };
}

function defaultOf(name: string, { type }: ParameterType, value: unknown): ParameterValue {
  if (type === 'boolean' && typeof value === 'boolean') return value;
  if (type === 'text' && typeof value === 'string') return value;
  if (type === 'list' && Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new UserError(`the default of the parameter ${name} is no ${type}`);
}

function narrow(name: string, { allowed }: ParameterType, declared: string[] | undefined): string[] | undefined {
  const strange = allowed && declared?.find((value) => !allowed.includes(value));
  if (strange === undefined) return declared ?? allowed;
  throw new UserError(`the parameter ${name} cannot be ${strange}`, { hint: `Allowed are ${allowed?.join(', ')}.` });
}

// One parameter may stand at several places, with one type and one default.
function merge(parameters: Map<string, Parameter>, parameter: Parameter): void {
  const known = parameters.get(parameter.name);
  if (known && JSON.stringify(known) !== JSON.stringify(parameter)) {
    throw new UserError(
      `the parameter ${parameter.name} is used in several places, but not with the same type and default`,
    );
  }
  parameters.set(parameter.name, parameter);
}

/** What a parameter of a template can be. */
export interface Parameter {
  name: string;
  description: string;
  type: 'text' | 'boolean' | 'list';
  /** The values allowed, for a list those of its members; left out: any. */
  allowed?: string[];
  default: ParameterValue;
}

type ParameterType = Pick<Parameter, 'type' | 'allowed'>;

/**
 * Tells what a parameter can be from where its tag stands in the policy: a level under `level`, a list under `users`, and so on.
 * Undefined where no parameter may stand.
 */
function typeAt(path: Path): ParameterType | undefined {
  const place = path.map((step) => (typeof step === 'number' ? '#' : step)).join('.');
  return TYPES[place.replace(/^rules\.#\./, '')];
}

const LIST: ParameterType = { type: 'list' };
const TEXT: ParameterType = { type: 'text' };
const LISTS = [
  'users',
  'userGroups',
  'verbs',
  'namespaces',
  'nonResourceURLs',
  'resources.#.resources',
  'resources.#.resourceNames',
];

const TYPES: Readonly<Record<string, ParameterType>> = {
  level: { type: 'text', allowed: [...LEVELS] },
  omitStages: { type: 'list', allowed: [...STAGES] },
  'omitStages.#': { type: 'text', allowed: [...STAGES] },
  omitManagedFields: { type: 'boolean' },
  'resources.#.group': TEXT,
  ...Object.fromEntries(
    LISTS.flatMap((name) => [
      [name, LIST],
      [`${name}.#`, TEXT],
    ]),
  ),
};

/** Reads what was given with `--set NAME=TEXT` (a list with commas). Throws UserError that lists what is allowed. */
export function parseValue(parameter: Parameter, text: string): ParameterValue {
  if (parameter.type === 'boolean') return parseBoolean(parameter, text);
  if (parameter.type === 'text') return member(parameter, text);
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map((item) => member(parameter, item));
}

function parseBoolean(parameter: Parameter, text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw wrong(parameter, text, ['true', 'false']);
}

function member(parameter: Parameter, text: string): string {
  if (parameter.allowed ? parameter.allowed.includes(text) : text !== '') return text;
  throw wrong(parameter, text, parameter.allowed);
}

function wrong({ name }: Parameter, text: string, allowed: readonly string[] | undefined): UserError {
  if (!allowed) return new UserError(`the parameter ${name} cannot be empty`);
  const near = nearest(text, allowed);
  const choices = `Allowed are ${allowed.join(', ')}.`;
  const hint = near ? `Did you mean ${near}? ${choices}` : choices;
  return new UserError(`${JSON.stringify(text)} is not a value for the parameter ${name}`, { hint });
}

/** A parameter that a policy does not have. */
export class UnknownParameter extends UserError {}

/** Makes the error for a parameter that a policy does not have. */
export function unknownParameter(name: string, policy: string, parameters: readonly Parameter[]): UserError {
  const known = parameters.map((parameter) => parameter.name);
  const near = nearest(name, known);
  const list = known.length > 0 ? `It has ${known.join(', ')}.` : 'It has none.';
  const hint = near ? `Did you mean ${near}? ${list}` : list;
  return new UnknownParameter(`the policy ${policy} has no parameter ${JSON.stringify(name)}`, { hint });
}
