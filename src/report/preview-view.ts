import type { Preview, PreviewChange } from '../kops/preview.ts';
import type { DiffLine } from './diff.ts';
import type { Style } from './text.ts';

/** Texts of lines that a person has seen already, each list one piece without a gap. */
export type Seen = readonly (readonly string[])[];

export interface PreviewViewOptions {
  head: string;
  /** Left out where they come again; see `seenOfPolicy`. */
  seen: Seen;
  /** Masks secrets and makes control characters harmless. */
  clean: (text: string) => string;
  style: Style;
}

/** Fewer lines are not worth a line that tells of them. */
const LEAST_LEFT_OUT = 4;

/** All of what `kops update` would do, as kops itself prints it, but for pieces of the policy that the diff has shown. */
export function previewView({ changes, upToDate }: Preview, options: PreviewViewOptions): string {
  if (upToDate) return 'kops update has nothing to apply.\n';
  const head = options.style.bold(options.head);
  if (changes.length === 0) return `${head}\n  (kops printed nothing that could be read)\n`;
  return `${[head, ...changes.map((change) => changeView(change, options))].join('\n')}\n`;
}

/** The pieces of the policy that a diff shows as added. */
export function seenOfPolicy(diff: readonly DiffLine[], policy: string, clean: (text: string) => string): Seen {
  const lines = new Set(policy.split('\n').map((line) => clean(line).trim()));
  const pieces: string[][] = [[]];
  for (const { kind, text } of diff) {
    const line = clean(text).slice(1).trim();
    if (kind === 'add' && lines.has(line)) pieces.at(-1)?.push(line);
    else pieces.push([]);
  }
  return pieces.filter(({ length }) => length >= LEAST_LEFT_OUT);
}

function changeView({ action, text }: PreviewChange, { seen, clean, style }: PreviewViewOptions): string {
  const [first = '', ...lines] = clean(text).trimEnd().split('\n').map(withoutColumns);
  return [`  ${action} ${first.trim()}`, ...withoutSeen(lines, seen, style)].join('\n');
}

function withoutSeen(lines: readonly string[], seen: Seen, style: Style): string[] {
  const added = lines.map((line) => /^\s*\+(.*)$/.exec(line)?.[1]?.trim());
  const shown: string[] = [];
  for (let at = 0; at < lines.length;) {
    const count = seenFrom(added, at, seen);
    if (count >= LEAST_LEFT_OUT) shown.push(style.dim(`      … ${count} lines of the policy, as in the diff above`));
    else shown.push(paint(lines[at] ?? '', style));
    at += count >= LEAST_LEFT_OUT ? count : 1;
  }
  return shown;
}

/** How many lines from here on stand in this order in one of the pieces. */
function seenFrom(added: readonly (string | undefined)[], at: number, seen: Seen): number {
  let most = 0;
  for (const piece of seen) {
    for (let start = 0; start < piece.length; start += 1) {
      let count = 0;
      while (start + count < piece.length && piece[start + count] === added[at + count]) count += 1;
      most = Math.max(most, count);
    }
  }
  return most;
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
