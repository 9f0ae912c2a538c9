import type { Json } from '../../json.ts';
import { UserError } from '../../errors.ts';
import { decodeYaml } from '../../yaml/decode.ts';
import { plainJson } from '../../yaml/document.ts';
import { type Path, depthOf } from '../../yaml/json-node.ts';
import type { YamlNode } from '../../yaml/read.ts';
import { isPlainText } from '../../yaml/resolve.ts';
import { isAtLeast } from '../kube-version.ts';

/** What a parameter can be set to. */
export type ParameterValue = string | boolean | string[];

/** A node under one of our tags: where the tag starts, where the value is, and what contains it. */
export interface Tagged {
  kind: 'param' | 'since';
  /** The parameter's name, or the Kubernetes version. */
  word: string;
  path: Path;
  tagStart: number;
  start: number;
  end: number;
  /** As it will be once the tag is gone; undefined where it can't be read. */
  value: Json | undefined;
  /** What must go when the node goes: its key and value, or its list item; undefined inside brackets. */
  lines: { start: number; end: number } | undefined;
  /** How many items the list has that the node is an item of. */
  siblings: number | undefined;
  /** The rule that it is in. */
  rule: YamlNode | undefined;
}

interface Place {
  node: YamlNode;
  path: Path;
  /** What the node is in, from the outside. */
  parents: readonly YamlNode[];
}

const TAG = /^!(param|since):/;
const FORM = /^!(?:(param):([a-zA-Z]\w*)|(since):(1\.\d+))$/;

/** Lists the nodes under `!param:NAME` and `!since:1.N` of a document, in order. Throws UserError for such a tag that is malformed. */
export function findTags(text: string, root: YamlNode | null): Tagged[] {
  const found: Tagged[] = [];
  const open: Place[] = root ? [{ node: root, path: [], parents: [] }] : [];
  for (let place = open.pop(); place; place = open.pop()) {
    if (TAG.test(place.node.tag)) found.push(describe(text, place));
    open.push(...partsOf(place).toReversed());
  }
  return found;
}

function partsOf({ node, path, parents }: Place): Place[] {
  const around = [...parents, node];
  if (node.kind === 'list')
    return node.children.map((child, at) => ({ node: child, path: [...path, at], parents: around }));
  return node.children.map((child, at) => {
    const key = node.children[at - (at % 2)]?.value ?? '';
    return { node: child, path: [...path, key], parents: around };
  });
}

function describe(text: string, { node, path, parents }: Place): Tagged {
  const { tag, valueStart } = node;
  const end = endOf(node, text);
  const tagStart = node.start + text.slice(node.start, valueStart).indexOf(tag);
  const [, param, name, since, version] = FORM.exec(tag) ?? [];
  const word = name ?? version;
  const isWritten = tagStart >= node.start && /^\s?$/.test(text.charAt(tagStart + tag.length));
  if ((!param && !since) || word === undefined || !isWritten)
    throw new UserError(`${tag} is not a tag that can be used here`, { hint: 'Write !param:NAME or !since:1.23.' });
  const parent = parents.at(-1);
  const isItem = parent?.kind === 'list';
  return {
    kind: param ? 'param' : 'since',
    word,
    path,
    tagStart,
    start: valueStart,
    end,
    value: valueOf(node),
    lines: linesOf(text, tagStart, end, isItem),
    siblings: isItem ? parent.children.length : undefined,
    rule: parents[2],
  };
}

// With the comment behind the last line of a list or map in lines: it is about what stands there.
function endOf({ style, end }: YamlNode, text: string): number {
  if (style !== 'block') return end;
  const [comment = ''] = /^[ \t]+#.*/.exec(text.slice(end, endOfLine(text, end))) ?? [];
  return end + comment.trimEnd().length;
}

/** A policy has no more than six levels. */
const DEEPEST = 8;

function valueOf(node: YamlNode): Json | undefined {
  const { value, problem } = decodeYaml({ ...node, tag: '', implicit: node.style === 'plain' });
  return problem || value.flaw || depthOf(value) > DEEPEST ? undefined : plainJson(value);
}

// Whole lines, from the comment right above to the last line of the value; undefined where something else is on them.
function linesOf(text: string, tagStart: number, end: number, isItem: boolean): Tagged['lines'] {
  const lineStart = text.lastIndexOf('\n', tagStart - 1) + 1;
  const before = text.slice(lineStart, tagStart);
  if (!(isItem ? /^ *- +$/ : /^ *[\w.-]+: +$/).test(before)) return undefined;
  return { start: aboveComments(text, lineStart), end: endOfLine(text, end) };
}

