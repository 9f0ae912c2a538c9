import type { Document, Node } from 'yaml';
import { UserError } from '../../errors.ts';
import { isAtLeast } from '../kube-version.ts';
import { goScalar } from '../load/go-scalar.ts';
import type { ParameterValue } from './parameter.ts';
import { type Tagged, aboveComments, endOfLine } from './tags.ts';

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
  document: Document;
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
  throw new UserError(`!since at ${path.join('.')} cannot be taken out`, {
    hint: 'Give it a line of its own, not the first of its rule and not inside brackets, and leave something beside it.',
  });
}

function cutRule({ word, path }: Tagged, { text, document }: World): Edit {
  const [rules, index, selector] = path;
  if (rules !== 'rules' || typeof index !== 'number' || path.length !== 3 || selector === undefined) {
    throw new UserError(`the parameter ${word} cannot be empty`, { hint: 'An empty list would match everything.' });
  }
  const rule = document.getIn([rules, index], true) as Node | undefined;
  const [start, end] = rule?.range ?? [0, 0];
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  if (!/^ *- *$/.test(text.slice(lineStart, start))) {
    throw new UserError(`the parameter ${word} cannot be empty here`, {
      hint: 'Begin its rule with "- " on a line of its own.',
    });
  }
  return withoutGap(
    text,
    aboveComments(text, lineStart),
    endOfLine(text, start + text.slice(start, end).trimEnd().length),
  );
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
  const isPlain = /^[a-zA-Z][\w.@/-]*(:[\w.@/-]+)*$/.test(value) && goScalar({ text: value, plain: true }) === value;
  return isPlain ? value : JSON.stringify(value).replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, escape);
}

function escape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
