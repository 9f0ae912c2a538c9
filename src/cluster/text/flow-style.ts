import { isSeq } from 'yaml';
import type { Json } from '../../json.ts';
import type { OpenDraft } from './draft.ts';
import { flowText } from './flow-text.ts';
import { lineStart } from './layout.ts';
import type { Printing } from './printing.ts';

/** How the entries of a `{…}` or `[…]` are written. */
export interface FlowStyle {
  isList: boolean;
  /** Each entry begins a line of its own. */
  isVertical: boolean;
  /** Between a comma and the next entry. */
  separator: string;
  /** Behind a colon. */
  gap: string;
  write: (value: Json) => string;
}

/** Finds the style of an open `{…}` or `[…]`. In JSON a new value has lines of its own where its neighbours have. */
export function flowStyleOf({ document, source }: Printing, { node, slots }: OpenDraft): FlowStyle {
  const open = node.range![0];
  const first = slots.find(({ entry }) => entry)!.entry!.start;
  const isVertical = source.slice(open, first).includes('\n');
  const indent = /^[ \t]*/.exec(source.slice(lineStart(source, first)))![0];
  const isJson = document.form === 'json';
  const gap = isJson ? jsonGap(source) : ' ';
  const write =
    isJson && isVertical ? pretty(indent, unitOf(source, node.range![1] - 1, indent)) : inOneLine(isJson, gap);
  return { isList: isSeq(node), isVertical, separator: isVertical ? `\n${indent}` : gap, gap, write };
}

function inOneLine(isJson: boolean, gap: string): (value: Json) => string {
  return (value) => flowText(value, isJson ? 'json' : 'flow', gap);
}

function pretty(indent: string, unit: string): (value: Json) => string {
  return (value) => JSON.stringify(value, null, unit).replaceAll('\n', `\n${indent}`);
}

/** How much deeper the entries are than the bracket that closes them. */
function unitOf(source: string, close: number, indent: string): string {
  const outer = /^[ \t]*/.exec(source.slice(lineStart(source, close)))![0];
  return indent.startsWith(outer) && indent !== outer ? indent.slice(outer.length) : '  ';
}

// As behind the first colon of the document.
function jsonGap(source: string): string {
  return /^\s*\{\s*"(?:[^"\\]|\\.)*"\s*:\S/.test(source) ? '' : ' ';
}
