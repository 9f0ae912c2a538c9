import { placeholderIn } from '../policy/load/template-marks.ts';
import { readDocument } from '../yaml/document.ts';
import type { JsonEntry, JsonNode } from '../yaml/json-node.ts';
import { countBelow, lineStarts } from '../yaml/positions.ts';

/** Where something stands in the text of a document: UTF-16 offsets, and a JSON pointer (RFC 6901). */
export interface Place {
  start: number;
  end: number;
  pointer: string;
}

/** A value of a document, with where it stands. */
export interface Part {
  node: JsonNode;
  place: Place;
  /** Where its key stands; of an item of a list, and of the whole, the value itself. */
  key: Place;
}

/** The whole of a document as a part. */
export function wholeOf(node: JsonNode): Part {
  const place = { start: node.start, end: node.end, pointer: '' };
  return { node, place, key: place };
}

/** The value of a key; undefined where the part is no map, or has no such key, or has nothing there. */
export function member(part: Part | undefined, key: string): Part | undefined {
  const found = members(part).find((each) => each.name === key)?.part;
  return found?.node.kind === 'null' ? undefined : found;
}

/** The keys of a map with their values; none of anything else. */
export function members(part: Part | undefined): { name: string; part: Part }[] {
  if (part?.node.kind !== 'map') return [];
  return part.node.entries.map((entry) => ({ name: entry.key, part: memberPart(part, entry) }));
}

function memberPart({ place }: Part, { key, start, end, value }: JsonEntry): Part {
  const pointer = `${place.pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return { node: value, place: { start: value.start, end: value.end, pointer }, key: { start, end, pointer } };
}

/** The items of a list; none of anything else. */
export function items(part: Part | undefined): Part[] {
  if (part?.node.kind !== 'list') return [];
  const { pointer } = part.place;
  return part.node.items.map((node, at) => {
    const place = { start: node.start, end: node.end, pointer: `${pointer}/${at}` };
    return { node, place, key: place };
  });
}

/** The text that a part is; of anything else undefined. */
export function textOf(part: Part | undefined): string | undefined {
  return part?.node.kind === 'string' ? part.node.value : undefined;
}

/** What a scalar says, whatever its type is; undefined of a list or map, and where there is nothing. */
export function sayingOf(part: Part | undefined): string | undefined {
  if (!part || part.node.kind === 'list' || part.node.kind === 'map') return undefined;
  const { node } = part;
  return node.kind === 'null' ? '' : String(node.value);
}

/** Whether a text is filled in by something that is not here: `{{ x }}`, `${X}`, `$(X)`. */
export function isOpen(value: string): boolean {
  return placeholderIn(value) !== undefined || value.includes('$(');
}

/** A document that stands as a text in another one: what of it can be read, or why not. Neither where it is empty. */
interface Inner {
  part?: Part;
  problem?: string;
}

/**
 * Reads one document that stands as a text in another one, such as a patch of kind, with its places in the outer text. Of a literal
 * block (`|`) each part has its own place; of any other form all have that of the whole text.
 *
 * @param source the outer text. @param part the text in it. @param from where in the inner text the document begins. @param to and ends.
 */
export function readInner(source: string, part: Part, from = 0, to?: number): Inner {
  const text = textOf(part) ?? '';
  const { value, problem } = readDocument(text.slice(from, to), 'yaml');
  if (problem) return { problem: problem.message };
  if (!value) return {};
  const outer = outerOffset(source, part, text);
  const at = outer && ((offset: number): number => outer(from + offset));
  const { pointer } = part.place;
  if (!at) return { part: moved(value, () => part.place, pointer) };
  return { part: moved(value, ({ start, end }) => ({ start: at(start), end: at(end) }), pointer) };
}

type Move = (place: { start: number; end: number }) => { start: number; end: number };

function moved(node: JsonNode, move: Move, pointer: string): Part {
  const root = movedNode(node, move);
  const place = { start: root.start, end: root.end, pointer };
  return { node: root, place, key: place };
}

function movedNode(node: JsonNode, move: Move): JsonNode {
  const { start, end } = move(node);
  if (node.kind === 'list') return { ...node, start, end, items: node.items.map((item) => movedNode(item, move)) };
  if (node.kind !== 'map') return { ...node, start, end };
  const entries = node.entries.map((entry) => {
    const key = move(entry);
    return { ...entry, start: key.start, end: key.end, value: movedNode(entry.value, move) };
  });
  return { ...node, start, end, entries };
}

/** Tells of an offset in a literal block where that is in the text around it; undefined where the part is no such block. */
function outerOffset(source: string, { place }: Part, text: string): ((offset: number) => number) | undefined {
  const [head] = /^(?:[!&]\S+[ \t]+)*\|[-+0-9]*[ \t]*(?:#[^\n]*)?\r?\n/.exec(source.slice(place.start)) ?? [];
  if (head === undefined) return undefined;
  const outer = lineStarts(source);
  const inner = lineStarts(text);
  const first = lineOf(outer, place.start + head.length);
  const [content] = /^[ \t]*\S/m.exec(text) ?? [''];
  const at = lineOf(inner, text.search(/\S/));
  const line = source.slice(outer[first + at], outer[first + at + 1]);
  const indent = line.search(/\S/) - (content.length - 1);
  return (offset) => {
    const row = lineOf(inner, offset);
    const column = offset - (inner[row] ?? 0);
    return Math.min((outer[first + row] ?? source.length) + indent + column, source.length);
  };
}

/** The line of an offset, from 0, by the offsets at which the lines begin. */
function lineOf(starts: Uint32Array, offset: number): number {
  return Math.max(0, countBelow(starts, offset + 1) - 1);
}
