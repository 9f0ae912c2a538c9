import type { ScalarStyle } from './token.ts';

/** How a node is written: a scalar in one of its styles, a collection in lines or in brackets. */
export type NodeStyle = ScalarStyle | 'block' | 'flow';

/** A step of a document, as go-yaml's parser tells it. `start` and `end` are offsets in the text. */
export interface Event {
  type:
    | 'stream-start'
    | 'stream-end'
    | 'document-start'
    | 'document-end'
    | 'alias'
    | 'scalar'
    | 'sequence-start'
    | 'sequence-end'
    | 'mapping-start'
    | 'mapping-end';
  start: number;
  end: number;
  /** Where the value begins, behind its tag and anchor. */
  valueStart: number;
  style: NodeStyle;
  /** A scalar's text, an alias' name. */
  value: string;
  anchor: string;
  /** As it resolves: `tag:yaml.org,2002:str`, `!foo`, `!`; empty for none. */
  tag: string;
  /** A scalar whose type its text tells. */
  implicit: boolean;
}

/** An event without text, anchor or tag. */
export function event(type: Event['type'], start: number, end: number): Event {
  return { type, start, end, valueStart: start, style: 'plain', value: '', anchor: '', tag: '', implicit: false };
}

/** The scalar that stands where nothing is written. */
export function emptyScalar(at: number): Event {
  return { ...event('scalar', at, at), implicit: true };
}
