import { allowableRules } from '../commands/change/flags.ts';
import type { Context } from '../context.ts';
import { type Flag, flagsOf, type Takes } from '../flags/table.ts';
import { readTemplates } from '../input/templates.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import type { CommandWords, FlagWords, Values } from './words.ts';
import { zshScript } from './zsh.ts';

/** What is taken from the declaration of a command. */
interface Declared {
  /** The words after `kops-audit`. */
  name: string;
  summary?: string;
  description: string;
  isHidden?: boolean;
  arguments?: readonly { name: string; takes?: Takes; choices?: readonly string[] }[];
  /** Left out: there are only the commands below it, and `help`, which commander adds to those. */
  run?: unknown;
}

/** `completion`: prints the script that makes a shell complete these commands. Gives the exit status. */
export async function completion(shell: string, commands: readonly Declared[], { io }: Context): Promise<number> {
  const script = shell === 'zsh' ? zshScript : shell === 'fish' ? fishScript : bashScript;
  const root = { name: '', description: '' };
  await io.stdout(script(wordsFrom(root, [root, ...commands.filter(({ isHidden }) => !isHidden)])));
  return 0;
}

/** A command and those below it, as a shell has to know them. */
function wordsFrom(command: Declared, all: readonly Declared[]): CommandWords[] {
  const path = pathOf(command);
  const below = all.filter((each) => each !== command && parentOf(each) === command.name);
  const named = below.map((each) => ({
    name: pathOf(each).at(-1) ?? '',
    description: each.summary ?? each.description,
  }));
  const hasHelp = command.run === undefined;
  const names = { words: [...named.map(({ name }) => name), 'help'] };
  const own: CommandWords = {
    path,
    commands: [...named, ...(hasHelp ? [HELP_COMMAND] : [])],
    flags: [...(path.length === 0 ? [VERSION_FLAG] : flagsOf(command.name).map(flagWords)), HELP_FLAG],
    arguments: (command.arguments ?? []).map(valuesOf),
    isVariadic: (command.arguments ?? []).some(({ name }) => name.includes('...')),
  };
  const help: CommandWords = {
    path: [...path, 'help'],
    commands: [],
    flags: [],
    arguments: [names],
    isVariadic: false,
  };
  return [own, ...below.flatMap((each) => wordsFrom(each, all)), ...(hasHelp ? [help] : [])];
}

// What commander adds by itself.
const HELP_COMMAND = { name: 'help', description: 'display help for command' };
const HELP_FLAG: FlagWords = {
  names: ['-h', '--help'],
  description: 'display help for command',
  values: null,
  repeats: false,
};
const VERSION_FLAG: FlagWords = {
  names: ['-V', '--version'],
  description: 'output the version number',
  values: null,
  repeats: false,
};

function pathOf({ name }: Declared): string[] {
  return name === '' ? [] : name.split(' ');
}

function parentOf(command: Declared): string {
  return pathOf(command).slice(0, -1).join(' ');
}

function flagWords(flag: Flag): FlagWords {
  const { name, short, value, help, repeats = false } = flag;
  return {
    names: short === undefined ? [name] : [short, name],
    description: help,
    values: value === undefined ? null : valuesOf(flag),
    repeats,
  };
}

function valuesOf({ takes, choices }: { takes?: Takes; choices?: readonly string[] }): Values {
  if (choices !== undefined) return { words: choices };
  return takes === undefined ? {} : OFFERED[takes]();
}

/** What can be offered for a value. Of what nobody can guess there is nothing. */
const OFFERED: Readonly<Record<Takes, () => Values>> = {
  cluster: () => ({ clusters: true }),
  file: () => ({ files: true }),
  folder: () => ({ folders: true }),
  policy: () => ({ words: Object.keys(readTemplates()), files: true }),
  rule: () => ({ words: allowableRules() }),
  verb: () => ({ words: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'] }),
  change: () => ({}),
  count: () => ({}),
  parameter: () => ({}),
  wait: () => ({}),
  duration: () => ({}),
  percent: () => ({}),
  pattern: () => ({}),
  kubernetes: () => ({}),
  kops: () => ({}),
};
