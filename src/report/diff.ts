import { structuredPatch } from 'diff';
import type { SpecChange } from '../cluster/spec-change.ts';
import type { KopsObject } from '../cluster/types.ts';
import { canonicalJson, listOf, mapOf, sameJson } from '../json.ts';
import { countNewlines } from '../yaml/positions.ts';
import { cutEnd } from './fit.ts';
import { safeText, type Style } from './text.ts';

/** One line of a unified diff; `text` holds the leading `+`, `-`, or blank, and may hold control characters. */
export interface DiffLine {
  kind: 'header' | 'hunk' | 'context' | 'add' | 'remove' | 'note' | 'fold';
  text: string;
}

export interface DiffOptions {
  /** Names of the two sides, such as `cluster.yaml` and `cluster.yaml (new)`. */
  before: string;
  after: string;
  /** Unchanged lines around a change; 3 where left out. */
  context?: number;
  /** The number of the first line, where the texts are a part of something; 1 where left out. */
  firstLine?: number;
}

/**
 * The unified diff of two texts, as `diff -u` gives it; no lines at all where they are the same. Nothing is masked or cut:
 * mask the texts first. A missing last newline is told by a `note` line.
 */
export function unifiedDiff(before: string, after: string, names: DiffOptions): DiffLine[] {
  const options = { context: names.context ?? 3 };
  const { from, behind } = differing(before, after, options.context);
  const [old, young] = [before, after].map((text) => text.slice(from, text.length - behind)) as [string, string];
  const { hunks } = structuredPatch(names.before, names.after, old, young, undefined, undefined, options);
  if (hunks.length === 0) return [];
  const above = countNewlines(before.slice(0, from)) + (names.firstLine ?? 1) - 1;
  const header = [`--- ${names.before}`, `+++ ${names.after}`].map((text): DiffLine => ({ kind: 'header', text }));
  return [...header, ...hunks.flatMap((hunk) => hunkLines(hunk, above))];
}

/**
 * The stretch in which two texts differ, with some lines around it: how much is the same before it, and behind it. Comparing goes by lines,
 * so that it takes long where there are millions.
 */
function differing(before: string, after: string, lines: number): { from: number; behind: number } {
  const least = Math.min(before.length, after.length);
  let from = 0;
  while (from < least && before.charCodeAt(from) === after.charCodeAt(from)) from++;
  for (let line = 0; line <= lines && from > 0; line++)
    from = before.lastIndexOf('\n', from - 1) + (line < lines ? 0 : 1);
  from = Math.max(from, 0);
  let behind = 0;
  while (behind < least - from && before.at(-1 - behind) === after.at(-1 - behind)) behind++;
  let end = before.length - behind;
  for (let line = 0; line <= lines && end !== -1; line++) end = before.indexOf('\n', end + (line === 0 ? 0 : 1));
  return { from, behind: end === -1 ? 0 : before.length - end - 1 };
}

interface Hunk {
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  lines: string[];
}

function hunkLines(hunk: Hunk, above: number): DiffLine[] {
  const from = range(hunk.oldStart + above, hunk.oldLines);
  const to = range(hunk.newStart + above, hunk.newLines);
  return [{ kind: 'hunk', text: `@@ -${from} +${to} @@` }, ...hunk.lines.map(diffLine)];
}

/** Where a side has no line, its number is that of the line before (GNU diff, "Detailed Description of Unified Format"). */
function range(start: number, lines: number): string {
  if (lines === 0) return `${start - 1},0`;
  return lines === 1 ? `${start}` : `${start},${lines}`;
}

const KINDS: Record<string, DiffLine['kind']> = { '+': 'add', '-': 'remove', ' ': 'context', '\\': 'note' };

function diffLine(text: string): DiffLine {
  return { kind: KINDS[text.slice(0, 1)] ?? 'context', text };
}

/**
 * The lines of a diff as text for a terminal, with a final newline; '' for none. Control characters are made harmless.
 * The CR of a file with CRLF throughout is left out; where only some lines end in CRLF it is shown.
 *
 * @param columns comments, such as the stamp of a policy, are cut to this width; left out: they are shown whole.
 */
export function formatDiff(lines: readonly DiffLine[], style: Style, columns: number = Infinity): string {
  const isBody = ({ kind }: DiffLine) => kind === 'add' || kind === 'remove' || kind === 'context';
  const allCrlf = lines.filter(isBody).every(({ text }) => text.endsWith('\r'));
  return lines.map((line) => `${paint(line, allCrlf, style, columns)}\n`).join('');
}

function paint({ kind, text }: DiffLine, dropCr: boolean, style: Style, columns: number): string {
  const safe = cutComment(safeText(dropCr ? text.replace(/\r$/, '') : text), columns);
  if (kind === 'add') return style.green(safe);
  if (kind === 'remove') return style.red(safe);
  if (kind === 'hunk') return style.cyan(safe);
  if (kind === 'header') return style.bold(safe);
  return kind === 'note' || kind === 'fold' ? style.dim(safe) : safe;
}

function cutComment(line: string, columns: number): string {
  return /^[-+ ] *#/.test(line) ? cutEnd(line, columns) : line;
}

/** A change in a line, as `git diff --stat` ends: `1 file asset added, 5 settings changed, +203 −0 lines`; '' where nothing changes. */
export function diffStat({ before, after, operations }: SpecChange, diff: readonly DiffLine[]): string {
  if (operations.length === 0) return '';
  const count = (kind: DiffLine['kind']): number => diff.filter((line) => line.kind === kind).length;
  const lines = `+${count('add')} −${count('remove')} lines`;
  return `${[...assetCounts(before, after), ...settingCounts(before, after), lines].join(', ')}\n`;
}

function assetCounts(before: KopsObject, after: KopsObject): string[] {
  const [old, young] = [assetsOf(before), assetsOf(after)];
  const added = [...young.keys()].filter((key) => !old.has(key)).length;
  const removed = [...old.keys()].filter((key) => !young.has(key)).length;
  const changed = [...young].filter(([key, value]) => old.has(key) && old.get(key) !== value).length;
  return told('file asset', { added, changed, removed });
}

/** By the path or the name; of what has neither the place tells. */
function assetsOf({ spec }: KopsObject): Map<string, string> {
  return new Map(
    listOf(spec['fileAssets']).map((asset, at) => {
      const { path, name } = mapOf(asset);
      return [String(path ?? name ?? at), canonicalJson(asset)];
    }),
  );
}

function settingCounts(before: KopsObject, after: KopsObject): string[] {
  const [old, young] = [mapOf(before.spec['kubeAPIServer']), mapOf(after.spec['kubeAPIServer'])];
  const added = Object.keys(young).filter((key) => !(key in old)).length;
  const removed = Object.keys(old).filter((key) => !(key in young)).length;
  const changed = Object.keys(young).filter((key) => key in old && !sameJson(old[key], young[key])).length;
  return told('setting', { added, changed, removed });
}

function told(noun: string, counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([how, count]) => `${count} ${noun}${count === 1 ? '' : 's'} ${how}`);
}