/** Gives the start of the comment lines right above a line; `lineStart` itself where there are none. */
function aboveComments(text: string, lineStart: number): number {
  let start = lineStart;
  while (start > 0) {
    const previous = text.lastIndexOf('\n', start - 2) + 1;
    if (!/^\s*#/.test(text.slice(previous, start))) break;
    start = previous;
  }
  return start;
}

/** Gives the offset after the line feed that ends the line an offset is in. */
function endOfLine(text: string, offset: number): number {
  const lineEnd = text.indexOf('\n', offset);
  return lineEnd < 0 ? text.length : lineEnd + 1;
}

interface Edit {
  start: number;
  end: number;
  text: string;
}

/**
 * Resolves the tags of a policy text at their places in the YAML tree; everything else stays byte for byte. `values` holds the
 * parameters that were given. What is newer than the Kubernetes version goes, and so does a rule of which a selector is set to an
 * empty list: it would match everything. Throws UserError where something can't be taken out of its line.
 */
export function resolveTags({ tags, ...world }: TaggedText): string {
  const edits = tags.flatMap((tagged) => editsFor(tagged, world));
  const cuts = edits.filter((edit) => edit.text === '' && world.text.slice(edit.start, edit.end).includes('\n'));
  const outside = edits.filter((edit) =>
    cuts.every((gone) => edit === gone || edit.start < gone.start || edit.end > gone.end),
  );
  return splice(world.text, outside);
}

export interface TaggedText extends World {
  tags: readonly Tagged[];
}

interface World {
  text: string;
  values: ReadonlyMap<string, ParameterValue>;
  kubernetesVersion: string | undefined;
}

function editsFor(tagged: Tagged, world: World): Edit[] {
  if (tagged.kind === 'since') {
    const isThere = isAtLeast(world.kubernetesVersion, Number(tagged.word.split('.')[1]));
    return isThere ? [untag(tagged, world.text)] : [cut(tagged)];
  }
  const value = world.values.get(tagged.word);
  const wanted = value ?? tagged.value;
  if (Array.isArray(wanted) && wanted.length === 0 && tagged.path.at(-1) !== 'omitStages')
    return [cutRule(tagged, world)];
  if (value === undefined) return [untag(tagged, world.text)];
  return [{ start: tagged.tagStart, end: tagged.end, text: emit(value) }];
}

// Takes the tag out, and the blanks after it; before a line break those in front of it.
function untag({ tagStart, start }: Tagged, text: string): Edit {
  const tagEnd = tagStart + (/^\S+/.exec(text.slice(tagStart))?.[0].length ?? 0);
  const blanks = /^ */.exec(text.slice(tagEnd, start))?.[0].length ?? 0;
  if (text[tagEnd + blanks] !== '\n') return { start: tagStart, end: tagEnd + blanks, text: '' };
  const before = text.slice(0, tagStart);
  return { start: before.endsWith('- ') ? tagStart : before.trimEnd().length, end: tagEnd + blanks, text: '' };
}

function cut({ lines, siblings, path }: Tagged): Edit {
  if (lines && siblings !== 1) return { ...lines, text: '' };
  throw new UserError(`!since at ${path.join('.')} cannot be removed`, {
    hint: 'Give it a line of its own, not the first of its rule and not inside brackets, and leave something beside it.',
  });
}

function cutRule({ word, path, rule }: Tagged, { text }: World): Edit {
  const [rules, index, selector] = path;
  if (!rule || rules !== 'rules' || typeof index !== 'number' || path.length !== 3 || selector === undefined) {
    throw new UserError(`the parameter ${word} cannot be empty`, { hint: 'An empty list would match everything.' });
  }
  const { valueStart: start, end } = rule;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  if (!/^ *- *$/.test(text.slice(lineStart, start))) {
    throw new UserError(`the parameter ${word} cannot be empty here`, {
      hint: 'Begin its rule with "- " on a line of its own.',
    });
  }
  return withoutGap(text, aboveComments(text, lineStart), endOfLine(text, end));
}

// Between two empty lines one goes too.
function withoutGap(text: string, start: number, end: number): Edit {
  const isGap = text.slice(0, start).endsWith('\n\n') && text[end] === '\n';
  return { start, end: isGap ? end + 1 : end, text: '' };
}

function splice(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    if (edit.start < at) continue;
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

function emit(value: ParameterValue): string {
  if (Array.isArray(value)) return `[${value.map(emitText).join(', ')}]`;
  return typeof value === 'boolean' ? String(value) : emitText(value);
}

// Without quotes only where every YAML parser reads the same text.
function emitText(value: string): string {
  const isPlain = /^[a-zA-Z][\w.@/-]*(:[\w.@/-]+)*$/.test(value) && isPlainText(value);
  return isPlain ? value : JSON.stringify(value).replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, escape);
}

function escape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
