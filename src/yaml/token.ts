import type { Mark } from './reader.ts';

export type TokenType =
  | 'stream-start'
  | 'stream-end'
  | 'version-directive'
  | 'tag-directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | 'flow-sequence-start'
  | 'flow-sequence-end'
  | 'flow-mapping-start'
  | 'flow-mapping-end'
  | 'flow-entry'
  | 'block-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

/** How a scalar is written: without quotes, in quotes, as a block behind `|` or `>`. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

/** A piece of YAML. `start` and `end` are offsets in the text. */
export interface Token {
  type: TokenType;
  start: number;
  end: number;
  /** A scalar's text, an anchor's name, a tag's handle, a version. */
  value: string;
  /** What follows the handle of a tag, the prefix of a tag directive. */
  suffix: string;
  /** How a scalar is written. */
  style: ScalarStyle;
}

/** A token from a place on, up to another (or empty). */
export function token(
  type: TokenType,
  { offset }: Mark,
  end?: number,
  value = '',
  style: ScalarStyle = 'plain',
): Token {
  return { type, start: offset, end: end ?? offset, value, suffix: '', style };
}
