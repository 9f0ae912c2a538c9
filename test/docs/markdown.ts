import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

/** A fenced block, with the HTML comments right above it: `<!-- needs kops -->`, `<!-- file: NAME -->`. */
export interface Fence {
  file: string;
  line: number;
  language: string;
  needsKops: boolean;
  /** The name of the file that the block is; a session further down uses it. */
  fileName: string | null;
  text: string;
}

/** A shell command of a `console` block, and what it shall print: a line `…` stands for one or more lines. */
export interface Command {
  text: string;
  expected: string;
}

/** README.md and the pages in docs/, as paths from the root. */
export function pages(): string[] {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.md'),
  );
  return ['README.md', ...docs.toSorted().map((name) => `docs/${name}`)];
}

/** The text of a page. */
export function readPage(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

const FENCE = /(?<comments>(?:^<!--.*-->\n)*)^```(?<language>\S*)\n(?<text>[\s\S]*?)^```$/gm;

/** The fenced blocks of a page, in order. */
export function fencesOf(file: string): Fence[] {
  const page = readPage(file);
  return [...page.matchAll(FENCE)].map(({ groups, index }) => {
    const { comments = '', language = '', text = '' } = groups ?? {};
    const fileName = /<!-- file: (\S+) -->/.exec(comments)?.[1] ?? null;
    const line = page.slice(0, index + comments.length).split('\n').length;
    return { file, line, language, needsKops: comments.includes('<!-- needs kops -->'), fileName, text };
  });
}

/** The commands of a `console` block: a line with `$ `, further lines of it with `> `, then what it prints. */
export function commandsOf({ file, line, text }: Fence): Command[] {
  const parts = text.split(/^\$ /m);
  if (parts.shift() !== '') throw new Error(`${file}:${line}: a console block begins with a command`);
  return parts.map((part) => {
    const lines = part.trimEnd().split('\n');
    const end = lines.findIndex((next, index) => index > 0 && !next.startsWith('> '));
    const command = end < 0 ? lines : lines.slice(0, end);
    return {
      text: command.map((next, index) => (index === 0 ? next : next.slice(2))).join('\n'),
      expected: end < 0 ? '' : lines.slice(end).join('\n'),
    };
  });
}
