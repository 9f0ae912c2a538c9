import type { Path } from '../../yaml/json-node.ts';
import { type Document, type Node, isMap, isPair, isScalar, isSeq, visit } from 'yaml';
import { UserError } from '../../errors.ts';
import { goValue } from '../load/go-yaml.ts';

/** A node under one of our tags: where the tag starts, where the value is, and what contains it. */
export interface Tagged {
  kind: 'param' | 'since';
  /** The parameter's name, or the Kubernetes version. */
  word: string;
  path: Path;
  tagStart: number;
  start: number;
  end: number;
  value: unknown;
  /** What must go when the node goes: its key and value, or its list item; undefined inside brackets. */
  lines: { start: number; end: number } | undefined;
  /** How many items the list has that the node is an item of. */
  siblings: number | undefined;
}

/** Lists the nodes under `!param:NAME` and `!since:1.N` in a document, in order. Throws UserError for such a tag that is malformed. */
export function findTags(text: string, document: Document): Tagged[] {
  const found: Tagged[] = [];
  visit(document, {
    Node: (_key, node, parents) => {
      const tag = (node as { tag?: string }).tag;
      if (!tag || !/^!(param|since):/.test(tag)) return;
      const [, kind, word] = /^!(param|since):((?:1\.\d+)|(?:[a-zA-Z]\w*))$/.exec(tag) ?? [];
      if (!kind || !word || (kind === 'since') !== word.startsWith('1.')) {
        throw new UserError(`${tag} is not a tag that can be used here`, { hint: 'Write !param:NAME or !since:1.23.' });
      }
      found.push({ kind: kind as Tagged['kind'], word, ...describe(text, node, tag, parents) });
    },
  });
  return found;
}

function describe(text: string, node: Node, tag: string, parents: readonly unknown[]): Omit<Tagged, 'kind' | 'word'> {
  const [start, valueEnd] = node.range ?? [0, 0];
  const end = start + text.slice(start, valueEnd).trimEnd().length;
  const tagStart = text.lastIndexOf(tag, start);
  const parent = parents.at(-1);
  return {
    path: pathOf([...parents, node]),
    tagStart,
    start,
    end,
    value: valueOf(node, tag),
    lines: linesOf(text, tagStart, end, isSeq(parent)),
    siblings: isSeq(parent) ? parent.items.length : undefined,
  };
}

// The value as it will be once the tag is gone.
function valueOf(node: Node, tag: string): unknown {
  const tagged = node as { tag?: string };
  delete tagged.tag;
  const value = goValue(node);
  tagged.tag = tag;
  return value;
}

function pathOf(nodes: readonly unknown[]): Path {
  return nodes.flatMap((parent, at): (string | number)[] => {
    const child = nodes[at + 1];
    if (child === undefined) return [];
    if (isSeq(parent)) return [parent.items.indexOf(child)];
    return isMap(parent) && isPair(child) && isScalar(child.key) ? [String(child.key.value)] : [];
  });
}

// Whole lines, from the comment right above to the last line of the value; undefined where something else is on them.
function linesOf(text: string, tagStart: number, end: number, isItem: boolean): Tagged['lines'] {
  const lineStart = text.lastIndexOf('\n', tagStart - 1) + 1;
  const before = text.slice(lineStart, tagStart);
  if (!(isItem ? /^ *- +$/ : /^ *[\w.-]+: +$/).test(before)) return undefined;
  return { start: aboveComments(text, lineStart), end: endOfLine(text, end) };
}

/** Gives the start of the comment lines right above a line; `lineStart` itself where there are none. */
export function aboveComments(text: string, lineStart: number): number {
  let start = lineStart;
  while (start > 0) {
    const previous = text.lastIndexOf('\n', start - 2) + 1;
    if (!/^\s*#/.test(text.slice(previous, start))) break;
    start = previous;
  }
  return start;
}

/** Gives the offset after the line feed that ends the line an offset is in. */
export function endOfLine(text: string, offset: number): number {
  const lineEnd = text.indexOf('\n', offset);
  return lineEnd < 0 ? text.length : lineEnd + 1;
}
