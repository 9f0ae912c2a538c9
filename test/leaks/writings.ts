import { diffLines } from 'diff';
import type { JsonObject } from '../../src/json.ts';
import { specToYaml } from '../../src/yaml/print.ts';

/** Ways to write a scalar, each with the same value; undefined where a value cannot be written so. */
export type Writing = (text: string, indent: string) => string | undefined;

const codes = (text: string): [string, number][] => [...text].map((char) => [char, char.codePointAt(0) ?? 0]);
const hex = (code: number, width: number): string => code.toString(16).padStart(width, '0');

function doubled(text: string, escape: (char: string, code: number) => string): string {
  return `"${codes(text)
    .map(([char, code]) => escape(char, code))
    .join('')}"`;
}

const json = (char: string): string => JSON.stringify(char).slice(1, -1);
const isPlain = (code: number): boolean => code >= 0x20 && code < 0x7f && code !== 0x22 && code !== 0x5c;

export const WRITINGS: Readonly<Record<string, Writing>> = {
  // go-yaml takes no raw control character.
  JSON: (text) => JSON.stringify(text).replaceAll(/[\u007f-\u009f]/g, (char) => `\\u${hex(char.charCodeAt(0), 4)}`),
  'long escapes': (text) => doubled(text, (_char, code) => `\\U${hex(code, 8)}`),
  'short escapes': (text) =>
    doubled(text, (char, code) =>
      code < 0x100
        ? `\\x${hex(code, 2)}`
        : code < 0x10000
          ? `\\u${hex(code, 4)}`
          : isPlain(code)
            ? char
            : `\\U${hex(code, 8)}`,
    ),
  'some escapes': (text) =>
    doubled(text, (char, code) =>
      isPlain(code) && code % 3 > 0 ? char : `\\u${code > 0xffff ? '0020' : hex(code, 4)}`,
    ),
  'folded double quotes': (text, indent) =>
    doubled(text, (char, code) =>
      isPlain(code)
        ? `${char}${code % 5 === 0 ? `\\\n${indent}    ` : ''}`.replace(/^ \\/, ' \\')
        : code > 0xffff
          ? `\\U${hex(code, 8)}`
          : `\\u${hex(code, 4)}`,
    ).replaceAll(/\n( +) /g, '\n$1\\ '),
  'single quotes': (text) =>
    /^[\x20-\x7e\u00a0-\ud7ff]+$/.test(text) && text.trim() === text ? `'${text.replaceAll("'", "''")}'` : undefined,
  'a literal block': (text, indent) =>
    /[^\n\x20-\x7e\u00a0-\u200a\u{1f000}-\u{1ffff}]/u.test(text)
      ? undefined
      : `|2${text.endsWith('\n') ? '+' : '-'}\n${text.replace(/\n$/, '').replaceAll(/^(?=.)/gm, `${indent}    `)}`,
  'a folded block': (text, indent) =>
    /[^\n\x21-\x7e]|\n\n|^\n|^ /.test(text)
      ? undefined
      : `>-\n${text
          .trimEnd()
          .replaceAll('\n', '\n\n')
          .replaceAll(/^(?=.)/gm, `${indent}  `)}`,
  'an anchor': (text) =>
    `&x ${JSON.stringify(text).replaceAll(/[\u007f-\uffff]/g, (char) => (/[\ud800-\udfff]/.test(char) ? 'x' : `\\u${hex(char.charCodeAt(0), 4)}`))}`,
  base64: (text) => `!!binary "${Buffer.from(text).toString('base64')}"`,
  JSON_escapes: (text) =>
    `"${json(text).replaceAll(/[\u007f-\uffff]/g, (char) => (/[\ud800-\udfff]/.test(char) ? 'x' : `\\u${hex(char.charCodeAt(0), 4)}`))}"`,
};

/** The text of a spec file, each content written in a way that `choose` picks. */
export function specText(spec: JsonObject, choose: (writings: readonly string[]) => string): string {
  const contents: string[] = [];
  const files = Array.isArray(spec['fileAssets']) ? spec['fileAssets'] : [];
  const held = files.map((file) => {
    const { content, ...rest } = file as JsonObject;
    contents.push(String(content));
    return { ...rest, content: `CONTENT${contents.length - 1}X` };
  });
  const text = specToYaml({
    apiVersion: 'kops.k8s.io/v1alpha2',
    kind: 'Cluster',
    metadata: { name: 'm.k8s.local' },
    spec: { ...spec, fileAssets: held },
  });
  return text.replaceAll(/CONTENT(\d+)X/g, (_, index: string) => written(contents[Number(index)] ?? '', choose));
}

function written(text: string, choose: (writings: readonly string[]) => string): string {
  const fitting = Object.entries(WRITINGS).flatMap(([name, write]) => {
    const found = write(text, '    ');
    return found === undefined ? [] : [[name, found] as const];
  });
  const name = choose(fitting.map(([each]) => each));
  return fitting.find(([each]) => each === name)?.[1] ?? JSON.stringify(text);
}

/** The preview of `kops update cluster`, printed as kOps prints it (`pkg/diff/diff.go`, two lines of context, release 1.36). */
export function kopsPreview(
  before: string,
  after: string,
  diff: (before: string, after: string) => { sign: string; line: string }[],
): string {
  const lines = diff(before, after);
  const keep = lines.map((_, at) => lines.slice(Math.max(0, at - 2), at + 3).some(({ sign }) => sign !== ' '));
  const shown: string[] = [];
  lines.forEach(({ sign, line }, at) => {
    if (keep[at]) shown.push(`${sign} ${line}`);
    else if (shown.at(-1) !== '...') shown.push('...');
  });
  const column = `  \t${' '.repeat(20)}\t`;
  return [
    'Will modify resources:',
    '  ManagedFile/cluster-completed.spec',
    `  \tContents${' '.repeat(12)}`,
    ...[...shown, ''].map((line) => column + line),
    '',
    'Must specify --yes to apply changes',
    '',
  ].join('\n');
}

/** The lines of two texts, and on which side each stands. */
export function byLines(before: string, after: string): { sign: string; line: string }[] {
  return diffLines(before, after).flatMap(({ value, added, removed }) =>
    value
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => ({ sign: added ? '+' : removed ? '-' : ' ', line })),
  );
}
