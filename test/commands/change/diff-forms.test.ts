import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../src/cli/declare.ts';
import { processIo } from '../../../src/terminal/io.ts';
import { ROOT } from '../../docs/markdown.ts';
import { temporaryFolder } from '../../input/temporary.ts';

interface Ran {
  stdout: string;
  stderr: string;
}

/** A command line of kops-audit in this process, on streams of which some are terminals, `columns` wide. */
async function run(
  words: readonly string[],
  { terminals = [], columns = 80 }: { terminals?: readonly string[]; columns?: number } = {},
): Promise<Ran> {
  const ran = { stdout: '', stderr: '' };
  const io = {
    ...processIo({ color: false }),
    columns,
    isInteractive: false,
    isTerminal: { stdout: terminals.includes('stdout'), stderr: terminals.includes('stderr') },
    stdout: async (text: string) => void (ran.stdout += text),
    stderr: (text: string) => void (ran.stderr += text),
  };
  const context = { io, env: { HOME: '/nowhere' }, now: () => new Date(0), interrupt: new AbortController().signal };
  const ended = await runCommandLine(words, async (command) => void (await command(context)));
  expect(ended).toBeNull();
  return ran;
}

const OWN = `# Ours.\napiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n${'- level: None\n  verbs: [get]\n'.repeat(9)}- level: Metadata\n`;

interface Scene {
  file: string;
  own: string;
  /** The lines of the diff and what stands in place of those left out, and the commands that print them. */
  short(...words: string[]): Promise<{ lines: string[]; commands: string[] }>;
  full(...words: string[]): Promise<string[]>;
  write(...words: string[]): Promise<void>;
}

function scene(): Scene {
  const folder = temporaryFolder();
  const [file, own] = [join(folder, 'cluster.yaml'), join(folder, 'own policy.yaml')];
  copyFileSync(join(ROOT, 'templates/examples/ha-cluster.yaml'), file);
  writeFileSync(own, OWN);
  const dry = (words: readonly string[]): string[] => [...words, '-f', file, '--dry-run'];
  const diffOf = ({ stdout }: Ran): string[] => stdout.slice(0, stdout.indexOf('\n\n')).split('\n');
  return {
    file,
    own,
    async short(...words) {
      const lines = diffOf(await run(dry(words), { terminals: ['stdout'] }));
      return { lines, commands: lines.flatMap((line) => /kops-audit policy show .*$/.exec(line)?.[0] ?? []) };
    },
    full: async (...words) => diffOf(await run(dry(words))),
    write: async (...words) => void (await run([...words, '-f', file, '--no-journal', '--yes'])),
  };
}

/** The words of a command as a shell reads them: quotes around some, none escaped. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '').slice(1);
}

/** The lines of the policy on one side of a whole diff. */
function policyIn(diff: readonly string[], sign: string): string[] {
  return diff.filter((line) => line.startsWith(`${sign}      `)).map((line) => line.slice(7));
}

/** How many lines were left out, as the line in their place says. */
const countIn = (lines: readonly string[]): number[] =>
  lines.flatMap((line) => (/… (\d+) /.exec(line)?.[1] ? [Number(/… (\d+) /.exec(line)?.[1])] : []));

describe('the command that a short diff names', () => {
  it.each<[string, (own: string) => string[]]>([
    ['a template', () => ['enable', '--policy', 'kops']],
    [
      'a template with parameters',
      () => ['enable', '--policy', 'gce', '--set', 'quietUsers=a,b c', '--set', 'readsLevel=Metadata'],
    ],
    ['a file', (own) => ['enable', '--policy', own]],
  ])('prints what was left out of %s', async (_, words) => {
    const { short, full, own } = scene();
    const [{ lines, commands }, whole] = [await short(...words(own)), await full(...words(own))];
    const [left = 0] = countIn(lines);
    expect(left).toBeGreaterThan(10);
    expect(commands).toHaveLength(1);
    const printed = (await run(wordsOf(commands[0] ?? ''))).stdout.trimEnd().split('\n');
    expect(printed.slice(-left)).toEqual(policyIn(whole, '+').slice(-left));
    expect(whole.filter((line) => line.startsWith('+')).length).toBe(
      lines.filter((line) => line.startsWith('+')).length + left + 1,
    );
  });

  it.each<[string, (own: string) => string[], string[]]>([
    ['a template that goes', () => ['enable', '--policy', 'kops'], ['disable']],
    ['a file that goes', (own) => ['enable', '--policy', own], ['disable']],
    [
      'a template that another takes the place of',
      () => ['enable', '--policy', 'metadata'],
      ['enable', '--policy', 'kops'],
    ],
    ['a file that a template takes the place of', (own) => ['enable', '--policy', own], ['enable', '--policy', 'kops']],
  ])('prints what was left out of %s', async (_, before, words) => {
    const { short, full, write, own } = scene();
    await write(...before(own));
    const [{ lines, commands }, whole] = [await short(...words), await full(...words)];
    const [left = 0] = countIn(lines);
    const printed = (await run(wordsOf(commands[0] ?? ''))).stdout.trimEnd().split('\n');
    const shown = new Set(whole.filter((line) => line.startsWith('-')).map((line) => line.slice(7)));
    expect(printed.slice(-left).filter((line) => shown.has(line)).length).toBeGreaterThan(10);
    expect(lines.join('\n')).toContain(`… ${left} lines of the policy now in force`);
    expect(printed.length - left).toBeLessThanOrEqual(3);
  });

  it('is left out where there is none: a policy edited by hand that a rollback brings back', async () => {
    const { file } = scene();
    const more = ['-f', file, '--journal', join(file, '../journal')];
    await run(['enable', '--policy', 'kops', ...more, '--yes']);
    writeFileSync(file, readFileSync(file, 'utf8').replace('# kOps: who', '# Ours: who'));
    const gone = await run(['disable', ...more, '--yes', '--diff', 'short']);
    expect(gone.stdout).toContain(` lines of the policy now in force:\n      kops-audit policy show -f ${file}\n`);
    const back = await run(['rollback', ...more, '--dry-run', '--diff', 'short']);
    expect(back.stdout).toMatch(/ … \d+ lines of policy `kops` \(--diff full shows them\)\n/);
  });
});

