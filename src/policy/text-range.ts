/** A place in a text: `offset` counts UTF-16 units from 0, line and column count from 1. */
export interface TextPosition {
  offset: number;
  line: number;
  column: number;
}

/** A stretch of a text; `end` is the position behind its last character. */
export interface TextRange {
  start: TextPosition;
  end: TextPosition;
}
