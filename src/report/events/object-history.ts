import { type Change, withoutStatus } from '../../events/object-history.ts';
import { unfolded } from '../../events/fold.ts';
import { isObject, type Json } from '../../json.ts';
import { specToYaml } from '../../yaml/print.ts';
import { type DiffLine, formatDiff, unifiedDiff } from '../diff.ts';
import { cutEnd } from '../fit.ts';
import { counted, safeText, wrap } from '../text.ts';
import { type LineOptions, linePrinter } from './line.ts';

/** How the history of an object is told. */
export interface HistoryPrinter {
  /** What one change did; '' for what is only counted. */
  change(change: Change): string;
  /** What is left to say at the end. */
  end(): string;
  /** How many changes left no trace of what they changed, by the level at which they were recorded. */
  readonly unrecorded: ReadonlyMap<string, number>;
}

/** So many lines of one change are shown. */
const MOST_LINES = 40;

/** Tells each change in a line, and below it what it changed; updates of its status are counted. */
export function historyPrinter(options: LineOptions): HistoryPrinter {
  const { style, columns } = options;
  const line = linePrinter(options);
  const unrecorded = new Map<string, number>();
  let silent = { status: 0, same: 0 };
  const flush = (): string => {
    const told = [
      ...(silent.status > 0 ? [`${counted(silent.status, 'update')} of its status only`] : []),
      ...(silent.same > 0 ? [`${counted(silent.same, 'write')} that changed nothing`] : []),
    ];
    silent = { status: 0, same: 0 };
    return told.length === 0 ? '' : `${style.dim(`${INDENT}… ${told.join(', ')}`)}\n`;
  };
  return {
    unrecorded,
    change(change) {
      if (change.kind === 'status' || change.kind === 'same') {
        silent[change.kind] += 1;
        return '';
      }
      const { level } = change.event;
      if (isUnrecorded(change)) unrecorded.set(level, (unrecorded.get(level) ?? 0) + 1);
      const said = sentences(change).map((text) => `${wrap(`${INDENT}${text}`, columns)}\n`);
      return `${flush()}${line([unfolded(change.event)])}${said.join('')}${bodyText(change, options)}`;
    },
    end: flush,
  };
}

const INDENT = '    ';

function isUnrecorded({ kind, after, patch }: Change): boolean {
  return (kind === 'changed' || kind === 'created') && after === undefined && patch === undefined;
}

/** What happened, where the line above does not say it. */
function sentences(change: Change): readonly string[] {
  const { kind, before, after, patch, event } = change;
  if (isUnrecorded(change))
    return [`What it ${kind === 'created' ? 'held' : 'changed'} is not recorded at level ${event.level}.`];
  if (kind === 'changed' && before === undefined) {
    const what = 'What it was before is not in this log';
    if (patch !== undefined) return [`${what}${after === undefined ? ', nor what came of it' : ''}. The patch:`];
    return [`${what}, so what changed cannot be told.`];
  }
  return SAID[kind] ?? [];
}

const SAID: Partial<Readonly<Record<Change['kind'], readonly string[]>>> = {
  marked: ['Only marked: it goes once its finalizers are done.'],
  perhaps: ['This deletes several at once, and perhaps this one.'],
};

/** The diff, or the new object, or the patch as it was sent; masked. */
function bodyText({ kind, before, after, patch, event }: Change, { mask, style, columns }: LineOptions): string {
  const text = (body: unknown): string => yamlOf(mask.body(body, event.objectRef));
  const print = (lines: readonly DiffLine[]): string =>
    formatDiff(fitted(lines, columns - INDENT.length), style)
      .split('\n')
      .map((line) => (line === '' ? line : `${INDENT}${line}`))
      .join('\n');
  if (kind === 'created' && after) return print(added(text(withoutStatus(after))));
  if (kind === 'changed' && before && after) return print(changed(text(before), text(after)));
  if (kind === 'changed' && patch !== undefined && before === undefined) return print(context(text(patch)));
  return '';
}

/** A list, as a JSON patch is one, stands below no key. */
function yamlOf(value: Json): string {
  return isObject(value) ? specToYaml(value) : specToYaml({ patch: value }).replace(/^patch:\s/, '');
}

function linesIn(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}

function added(text: string): DiffLine[] {
  return linesIn(text).map((line) => ({ kind: 'add', text: `+${line}` }));
}

function context(text: string): DiffLine[] {
  return linesIn(text).map((line) => ({ kind: 'context', text: ` ${line}` }));
}

/** No more lines than one reads, and none wider than there is room. */
function fitted(lines: readonly DiffLine[], width: number): DiffLine[] {
  const more = `… ${lines.length - MOST_LINES} more lines; -o json has them all`;
  const all =
    lines.length <= MOST_LINES + 1 ? lines : [...lines.slice(0, MOST_LINES), { kind: 'fold' as const, text: more }];
  return all.map(({ kind, text }) => {
    return { kind, text: cutEnd(safeText(text).replaceAll('\t', ' '), width) };
  });
}

/** Without names of files; each piece begins with where in the object it is. */
function changed(before: string, after: string): DiffLine[] {
  const lines = unifiedDiff(before, after, { before: '', after: '', context: 1 }).filter(
    ({ kind }) => kind !== 'header',
  );
  const [old, young] = [linesIn(before), linesIn(after)];
  return lines.map((line, at) => {
    if (line.kind !== 'hunk') return line;
    const [, from = 0, to = 0] = (/-(\d+)\S* \+(\d+)/.exec(line.text) ?? []).map(Number);
    const above = lines[at + 1]?.kind === 'context' ? 1 : 0;
    const isRemoved = lines[at + 1 + above]?.kind === 'remove';
    const place = isRemoved ? placeOf(old, from - 1 + above) : placeOf(young, to - 1 + above);
    return { kind: 'hunk', text: place === '' ? '@@' : `@@ ${place}` };
  });
}

/** In what a line of YAML lies: `spec.template.spec.containers`. */
function placeOf(lines: readonly string[], at: number): string {
  const keys: string[] = [];
  let depth = indentOf(lines[at] ?? '');
  for (let line = at - 1; line >= 0 && depth > 0; line--) {
    const text = lines[line] ?? '';
    const [, key] = /^[ -]*([^:\s'"]+):$/.exec(text) ?? [];
    if (key === undefined || indentOf(text) >= depth) continue;
    keys.unshift(key);
    depth = indentOf(text);
  }
  return keys.join('.');
}

/** A list is not indented below its key, so what is in it counts as deeper. */
function indentOf(line: string): number {
  const [blanks = ''] = /^ */.exec(line) ?? [];
  return blanks.length + (line.startsWith('- ', blanks.length) ? 1 : 0);
}
