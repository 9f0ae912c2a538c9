import type { Path } from '../../yaml/json-node.ts';
import { LEVELS, STAGES } from '../types.ts';
import { UserError } from '../../errors.ts';
import { nearest } from '../nearest.ts';

export type ParameterValue = string | boolean | string[];

/** What a parameter of a template can be. */
export interface Parameter {
  name: string;
  description: string;
  type: 'text' | 'boolean' | 'list';
  /** The values allowed, for a list those of its members; left out: any. */
  allowed?: string[];
  default: ParameterValue;
}

export type ParameterType = Pick<Parameter, 'type' | 'allowed'>;

/**
 * Tells what a parameter can be from where its tag stands in the policy: a level under `level`, a list under `users`, and so on.
 * Undefined where no parameter may stand.
 */
export function typeAt(path: Path): ParameterType | undefined {
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

/** Makes the error for a parameter that a policy does not have. */
export function unknownParameter(name: string, policy: string, parameters: readonly Parameter[]): UserError {
  const known = parameters.map((parameter) => parameter.name);
  const near = nearest(name, known);
  const list = known.length > 0 ? `It has ${known.join(', ')}.` : 'It has none.';
  const hint = near ? `Did you mean ${near}? ${list}` : list;
  return new UserError(`the policy ${policy} has no parameter ${JSON.stringify(name)}`, { hint });
}
