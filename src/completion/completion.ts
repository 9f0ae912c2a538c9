import type { Command, Option } from 'commander';
import { allowableRules } from '../commands/change/allow.ts';
import type { Context } from '../context.ts';
import { readTemplates } from '../input/templates.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import type { CommandWords, FlagWords, Shell, Values } from './words.ts';
import { zshScript } from './zsh.ts';

const SCRIPTS: Readonly<Record<Shell, (commands: readonly CommandWords[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** `completion`: prints the script that makes a shell complete the commands below `root`. Gives the exit status. */
export async function completion(shell: Shell, root: Command, { io }: Context): Promise<number> {
  await io.stdout(SCRIPTS[shell](commandWords(root)));
  return 0;
}

/** All commands that `--help` shows, with their flags: a command first, then those below it. */
function commandWords(command: Command, path: readonly string[] = []): CommandWords[] {
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

const FILES: Values = { files: true };
const FOLDERS: Values = { folders: true };
const CLUSTERS: Values = { clusters: true };
const VERBS: Values = { words: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'] };

/** The values of flags that are the same for every command. A flag that is missing takes what nobody can guess. */
const OF_FLAGS: Readonly<Record<string, () => Values>> = {
  '--allow': () => ({ words: allowableRules() }),
  '--by': () => ({ words: ['least', 'most'] }),
  '--cluster': () => CLUSTERS,
  '--fail-on': () => ({ words: ['error', 'warning', 'info'] }),
  '--file': () => FILES,
  '--journal': () => FOLDERS,
  '--kubeconfig': () => FILES,
  '--out': () => FOLDERS,
  '--policy': policies,
  '--requests': () => FILES,
  '--save-plan': () => FILES,
  '--target': () => ({ words: ['direct', 'terraform'] }),
  '--webhook-config': () => FILES,
};

const CHANGE_OUTPUTS = ['text', 'json', 'yaml', 'patch'];
const OUTPUTS: Readonly<Record<string, readonly string[]>> = {
  enable: CHANGE_OUTPUTS,
  disable: CHANGE_OUTPUTS,
  rollback: CHANGE_OUTPUTS,
  apply: CHANGE_OUTPUTS,
  lint: ['text', 'json', 'sarif', 'github'],
  'policy test': ['text', 'junit', 'json'],
};

/** The arguments that can be offered, in their order, by command. */
const OF_ARGUMENTS: Readonly<Record<string, () => Values[]>> = {
  apply: () => [FILES],
  lint: () => [FILES],
  'policy show': () => [policies()],
  'policy explain': () => [VERBS],
  'policy test': () => [FILES],
  'policy diff': () => [policies()],
  'policy order': () => [policies()],
};

/** Takes a command (`policy show`) and the long name of a flag that takes a value; gives what to offer. */
function flagValues(command: string, flag: string): Values {
  if (flag === '--output') return { words: OUTPUTS[command] ?? ['text', 'json'] };
  return OF_FLAGS[flag]?.() ?? {};
}

/** Takes a command and the place of an argument, from 0; gives what to offer. */
function argumentValues(command: string, index: number): Values {
  return OF_ARGUMENTS[command]?.()[index] ?? {};
}

function policies(): Values {
  return { words: Object.keys(readTemplates()), files: true };
}
