import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandsOf, fencesOf, pages, type Command, type Fence } from '../docs/markdown.ts';
import { mismatch } from '../docs/matches.ts';
import { isSession, makeDesk, plainArgs, printedBy, scriptOf } from '../docs/session.ts';
import { runWarmCli } from '../helpers/warm-cli.ts';

interface Session {
  name: string;
  commands: Command[];
}

/** The sessions of a page that need no kops. */
function sessionsOf(fences: readonly Fence[]): Session[] {
  return fences
    .filter(({ language, needsKops }) => language === 'console' && !needsKops)
    .map((fence) => ({ fence, name: `${fence.file}:${fence.line}`, commands: commandsOf(fence) }))
    .filter(({ fence, commands }) => isSession(fence, commands));
}

/** Runs the commands without a terminal: in one shell, but for sessions that need none. */
async function run(commands: readonly Command[], folder: string, bin: string): Promise<string[]> {
  const cwd = join(folder, 'desk');
  const path = [bin, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
  const env = { PATH: path, HOME: folder, LANG: 'C.UTF-8' };
  const plain = commands.flatMap(({ text }) => plainArgs(text) ?? []);
  if (plain.length < commands.length) {
    const shell = { cwd, env, extendEnv: false, input: '', reject: false, stripFinalNewline: false };
    return printedBy((await execa('bash', ['-c', scriptOf(commands)], shell)).stdout);
  }
  const printed: string[] = [];
  for (const args of plain) printed.push((await runWarmCli(args, { cwd, env, isMerged: true })).stdout);
  return printed;
}

describe.each(pages())('%s', (page) => {
  const fences = fencesOf(page);
  const sessions = sessionsOf(fences);
  let folder: string;
  let bin: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kops-audit-docs-'));
    bin = await makeDesk(
      folder,
      fences.filter(({ fileName }) => fileName !== null),
    );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has sessions that can be told from prose', () => {
    expect(fences.filter(({ language }) => language === '').map(({ line }) => line)).toEqual([]);
    if (page === 'README.md') expect(sessions.length).toBeGreaterThanOrEqual(2);
  });

  // In order, in one folder: a session may build on the one above.
  it.each(sessions)('prints what is shown at $name', async ({ commands }) => {
    const printed = await run(commands, folder, bin);
    expect(printed).toHaveLength(commands.length);
    const wrong = commands.flatMap(({ text, expected }, index) => {
      const why = mismatch(printed[index] ?? '', expected);
      return why === null ? [] : [`$ ${text}`, why, `printed: ${printed[index]}`];
    });
    expect(wrong).toEqual([]);
  });
});
