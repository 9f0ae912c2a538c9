import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { ROOT } from '../docs/markdown.ts';

const NAMES = COMMANDS.filter(({ isHidden }) => !isHidden).map(({ name }) => name);

async function help(...args: string[]): Promise<string> {
  const { stdout, exitCode } = await execa(process.execPath, [join(ROOT, 'dist/cli.cjs'), ...args, '--help']);
  expect(exitCode).toBe(0);
  return stdout;
}

/** The commands that a help text lists. */
function listed(text: string): string[] {
  const [, block = ''] = /^Commands:\n((?: +.*\n)+)/m.exec(text) ?? [];
  return [...block.matchAll(/^ {2}(\w+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
}

describe('--help', () => {
  it.each(NAMES)('of %s has examples of itself, at 80 columns', async (command) => {
    const text = await help(...command.split(' '));
    const [, examples = ''] = text.split('\nExamples:\n');
    expect(examples).toContain(`kops-audit ${command}`);
    const wide = examples.split('\n').filter((line) => line.length > 80 && !line.includes('kops create cluster'));
    expect(wide).toEqual([]);
  });

  it('lists every command of the table', async () => {
    const below = ['history', 'policy'];
    const found = await Promise.all(
      below.map(async (name) => listed(await help(name)).map((each) => `${name} ${each}`)),
    );
    expect([...listed(await help()), ...found.flat()].toSorted()).toEqual(NAMES.toSorted());
  });
});
