import type { Json, JsonObject } from '../json.ts';
import type { Layout } from './edit-places.ts';

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

const WORDS: ReadonlySet<string> = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null']);

/** Whether a plain text is no text in YAML 1.1, or none in some reader. */
export function isWord(text: string): boolean {
  return WORDS.has(text.toLowerCase());
}

function isPlain(text: string, inFlow: boolean): boolean {
  const allowed = inFlow ? /^[A-Za-z/][\w./@%+ -]*$/ : /^[A-Za-z/][\w./@%+:=,() -]*$/;
  return allowed.test(text) && !isWord(text) && !/: |[: ]$/.test(text);
}

/**
 * Writes a value in one line with brackets and braces: `{a: b, c: [d]}` in YAML, `{"a": "b"}` in JSON.
 * @param gap What stands behind colons and commas; in YAML a blank is needed behind a colon.
 */
export function flowText(value: Json, form: 'flow' | 'json', gap = ' '): string {
  if (isLeaf(value)) return inlineScalar(value, form);
  if (Array.isArray(value)) return `[${value.map((item) => flowText(item, form, gap)).join(`,${gap}`)}]`;
  const members = Object.entries(value).map(
    ([key, item]) => `${inlineScalar(key, form)}:${gap}${flowText(item, form, gap)}`,
  );
  return `{${members.join(`,${gap}`)}}`;
}

/** A value in block style: what stands behind its colon or dash (perhaps nothing), and the lines below, indented. */
export interface Rendered {
  inline: string;
  lines: string[];
  /** The indentation of the block text that the last line belongs to, if any: a comment below that is as deep would become text. */
  textColumn: number | undefined;
}

export interface RenderOptions {
  layout: Layout;
  /** False: texts of several lines are written in double quotes. */
  allowBlockText: boolean;
}

/**
 * Renders a value as what belongs to a key in block style. The keys of maps keep their order.
 * @param column The key's column.
 */
export function renderMember(value: Json, column: number, options: RenderOptions): Rendered {
  if (isLeaf(value)) return renderLeaf(value, column, options);
  const { dash, step } = options.layout;
  return renderCollection(value, column + (Array.isArray(value) ? dash : step), options);
}

/** Renders a value as an item of a block list with its dash at `column`. The first line of a map stands beside the dash. */
export function renderItem(value: Json, column: number, options: RenderOptions): Rendered {
  if (isLeaf(value)) return renderLeaf(value, column, options);
  const inner = renderCollection(value, column + options.layout.gap, options);
  if (inner.lines.length === 0) return inner;
  const [first = '', ...lines] = inner.lines;
  return { ...inner, inline: first.trimStart(), lines };
}

/** Renders a map or list with its keys or dashes at `column`; an empty one has no lines. */
export function renderCollection(value: Json[] | JsonObject, column: number, options: RenderOptions): Rendered {
  const parts = Array.isArray(value)
    ? value.map((item) => entryLines(itemHead(item, options), renderItem(item, column, options), column))
    : Object.entries(value).map(([key, item]) =>
        entryLines(`${inlineScalar(key, 'block')}:`, renderMember(item, column, options), column),
      );
  const last = parts.at(-1);
  if (!last) return { inline: Array.isArray(value) ? '[]' : '{}', lines: [], textColumn: undefined };
  return { ...last, inline: '', lines: parts.flatMap(({ lines }) => lines) };
}

// Scalars stand one blank behind the dash, maps and lists as far as those in the document.
function itemHead(item: Json, { layout }: RenderOptions): string {
  return isLeaf(item) || Object.keys(item).length === 0 ? '-' : `-${' '.repeat(layout.gap - 2)}`;
}

function entryLines(head: string, rendered: Rendered, column: number): Rendered {
  const first = `${' '.repeat(column)}${head}${rendered.inline === '' ? '' : ` ${rendered.inline}`}`;
  return { ...rendered, lines: [first, ...rendered.lines] };
}

function renderLeaf(
  value: Json & (null | boolean | number | string),
  column: number,
  { layout, allowBlockText }: RenderOptions,
): Rendered {
  const block = typeof value === 'string' && allowBlockText ? blockText(value, layout.step) : undefined;
  if (block) return renderBlockText(block, column + layout.step);
  return { inline: inlineScalar(value, 'block'), lines: [], textColumn: undefined };
}

/** Renders a block text with its lines at `column`. */
export function renderBlockText({ header, lines }: BlockText, column: number): Rendered {
  const indent = ' '.repeat(column);
  return {
    inline: header,
    lines: lines.map((line) => (line === '' ? '' : indent + line)),
    textColumn: column,
  };
}

const TEXT: RenderOptions = { layout: { step: 2, dash: 2, gap: 2 }, allowBlockText: true };

/** A document of block style that YAML 1.1 and 1.2 read alike, with a line feed at its end. The keys of maps keep their order. */
export function yamlText(value: Json[] | JsonObject): string {
  const { inline, lines } = renderCollection(value, 0, TEXT);
  return `${lines.length === 0 ? inline : lines.join('\n')}\n`;
}
