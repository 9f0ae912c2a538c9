import { decodeBase64 } from './base64.ts';
import { YamlProblem } from './problem.ts';
import { type YamlNumber, resolveNumber } from './resolve-number.ts';
import { isTimestamp } from './timestamp.ts';

/** What a scalar says. */
export type Resolved =
  | YamlNumber
  | { type: 'bool'; value: boolean }
  | { type: 'null' }
  | { type: 'str'; value: string };

/** A scalar as it is written. */
export interface ScalarSource {
  value: string;
  tag: string;
  implicit: boolean;
  start: number;
}

/**
 * Resolves a scalar as go-yaml v2.4.4 does (`resolve.go`): `yes` to true, `0123` to 83, `12:30` and dates to their text.
 *
 * @throws YamlProblem where a tag says something else than the text.
 */
export function resolveScalar({ value, tag, implicit, start }: ScalarSource): Resolved {
  if (tag === '') return implicit ? resolvePlain(value) : { type: 'str', value };
  const kind = shortTag(tag);
  if (kind === '!!binary') return { type: 'str', value: decodeBase64(value, start) };
  const fit = FITS[kind];
  const fitting = fit ? fit(value) : { type: 'str' as const, value };
  if (!fitting) throw new YamlProblem(`cannot decode "${value}" as a ${kind}`, start);
  return fitting;
}

type Fit = (text: string) => Resolved | undefined;

const FITS: Readonly<Record<string, Fit>> = {
  '!!bool': (text) => only(resolvePlain(text), 'bool'),
  '!!int': (text) => only(resolvePlain(text), 'int', 'uint'),
  '!!float': (text) => asFloat(resolvePlain(text)),
  '!!null': (text) => only(resolvePlain(text), 'null'),
  '!!timestamp': (text) => (isTimestamp(text) ? { type: 'str', value: text } : undefined),
};

function only(resolved: Resolved, ...types: Resolved['type'][]): Resolved | undefined {
  return types.includes(resolved.type) ? resolved : undefined;
}

function asFloat(resolved: Resolved): Resolved | undefined {
  if (resolved.type === 'int') return { type: 'float', value: Number(resolved.value) };
  return only(resolved, 'float');
}

function shortTag(tag: string): string {
  return tag.startsWith('tag:yaml.org,2002:') ? `!!${tag.slice('tag:yaml.org,2002:'.length)}` : tag;
}

const WORDS: ReadonlyMap<string, Resolved> = new Map([
  ...words(['y', 'yes', 'true', 'on'], { type: 'bool', value: true }),
  ...words(['n', 'no', 'false', 'off'], { type: 'bool', value: false }),
  ...words(['', '~', 'null'], { type: 'null' }),
  ...words(['.inf', '+.inf'], { type: 'float', value: Infinity }),
  ...words(['-.inf'], { type: 'float', value: -Infinity }),
  ...['.nan', '.NaN', '.NAN'].map((word): [string, Resolved] => [word, { type: 'float', value: Number.NaN }]),
]);

// Each as it is, Capitalised, and in UPPER case.
function words(list: string[], value: Resolved): [string, Resolved][] {
  return list.flatMap((word): [string, Resolved][] => [
    [word, value],
    [word.replace(/[a-z]/, (letter) => letter.toUpperCase()), value],
    [word.toUpperCase(), value],
  ]);
}

function resolvePlain(text: string): Resolved {
  const word = WORDS.get(text);
  if (word) return word;
  const resolved = /^[-+.\d]/.test(text) ? resolveNumber(text) : undefined;
  return resolved ?? { type: 'str', value: text };
}
