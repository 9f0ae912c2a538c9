import type { Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { type Flag, flagsOf } from '../../src/flags/table.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { declared } from './declared.ts';

/** The words that run a command with all the arguments it needs, and its options that take a value. */
function ways(command: Command, path: string[] = []): [string[], Option][] {
  const needed = command.registeredArguments.filter(({ required }) => required).map(() => 'x');
  const own = command.options.filter(({ required, argChoices }) => required && !argChoices);
  const below = command.commands.flatMap((each) => ways(each, [...path, each.name()]));
  return [...own.map((option): [string[], Option] => [[...path, ...needed], option]), ...below];
}

const WAYS = ways(declared().root);

describe('an option that is there and empty', () => {
  it('is found in every command', () => {
    expect(WAYS.length).toBeGreaterThan(100);
  });

  it('is refused, whichever it is, before the command begins', async () => {
    for (const [words, { long, short, flags }] of WAYS) {
      const name = long ?? short ?? '';
      const given = declared().root.parseAsync(['node', 'kops-audit', ...words, name, '']);
      await expect(given, `${words.join(' ')} ${flags}`).rejects.toThrow(`${name} is empty`);
    }
  });

  it('does not stand in the way of one that has a value, and of a default', async () => {
    await expect(
      declared().root.parseAsync(['node', 'x', 'enable', '-f', 'c', '--set', 'a=', '--set', 'b=']),
    ).resolves.toBeTruthy();
    await expect(declared().root.parseAsync(['node', 'x', 'status'])).resolves.toBeTruthy();
  });

  it.each([
    ['apply', ''],
    ['lint', 'a', ''],
    ['rollback', ''],
    ['policy', 'show', ''],
  ])('%s %s is refused as an argument', async (...words) => {
    await expect(declared().root.parseAsync(['node', 'x', ...words])).rejects.toThrow(/is empty$/);
  });
});

describe('a value that is none of the choices', () => {
  const rows = COMMANDS.flatMap(({ name }) => flagsOf(name).map((flag): [string, Flag] => [name, flag]));
  const limited = rows.filter(([, { choices }]) => choices !== undefined);

  it('is refused in every command that has the flag, and those there are are named', async () => {
    expect(limited.length).toBeGreaterThan(20);
    for (const [command, { name, choices = [] }] of limited) {
      const given = declared().root.parseAsync(['node', 'x', ...command.split(' '), name, 'valueOf']);
      const error: unknown = await given.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(UserError);
      expect(error).toMatchObject({ message: `${name} valueOf is not known` });
      expect(choices.filter((choice) => !(error instanceof UserError && error.hint?.includes(choice)))).toEqual([]);
    }
  });
});
