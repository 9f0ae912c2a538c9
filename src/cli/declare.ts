import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import type { Context } from '../context.ts';
import { checkValue, emptyError } from '../flags/check.ts';
import { FLAGS, type Flag } from '../flags/table.ts';
import type { CommandArgument, CommandRow } from './commands.ts';

/** Runs one command with what it gets from the outside, and keeps its exit status. */
export type Run = (command: (context: Context) => Promise<number>) => Promise<void>;

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
    const words = wordsOf(command);
    const flags = <Flags extends object>(): Flags => command.optsWithGlobals<Flags>();
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

/** The arguments as one list. Throws UserError for an empty one. */
function wordsOf(command: Command): string[] {
  return command.registeredArguments.flatMap((argument, index) => {
    const words = [command.processedArgs[index]].flat().filter((word) => typeof word === 'string');
    if (words.includes('')) throw emptyError(argument.name());
    return words;
  });
}
