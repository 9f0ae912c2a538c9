import { PASTE_BLOCKS, templateMark } from './template-marks.ts';

/** What to tell of a YAML text that can't be read. */
export interface SyntaxHelp {
  code: 'yaml-syntax' | 'not-utf-8' | 'forbidden-character' | 'tab';
  offset: number;
  message: string;
  hint?: string;
}

/**
 * Explains a problem of the YAML reader: its wording is that of go-yaml, what helps is ours.
 *
 * @param wanted what the text should be, in a word: policy, spec.
 */
export function explainSyntax(text: string, offset: number, problem: string, wanted = 'policy'): SyntaxHelp {
  return (
    strangeCharacter(text, offset, problem) ??
    template(text, offset, wanted) ??
    bareDash(text, offset, problem) ??
    openQuote(text, offset, problem) ??
    tab(text, offset, problem) ??
    questionMark(text, offset, problem) ?? {
      code: 'yaml-syntax',
      offset,
      message: `not valid YAML: ${problem}`,
      ...hintFor(problem),
    }
  );
}

function strangeCharacter(text: string, offset: number, problem: string): SyntaxHelp | undefined {
  if (!problem.startsWith('control characters')) return undefined;
  const code = text.codePointAt(offset) ?? 0;
  if (code >= 0xdc00 && code <= 0xdfff) {
    const message = `the byte 0x${hex(code & 0xff, 2)} is not UTF-8`;
    return { code: 'not-utf-8', offset, message, hint: 'Save the file as UTF-8.' };
  }
  const message = `the character U+${hex(code, 4)} is not allowed in YAML`;
  return {
    code: 'forbidden-character',
    offset,
    message,
    hint: 'Remove it, or write it as an escape in double quotes.',
  };
}

function template(text: string, offset: number, wanted: string): SyntaxHelp | undefined {
  const found = templateMark(text, offset);
  if (!found) return undefined;
  const { marks, hint } = found;
  return {
    code: 'yaml-syntax',
    offset: found.offset,
    message: `this is a template with ${marks}, not a ${wanted}`,
    hint: wanted === 'spec' ? `${hint} ${PASTE_BLOCKS}` : hint,
  };
}

function openQuote(text: string, offset: number, problem: string): SyntaxHelp | undefined {
  if (!/unexpected end of stream|unexpected document indicator/.test(problem) || !/["']/.test(text.charAt(offset)))
    return undefined;
  const hint = 'Close it, or remove it.';
  return { code: 'yaml-syntax', offset, message: 'the quote that opens here is not closed', hint };
}

// `auditLogPath: -` is what people write who want the API server's standard output.
function bareDash(text: string, offset: number, problem: string): SyntaxHelp | undefined {
  if (!problem.startsWith('block sequence entries') || !/^-[ \t]*(?:#.*)?$/m.test(lineFrom(text, offset)))
    return undefined;
  const [, key = ''] = /([\w.-]+: *)$/.exec(text.slice(text.lastIndexOf('\n', offset) + 1, offset)) ?? [];
  return { code: 'yaml-syntax', offset, message: 'a "-" alone needs quotes here', hint: `Write ${key}"-".` };
}

function lineFrom(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(offset, end === -1 ? undefined : end);
}

function hex(code: number, digits: number): string {
  return code.toString(16).toUpperCase().padStart(digits, '0');
}

const TAB_PROBLEM = /^found (?:a tab|character that cannot start any token)/;

function tab(text: string, offset: number, problem: string): SyntaxHelp | undefined {
  if (!TAB_PROBLEM.test(problem) || text[offset] !== '\t') return undefined;
  return { code: 'tab', offset, message: 'there is a tab where YAML wants spaces', hint: 'Indent with spaces.' };
}

// Inside brackets a text without quotes ends at "?".
function questionMark(text: string, offset: number, problem: string): SyntaxHelp | undefined {
  if (text[offset] !== '?' || !problem.startsWith("did not find expected ',' or")) return undefined;
  const [before = ''] = /[^\s,[\]{}]*$/.exec(text.slice(Math.max(0, offset - 1000), offset)) ?? [];
  const [after = ''] = /^[^\s,[\]{}]*/.exec(text.slice(offset, offset + 1000)) ?? [];
  const message = `inside brackets ${JSON.stringify(before + after)} needs quotes, because of the "?"`;
  return { code: 'yaml-syntax', offset: offset - before.length, message, hint: 'Put it in quotes.' };
}

const HINTS: readonly [RegExp, string][] = [
  [/alphabetic or numeric/, 'A text that begins with "*" or "&" needs quotes, for example "*".'],
  [/cannot start any token/, 'A text that begins with this character needs quotes.'],
  [/could not find expected ':'/, 'Is it a key without ":", or a text that is not indented far enough?'],
  [/mapping values are not allowed/, 'Is the line indented too far, or does a text with ":" in it need quotes?'],
  [/block sequence entries/, 'Begin the "- " on a line of its own.'],
  [/expected key/, 'The keys of one map begin at the same column.'],
  [/expected '-' indicator/, 'The items of one list begin at the same column.'],
  [/expected ',' or/, 'A "," or the closing bracket is missing.'],
  [/unknown escape|hexdecimal/, 'In double quotes a backslash is written "\\\\"; single quotes take it as it is.'],
  [/directive|incompatible|version number/, 'Remove the line with "%", or write "%YAML 1.1".'],
  [/a key must be text/, 'A key such as null or {{ … }} needs quotes.'],
  [/exceeded max depth/, 'Policies and specs have no more than a few levels.'],
];

function hintFor(problem: string): { hint?: string } {
  const [, hint] = HINTS.find(([pattern]) => pattern.test(problem)) ?? [];
  return hint === undefined ? {} : { hint };
}
