import type { Command, Option } from 'commander';
import type { CommandWords, FlagWords, Values } from '../commands/completion/types.ts';
import { argumentValues, flagValues } from '../commands/completion/values.ts';

/** All commands that `--help` shows, with their flags: a command first, then those below it. */
export function commandWords(command: Command, path: readonly string[] = []): CommandWords[] {
  const help = command.createHelp();
  const below = help.visibleCommands(command);
  const own: CommandWords = {
    path,
    commands: below.map((each) => ({ name: each.name(), description: each.summary() || each.description() })),
    flags: help.visibleOptions(command).map((option) => flagWords(option, path.join(' '))),
    arguments: command.registeredArguments.map(({ argChoices }, index) =>
      argChoices ? { words: argChoices } : argumentValues(path.join(' '), index),
    ),
    isVariadic: command.registeredArguments.some(({ variadic }) => variadic),
  };
  const names = { words: own.commands.map(({ name }) => name) };
  return [own, ...below.flatMap((each) => wordsBelow(each, [...path, each.name()], names))];
}

/** `help` takes the name of a command beside it. */
function wordsBelow(command: Command, path: readonly string[], names: Values): CommandWords[] {
  const isHelp = command.name() === 'help';
  return commandWords(command, path).map((own) => (isHelp ? { ...own, flags: [], arguments: [names] } : own));
}

function flagWords(option: Option, command: string): FlagWords {
  const { short, long, description, argChoices, defaultValue } = option;
  const takesValue = option.required || option.optional;
  const values = argChoices ? { words: argChoices } : flagValues(command, long ?? '');
  return {
    names: [short, long].filter((name) => name !== undefined),
    description,
    values: takesValue ? values : null,
    repeats: Array.isArray(defaultValue),
  };
}