describe('--diff', () => {
  it('is short on the terminal that the diff goes to, and full elsewhere', async () => {
    const { file } = scene();
    const words = ['enable', '--policy', 'kops', '-f', file, '--dry-run'];
    const isShort = (text: string): boolean =>
      text.includes(' lines of policy `kops`') && !text.includes('resources: ');
    const isFull = (text: string): boolean => !text.includes('…') && text.includes('resources: ');
    expect(isShort((await run(words, { terminals: ['stdout'] })).stdout)).toBe(true);
    expect(isFull((await run(words, { terminals: ['stderr'] })).stdout)).toBe(true);
    expect(isShort((await run([...words, '-o', 'json'], { terminals: ['stderr'] })).stderr)).toBe(true);
    expect(isFull((await run([...words, '-o', 'json'], { terminals: ['stdout'] })).stderr)).toBe(true);
    expect(isFull((await run([...words, '--diff', 'full'], { terminals: ['stdout'] })).stdout)).toBe(true);
    expect(isShort((await run([...words, '--diff', 'short'])).stdout)).toBe(true);
  });

  it('is one line with stat, and none with none', async () => {
    const { file, write } = scene();
    const stat = async (...words: string[]): Promise<string> => {
      const { stdout } = await run([...words, '-f', file, '--dry-run', '--diff', 'stat']);
      return stdout.split('\n')[0] ?? '';
    };
    expect(await stat('enable', '--policy', 'metadata')).toMatch(
      /^1 file asset added, 5 settings added, \+\d\d −0 lines$/,
    );
    await write('enable', '--policy', 'metadata');
    expect(await stat('enable', '--log-max-age', '7')).toBe('1 setting changed, +1 −1 lines');
    expect(await stat('enable', '--policy', 'kops')).toMatch(/^1 file asset changed, \+\d+ −\d+ lines$/);
    expect(await stat('disable')).toMatch(/^1 file asset removed, 5 settings removed, \+0 −\d+ lines$/);
    const { stdout } = await run(['disable', '-f', file, '--dry-run', '--diff', 'none']);
    expect(stdout).toMatch(/^\w+ {3}/);
  });

  it.each(['stat', 'none'])('%s is refused where something would be written', async (form) => {
    const { file } = scene();
    const before = readFileSync(file, 'utf8');
    for (const more of [[], ['--yes']])
      await expect(run(['enable', '-f', file, '--diff', form, ...more])).rejects.toThrow(
        `--diff ${form} goes with --dry-run: nothing is written before its diff was shown`,
      );
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it.each([60, 120])(
    'is no wider than a terminal of %i columns, but for what is to be pasted and values',
    async (columns) => {
      const { file } = scene();
      const { stdout } = await run(['enable', '--policy', 'kops', '-f', file, '--dry-run'], {
        terminals: ['stdout'],
        columns,
      });
      const wide = stdout.split('\n').filter((line) => line.length > columns);
      expect(wide.filter((line) => !/^ {6}kops-audit |: \/\S+$/.test(line))).toEqual([]);
      expect(
        stdout
          .split('\n')
          .find((line) => line.includes('# kops-audit'))
          ?.endsWith('…'),
      ).toBe(true);
    },
  );

  it('shows what a stamp cut short hides, in full', async () => {
    const { full } = scene();
    expect((await full('enable', '--policy', 'kops')).join('\n')).toMatch(/# kops-audit \{.*"sha256":"[0-9a-f]{64}"\}/);
  });
});
