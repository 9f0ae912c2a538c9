import type { Json, JsonObject } from '../../json.ts';
import type { Layout } from './layout.ts';
import { blockText, inlineScalar, isLeaf, type BlockText } from './scalars.ts';

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
