import { diffArrays } from 'diff';
import { isAuditPolicy } from '../policy/is-policy.ts';
import { readStamp } from '../policy/render/stamp.ts';
import { readYaml, type YamlNode } from '../yaml/read.ts';
import { unifiedDiff, type DiffLine } from './diff.ts';
import { entriesOf, saidBy, withoutJsonEscapes } from './mask-spec.ts';

/** Lines of a policy that a short diff leaves out. */
export interface Fold {
  side: Side;
  /** The whole text of the policy. */
  policy: string;
  /** The lines left out, as they stand in `policy`. */
  lines: readonly string[];
  /** Other changed lines of it are shown: it was edited, not added, removed or replaced. */
  isRest: boolean;
}

type Side = 'before' | 'after';

export interface FoldedDiff {
  lines: DiffLine[];
  folds: Fold[];
}

/** So many lines of a policy that is new or goes are shown: the stamp and what it is for; the first ones of one without a stamp. */
const HEAD = { stamped: 2, plain: 3 } as const;
/** So many changed lines of a policy that is edited are shown. */
const MOST_CHANGED = 12;
/** Fewer lines are not worth a line that tells of them. */
const LEAST = 4;
/** More lines of difference are not searched for: the one policy replaces the other. */
const MOST_EDITS = 600;
/** So much of a policy that stands in one line, as in JSON, is shown. */
const IN_ONE_LINE = 60;

/**
 * The short form of `unifiedDiff`: of an embedded audit policy that is new, goes, or is replaced by another one its head, of one that is
 * edited the changed rules, and a line of kind `fold` that tells of the rest; all other changes whole, in front of them the keys that they
 * stand below, and no other unchanged line. What is not certain to be the text of a policy in a file asset is never folded.
 *
 * @param before the text of one spec, YAML or JSON, masked.
 * @param tell the lines in place of what is left out.
 */
export function foldedDiff(before: string, after: string, tell: (fold: Fold) => readonly string[]): FoldedDiff {
  const folds: Fold[] = [];
  const cuts: Record<Side, Cut[]> = { before: [], after: [] };
  for (const { side, cut, ...fold } of cutsOf({ before, after })) {
    cuts[side].push(...cut(`${MARK}${folds.length}`));
    folds.push({ side, ...fold });
  }
  const texts = { before: reduced(before, cuts.before), after: reduced(after, cuts.after) };
  const shown = withParents(unifiedDiff(texts.before, texts.after, { before: '', after: '', context: 0 }), texts);
  const lines = shown.flatMap((line) => {
    const fold = folds[Number(line.text.slice(1).split(MARK)[1] ?? Number.NaN)];
    return fold === undefined ? [line] : tell(fold).map((text): DiffLine => ({ kind: 'fold', text }));
  });
  return { lines, folds };
}

/** Stands where lines were left out; no text that YAML can be read from holds it. */
const MARK = '\u0000';

interface Cut {
  start: number;
  end: number;
  put: string;
}

/** What is to be left out of one text; `cut` is given the line that shall stand there. */
interface PlannedFold extends Fold {
  cut: (mark: string) => Cut[];
}

function reduced(text: string, cuts: readonly Cut[]): string {
  let kept = '';
  let at = 0;
  for (const { start, end, put } of cuts.toSorted((a, b) => a.start - b.start)) {
    kept += text.slice(at, start) + put;
    at = end;
  }
  return kept + text.slice(at);
}

function cutsOf(texts: Record<Side, string>): PlannedFold[] {
  const [old, young] = [policiesIn(texts.before), policiesIn(texts.after)];
  const keys = new Set([...old.keys(), ...young.keys()]);
  return [...keys].flatMap((key) => {
    const [gone, come] = [old.get(key), young.get(key)];
    if (gone && come) return gone.policy === come.policy ? [] : betweenBoth(gone, come);
    return [...whole(gone, 'before'), ...whole(come, 'after')];
  });
}

/** The policy in a file asset, as it stands in the text of a spec. */
interface Embedded {
  policy: string;
  /** Its text: behind the quotes or the head of the block. */
  text: string;
  start: number;
  end: number;
  /** Where each of its lines begins, and the last one ends; null where the text has not the lines of the policy. */
  lines: number[] | null;
}

