import type { Json } from '../../json.ts';

export type Leaf = null | boolean | number | string;

/** Whether a value is written in one piece: no map and no list. */
export function isLeaf(value: Json): value is Leaf {
  return typeof value !== 'object' || value === null;
}

/**
 * Writes a scalar in one line, so that YAML 1.1 (go-yaml v2) reads the same value and type: a text plain where that is beyond doubt,
 * otherwise in double quotes.
 * @param where Inside brackets fewer texts may be plain, and in JSON none.
 */
export function inlineScalar(value: Leaf, where: 'block' | 'flow' | 'json'): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return where !== 'json' && isPlain(value, where === 'flow') ? value : quoted(value);
}

/** What stands behind the colon, and the lines of a block text (`|`) without their indentation; an empty line stays empty. */
export interface BlockText {
  header: string;
  lines: string[];
}

/**
 * Writes a text of several lines as a literal block. Gives undefined where that is not possible, or not safe in an editor: no
 * newline, no visible character, tabs, blanks at the end of a line, blank lines at the end of the text, control characters.
 * @param step The indentation of the lines against their parent; written out where the text begins with a blank or an empty line.
 */
export function blockText(value: string, step: number): BlockText | undefined {
  if (!value.includes('\n') || !/\S/.test(value) || /\t| $| \n/.test(value) || ESCAPED.test(value.replaceAll('\n', '')))
    return undefined;
  const body = value.replace(/\n$/, '');
  const starts = /^[ \n]/.test(body);
  if (body.endsWith('\n') || (starts && step > 9)) return undefined;
  return { header: `|${starts ? step : ''}${body === value ? '-' : ''}`, lines: body.split('\n') };
}

// Control characters, line ends other than LF, what no reader shows, and what go-yaml takes for the mark of an encoding.
const ESCAPED = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/;

function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

const WORDS = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

function isPlain(text: string, inFlow: boolean): boolean {
  const allowed = inFlow ? /^[A-Za-z/][\w./@%+ -]*$/ : /^[A-Za-z/][\w./@%+:=,() -]*$/;
  return allowed.test(text) && !WORDS.test(text) && !/: |[: ]$/.test(text);
}
