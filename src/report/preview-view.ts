import type { Preview, PreviewChange } from '../kops/preview.ts';
import type { Style } from './text.ts';

export interface PreviewViewOptions {
  head: string;
  /** The text of policies whose lines are left out where they come again. */
  seen: readonly string[];
  /** Said of what is left out: where it is to be seen. */
  where?: string;
  /** Masks secrets and makes control characters harmless. */
  clean: (text: string) => string;
  style: Style;
}

/** All of what `kops update` would do, as kops itself prints it, but for the text of policies that a person has seen. */
export function previewView({ changes, upToDate }: Preview, options: PreviewViewOptions): string {
  if (upToDate) return 'kops update has nothing to apply.\n';
  const head = options.style.bold(options.head);
  if (changes.length === 0) return `${head}\n  (kops printed nothing that could be read)\n`;
  const known = new Set(options.seen.flatMap((policy) => policy.split('\n').map(options.clean)));
  return `${[head, ...changes.map((change) => changeView(change, known, options))].join('\n')}\n`;
}

function changeView(
  { action, text }: PreviewChange,
  known: ReadonlySet<string>,
  { clean, style, where = 'as in the diff above' }: PreviewViewOptions,
): string {
  const [first = '', ...lines] = clean(text).trimEnd().split('\n');
  const told = (count: number): string =>
    style.dim(`      … ${count} changed ${count === 1 ? 'line' : 'lines'} of the policy, ${where}`);
  const shown = withoutKnown(lines, known).map((line) =>
    typeof line === 'number' ? told(line) : paint(withoutColumns(line), style),
  );
  return [`  ${action} ${first.trim()}`, ...shown].join('\n');
}

/** A line of a diff as kops prints it: its sign, and what stands behind. */
const DIFF_LINE = /^ {2}\t[^\t]*\t([-+ ]) (.*)$/;
/** kops leaves out what does not change. */
const GAP = /^ {2}\t[^\t]*\t\.\.\.$/;

/** The content of a file asset that the lines of a diff are in. */
interface Content {
  /** What stands further to the left, or as far, is no part of it. */
  key: number;
  /** Where its lines begin; undefined before the first. */
  column?: number;
}

/**
 * The lines, but for those in the content of a file asset that are known, in their own column; and, in their place, how many of them
 * change. `...` between known lines goes with them.
 */
function withoutKnown(lines: readonly string[], known: ReadonlySet<string>): (string | number)[] {
  const shown: (string | number)[] = [];
  const left = { count: 0, gaps: [] as string[] };
  const flush = (): void => {
    shown.push(...(left.count > 0 ? [left.count] : []), ...left.gaps);
    Object.assign(left, { count: 0, gaps: [] });
  };
  let content: Content | null = null;
  for (const line of lines) {
    const [, sign, text = ''] = DIFF_LINE.exec(line) ?? [];
    content = sign === undefined && !GAP.test(line) ? null : contentAt(content, text);
    if (content && GAP.test(line)) left.gaps.push(line);
    else if (content && isKnown(content, text, known)) {
      left.gaps = [];
      left.count += sign === ' ' ? 0 : 1;
    } else {
      flush();
      shown.push(line);
    }
    content ??= contentBegunBy(text);
  }
  flush();
  return shown;
}

/** Whether a line goes on with the content, and where its lines begin. */
function contentAt(content: Content | null, text: string): Content | null {
  const indent = text.search(/\S/);
  if (content === null || indent === -1) return content;
  return indent > content.key ? { column: indent, ...content } : null;
}

function isKnown({ column }: Content, text: string, known: ReadonlySet<string>): boolean {
  return text.trim() === '' || (column !== undefined && known.has(text.slice(column)));
}

function contentBegunBy(text: string): Content | null {
  const [begin, lead] = /^( *(?:- +)?)content: [|>]/.exec(text) ?? [];
  return begin === undefined ? null : { key: lead?.length ?? 0 };
}

/** kOps sets the lines of a diff far to the right, behind blanks and tabs. */
function withoutColumns(line: string): string {
  return line
    .replace(/^\s*\t\s+\t/, '      ')
    .replace(/^\s*\t/, '    ')
    .trimEnd();
}

function paint(line: string, style: Style): string {
  if (/^\s*\+/.test(line)) return style.green(line);
  return /^\s*- /.test(line) ? style.red(line) : line;
}