/** By what names the file asset. */
function policiesIn(text: string): Map<string, Embedded> {
  const isJson = /^\s*\{/.test(text);
  const { root, problem } = readYaml(isJson ? withoutJsonEscapes(text) : text);
  const found = new Map<string, Embedded>();
  if (problem || !root) return found;
  const assets = valueAt(valueAt(root, 'spec', { text, isJson }), 'fileAssets', { text, isJson });
  for (const asset of assets?.kind === 'list' ? assets.children : []) {
    const said = (key: string): string | undefined => {
      const value = valueAt(asset, key, { text, isJson });
      return value?.kind === 'scalar' ? saidBy(value, { text, isJson }) : undefined;
    };
    const [node, content] = [valueAt(asset, 'content', { text, isJson }), said('content')];
    if (node === undefined || content === undefined) continue;
    const policy = said('isBase64') === 'true' ? Buffer.from(content, 'base64').toString('utf8') : content;
    const key = said('path') ?? said('name') ?? '';
    if (isAuditPolicy(policy) && !found.has(key)) found.set(key, embedded(policy, node, text));
  }
  return found;
}

function valueAt(
  node: YamlNode | undefined,
  wanted: string,
  source: { text: string; isJson: boolean },
): YamlNode | undefined {
  if (node?.kind !== 'map') return undefined;
  return entriesOf(node).find(([key]) => saidBy(key, source) === wanted)?.[1];
}

function embedded(policy: string, node: YamlNode, text: string): Embedded {
  const { valueStart: start, end, style } = node;
  return { policy, text, start, end, lines: style === 'literal' ? lineStartsOf(policy, text, start, end) : null };
}

function lineStartsOf(policy: string, text: string, start: number, end: number): number[] | null {
  const starts: number[] = [];
  let at = text.indexOf('\n', start) + 1;
  for (const line of policy.replace(/\n+$/, '').split('\n')) {
    const next = text.indexOf('\n', at);
    const stop = next === -1 ? text.length : next;
    if (at === 0 || at > end || text.slice(at, stop).trim() !== line.trim()) return null;
    starts.push(at);
    at = stop + 1;
  }
  return [...starts, at];
}

/** All of a policy but its head. */
function whole(embedded: Embedded | undefined, side: Side): PlannedFold[] {
  if (embedded === undefined) return [];
  const { policy, lines } = embedded;
  const all = linesOf(policy);
  if (lines === null) return inOneLine(embedded, side, all);
  const head = readStamp(policy) === null ? HEAD.plain : HEAD.stamped;
  if (all.length - head < LEAST) return [];
  const [start, end] = [lines[head] ?? 0, (lines[all.length] ?? 0) - 1];
  return [{ side, policy, lines: all.slice(head), isRest: false, cut: (mark) => [{ start, end, put: mark }] }];
}

function linesOf(policy: string): string[] {
  return policy.replace(/\n+$/, '').split('\n');
}

/** Of a policy in quotes, in base64 or in a folded block the beginning, and a line of its own that tells of it. */
function inOneLine({ policy, text, start, end }: Embedded, side: Side, lines: string[]): PlannedFold[] {
  const [first = ''] = text.slice(start, end).split('\n');
  if (end - start <= 3 * IN_ONE_LINE || lines.length < LEAST) return [];
  const from = start + Math.min(first.length, IN_ONE_LINE);
  const ended = text.indexOf('\n', end - 1);
  const behind = ended === -1 ? text.length : ended;
  const cut = (mark: string): Cut[] => [
    { start: from, end: Math.min(end, behind), put: '…' },
    { start: behind, end: behind, put: `\n${mark}` },
  ];
  return [{ side, policy, lines, isRest: false, cut }];
}

/** Two policies at one place: the one was made from the other, or takes its place. */
function betweenBoth(gone: Embedded, come: Embedded): PlannedFold[] {
  const [old, young] = [linesOf(gone.policy), linesOf(come.policy)];
  const names = [gone, come].map((each) => readStamp(each.policy)?.policy ?? '');
  // Files may be versions of one policy (`v1.yaml`, `v2.yaml`).
  const isOther = names.every((name) => /^[^./]+$/.test(name)) && names[0] !== names[1];
  const changes =
    gone.lines && come.lines && !isOther ? diffArrays(old, young, { maxEditLength: MOST_EDITS }) : undefined;
  const kept = changes?.flatMap(({ added, removed, value }) => (added || removed ? [] : value)).filter(isRule).length;
  const most = Math.max(old.filter(isRule).length, young.filter(isRule).length);
  if (changes === undefined || (kept ?? 0) * 2 < most) return [...whole(gone, 'before'), ...whole(come, 'after')];
  const changed = { before: indexesOf(changes, 'removed'), after: indexesOf(changes, 'added') };
  if (changed.before.length + changed.after.length <= MOST_CHANGED) return [];
  return [...restOf(gone, 'before', old, changed.before), ...restOf(come, 'after', young, changed.after)];
}

function isRule(line: string): boolean {
  return !/^\s*(?:#|$)/.test(line);
}

/** Which lines of their own side are changed. */
function indexesOf(changes: ReturnType<typeof diffArrays<string>>, kind: 'added' | 'removed'): number[] {
  const indexes: number[] = [];
  let at = 0;
  for (const change of changes) {
    if (change.added || change.removed) {
      if (!change[kind]) continue;
      for (let index = 0; index < change.value.length; index++) indexes.push(at + index);
    }
    at += change.value.length;
  }
  return indexes;
}

/** What of the changed lines is left out: comments first, then all rules but the first ones. */
function restOf({ policy, lines }: Embedded, side: Side, all: string[], changed: number[]): PlannedFold[] {
  const rules = changed.filter((index) => index === 0 || isRule(all[index] ?? '')).slice(0, MOST_CHANGED / 2);
  const left = changed.filter((index) => !rules.includes(index));
  if (lines === null || left.length < LEAST) return [];
  const cut = (mark: string): Cut[] =>
    left.map((index, at) => ({
      start: lines[index] ?? 0,
      end: lines[index + 1] ?? 0,
      put: at === 0 ? `${mark}\n` : '',
    }));
  return [{ side, policy, lines: left.map((index) => all[index] ?? ''), isRest: true, cut }];
}

/** The changed lines of a diff, each behind the keys that it stands below, where these are not shown already. `spec` goes without saying. */
function withParents(diff: readonly DiffLine[], texts: Record<Side, string>): DiffLine[] {
  const sides = { before: sideOf(texts.before), after: sideOf(texts.after) };
  for (const { line, side } of numbered(diff)) if (side !== null) sides[side].changed[line] = 1;
  for (const { changed, unchangedAbove } of Object.values(sides))
    for (let at = 1; at < changed.length; at++) unchangedAbove[at] = unchangedAbove[at - 1]! + 1 - changed[at - 1]!;
  const told = new Set<number>();
  return numbered(diff).flatMap(({ diffLine, line, side }) => {
    if (side === null) return diffLine.kind === 'note' ? [diffLine] : [];
    return [...parentsOf(line, sides[side], told), diffLine];
  });
}

interface SideLines {
  lines: string[];
  /** The line that each one stands below; -1 for none. */
  parents: Int32Array;
  changed: Uint8Array;
  /** How many lines above each one are the same on both sides: what tells that a line of each side is the same one. */
  unchangedAbove: Int32Array;
}

function sideOf(text: string): SideLines {
  const lines = text.split('\n');
  const size = lines.length + 1;
  return {
    lines,
    parents: parentLines(lines),
    changed: new Uint8Array(size),
    unchangedAbove: new Int32Array(size),
  };
}

function parentLines(lines: readonly string[]): Int32Array {
  const parents = new Int32Array(lines.length + 1).fill(-1);
  const open: { at: number; indent: number; isItem: boolean }[] = [];
  lines.forEach((line, at) => {
    const indent = line.search(/\S/);
    if (indent === -1 || line.startsWith(MARK)) return;
    const isItem = /^\s*- /.test(line);
    parents[at] = open.findLast((each) => !isClosedBy(each, indent, isItem))?.at ?? -1;
    if (!isRule(line)) return;
    while (open.length > 0 && isClosedBy(open.at(-1)!, indent, isItem)) open.pop();
    open.push({ at, indent, isItem });
  });
  return parents;
}

/** An item may stand as far to the left as the key of its list. */
function isClosedBy(open: { indent: number; isItem: boolean }, indent: number, isItem: boolean): boolean {
  return open.indent > indent || (open.indent === indent && (open.isItem || !isItem));
}

function parentsOf(
  line: number,
  { lines, parents, changed, unchangedAbove }: SideLines,
  told: Set<number>,
): DiffLine[] {
  const chain: DiffLine[] = [];
  for (let at = parents[line] ?? -1; at >= 0; at = parents[at] ?? -1) {
    const text = lines[at] ?? '';
    if (changed[at] || told.has(unchangedAbove[at] ?? 0) || /^\s*(?:"?spec"?:.*|\{)$/.test(text)) continue;
    told.add(unchangedAbove[at] ?? 0);
    chain.unshift({ kind: 'context', text: ` ${text}` });
  }
  return chain;
}

/** The lines of a diff, each changed one with its side and its line there, counted from 0. */
function numbered(diff: readonly DiffLine[]): { diffLine: DiffLine; side: Side | null; line: number }[] {
  const next = { before: 0, after: 0 };
  return diff.map((diffLine) => {
    const side = diffLine.kind === 'remove' ? 'before' : diffLine.kind === 'add' ? 'after' : null;
    if (diffLine.kind === 'hunk') Object.assign(next, startsOf(diffLine.text));
    return { diffLine, side, line: side === null ? -1 : next[side]++ };
  });
}

/** Where a side of a hunk has no line, its number is that of the line before; no line of it is then counted. */
function startsOf(hunk: string): Record<Side, number> {
  const [, before = '1', after = '1'] = /^@@ -(\d+)\S* \+(\d+)/.exec(hunk) ?? [];
  return { before: Number(before) - 1, after: Number(after) - 1 };
}
