import { type DiffLine, unifiedDiff } from './diff.ts';

const KINDS: Readonly<Record<string, DiffLine['kind']>> = { '+': 'add', '-': 'remove', '@': 'hunk', '\\': 'note' };

/** Reads what `kubectl diff` prints (1.36): the names of its temporary files become those of the objects. */
export function readKubectlDiff(text: string): DiffLine[] {
  let isHead = false;
  return text
    .replace(/\n$/, '')
    .split('\n')
    .flatMap((line): DiffLine[] => {
      if (/^diff -\S* (?:-\S+ )*\S+ \S+$/.test(line)) {
        isHead = true;
        return [];
      }
      const [, side, path = ''] = (isHead ? /^(---|\+\+\+) ([^\t]*)/.exec(line) : null) ?? [];
      if (side === undefined) return line === '' ? [] : [{ kind: KINDS[line.slice(0, 1)] ?? 'context', text: line }];
      isHead = side === '---';
      const name = path.slice(path.lastIndexOf('/') + 1);
      return [{ kind: 'header', text: `${side} ${name}${side === '---' ? '' : ' (new)'}` }];
    });
}

/** The diff of objects that are all new. */
export function newObjectsDiff(objects: readonly { name: string; text: string }[]): DiffLine[] {
  return objects.flatMap(({ name, text }) => unifiedDiff('', text, { before: name, after: `${name} (new)` }));
}

/** Of more lines than this that are all added, or all removed, some are folded. */
const LONG = 14;
const HEAD = 8;

/** The same with long runs of added or removed lines cut short. Gives also how many lines are left out. */
export function foldedRuns(lines: readonly DiffLine[]): { lines: DiffLine[]; folded: number } {
  const shown: DiffLine[] = [];
  let folded = 0;
  for (let at = 0; at < lines.length;) {
    const run = runAt(lines, at);
    at += run.length;
    if (run.length <= LONG) shown.push(...run);
    else {
      const left = run.length - HEAD;
      folded += left;
      shown.push(...run.slice(0, HEAD), { kind: 'fold', text: `  … ${left} more lines (--diff full shows them)` });
    }
  }
  return { lines: shown, folded };
}

function runAt(lines: readonly DiffLine[], from: number): readonly DiffLine[] {
  const kind = lines[from]?.kind;
  if (kind !== 'add' && kind !== 'remove') return lines.slice(from, from + 1);
  let end = from;
  while (lines[end]?.kind === kind) end += 1;
  return lines.slice(from, end);
}
