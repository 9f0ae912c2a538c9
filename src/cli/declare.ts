import { statSync } from 'node:fs';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Context } from '../context.ts';
import { UserError } from '../errors.ts';
import { checkValue, emptyError, refuseMistakes } from '../flags/check.ts';
import { clusterFrom } from '../flags/cluster-words.ts';
import { FLAGS, type Flag } from '../flags/table.ts';
import { nearest } from '../policy/nearest.ts';
import { safeText } from '../report/text.ts';
import { VERSION } from '../version.ts';
import { type CommandArgument, type CommandRow, COMMANDS, EXIT_STATUS } from './commands.ts';

/** Runs one command with what it gets from the outside, and keeps its exit status. */
export type Run = (command: (context: Context) => Promise<number>) => Promise<void>;

/**
 * Runs the command that was typed, by `run`. Throws what it throws.
 *
 * @returns null; where commander ended it, its exit status and what it has for stdout: help. Mistakes it told on stderr.
 */
export async function runCommandLine(
  argv: readonly string[],
  run: Run,
): Promise<{ exitCode: number; help: string } | null> {
  const help: string[] = [];
  const root = await program(argv, run, (text) => help.push(text));
  try {
    await root.parseAsync(argv);
    return null;
  } catch (error) {
    if (error instanceof CommanderError) return { exitCode: error.exitCode, help: help.join('') };
    throw error;
  }
}

async function program(argv: readonly string[], run: Run, writeOut: (text: string) => void): Promise<Command> {
  const root = new Command('kops-audit')
    .description(
      'Turn Kubernetes audit logging on for kOps clusters: the policy embedded as a file asset, the kube-apiserver flags patched, the diff shown before anything is written.',
    )
    .version(VERSION, '-V, --version')
    .exitOverride()
    .configureOutput({ writeOut, writeErr: (text) => process.stderr.write(safeText(text)) })
    .showHelpAfterError('(kops-audit --help shows what there is)')
    .addHelpText('after', `\nOn a terminal, kops-audit alone asks what it has to know.\n${EXIT_STATUS}`);
  const asksHelp = ['--help', '-h', 'help'].some((word) => argv.includes(word));
  const declared = new Map([['', root]]);
  for (const row of rowsFor(argv[2] ?? '')) {
    const parent = declared.get(row.name.split(' ').slice(0, -1).join(' ')) ?? root;
    const more = asksHelp && row.findMore ? await row.findMore() : '';
    declared.set(row.name, declareCommand(parent, row, more, run));
  }
  return root;
}

/** Of the flags of a command that is not run nobody needs to hear: only the chosen one is declared where it is clear which it is. */
function rowsFor(chosen: string): readonly CommandRow[] {
  if (chosen === '--version' || chosen === '-V') return [];
  const rows = COMMANDS.filter(({ name }) => name === chosen || name.startsWith(`${chosen} `));
  return rows.length > 0 ? rows : COMMANDS.filter(({ isHidden }) => !isHidden);
}

/** Declares a command with its flags below `parent`. `more`: what its help says before the examples. */
export function declareCommand(parent: Command, row: CommandRow, more: string, run: Run): Command {
  const name = row.name.split(' ').at(-1) ?? '';
  const command = parent.command(name, { hidden: row.isHidden ?? false }).description(row.description);
  if (row.summary !== undefined) command.summary(row.summary);
  if (row.usage !== undefined) command.usage(row.usage);
  if (row.hint !== undefined) command.showHelpAfterError(row.hint);
  for (const argument of row.arguments ?? []) command.addArgument(argumentOf(argument));
  addFlags(command, row.name);
  command.addHelpText('after', more + row.after);
  const { run: runRow } = row;
  // The words and flags of commands below would leave no room at 80 columns.
  if (!runRow) return command.configureHelp({ ...command.configureHelp(), subcommandTerm: (each) => each.name() });
  return command.action(async () => {
    const { words, cluster } = wordsOf(command, row);
    const flags = <Flags extends object>(): Flags => ({ ...command.optsWithGlobals<Flags>(), ...cluster });
    await refuseMistakes(row.name, flags(), words);
    await run((context) => runRow({ words, flags }, context));
  });
}

function argumentOf({ name, help, choices }: CommandArgument): Argument {
  const argument = new Argument(name, help);
  return choices ? argument.choices(choices) : argument;
}

function addFlags(command: Command, name: string): void {
  for (const { heading, flags } of FLAGS[name] ?? []) {
    if (heading !== undefined) command.optionsGroup(`${heading}:`);
    for (const flag of flags) command.addOption(optionOf(flag));
  }
}

function optionOf(flag: Flag): Option {
  const { name, short, value, help } = flag;
  const names = short === undefined ? name : `${short}, ${name}`;
  if (value === undefined) return new Option(names, help);
  const option = new Option(`${names} <${value}>`, help);
  if (flag.default !== undefined) option.default(flag.default);
  if (!flag.repeats) return option.argParser((text, before) => oneValue(flag, text, before));
  return option.default([], 'none').argParser<string[]>((text, before) => {
    checkValue(flag, text);
    return [...before, text];
  });
}

function oneValue(flag: Flag, text: string, before: unknown): string {
  if (flag.once && before !== undefined) throw new InvalidArgumentError('Give it once.');
  checkValue(flag, text);
  return text;
}

/**
 * The arguments as one list; those that name clusters are given as the flag instead.
 *
 * @throws UserError for an empty one, and what `clusterFrom` throws.
 */
function wordsOf(command: Command, row: CommandRow): { words: string[]; cluster: { cluster?: unknown } } {
  const words = command.registeredArguments.flatMap((argument, index) => {
    const given = [command.processedArgs[index]].flat().filter((word) => typeof word === 'string');
    if (given.includes('')) throw emptyError(argument.name());
    return given;
  });
  if (words.length === 0 || row.arguments?.[0]?.takes !== 'cluster') return { words, cluster: {} };
  refuseNearCommand(command, words);
  const cluster = clusterFrom({ command: row.name, words, flag: command.opts()['cluster'] }, isFile);
  return { words: [], cluster: { cluster } };
}

/** `history shwo` is no cluster. */
function refuseNearCommand(command: Command, [word = '']: readonly string[]): void {
  const near = nearest(
    word,
    command.commands.map((each) => each.name()),
  );
  if (near !== undefined) throw new UserError(`unknown command '${word}'`, { hint: `Did you mean ${near}?` });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
