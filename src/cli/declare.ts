import { existsSync, statSync } from 'node:fs';
import { Argument, Command, CommanderError, Option } from 'commander';
import type { Context } from '../context.ts';
import { UserError } from '../errors.ts';
import { checkChoice, checkValue, emptyError, refuseMistakes } from '../flags/check.ts';
import { clusterFrom } from '../flags/cluster-words.ts';
import { type Flag, flagsOf } from '../flags/table.ts';
import { nearest } from '../policy/nearest.ts';
import { VERSION } from '../version.ts';
import { type CommandArgument, type CommandRow, COMMANDS, ROOT } from './commands.ts';

/** Runs one command with what it gets from the outside, and keeps its exit status. */
export type Run = (command: (context: Context) => Promise<number>) => Promise<void>;

/** Somebody asked for the help text of a command, or gave none where one is needed. */
export interface HelpWanted {
  row: CommandRow;
  /** Whether it was asked for. */
  isAsked: boolean;
}

/**
 * Runs the command that was typed, by `run`. Throws what it throws.
 *
 * @param argv without what Node puts in front.
 * @returns null; where help is to be shown, whose.
 * @throws UserError for a command line that cannot be.
 */
export async function runCommandLine(argv: readonly string[], run: Run): Promise<HelpWanted | null> {
  const words = withoutHelp(argv);
  const row = rowOf(words);
  const known = row === ROOT ? [] : COMMANDS.filter(({ name }) => isOrBelow(name, row.name.split(' ')[0] ?? ''));
  const at = row.takesBehind ? words.indexOf('--') : -1;
  const root = declare(known, run, at < 0 ? [] : words.slice(at + 1));
  try {
    await root.parseAsync(at < 0 ? [...words] : words.slice(0, at), { from: 'user' });
    return row.run ? null : { row, isAsked: false };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return { row, isAsked: true };
    if (error.code === 'commander.help') return { row, isAsked: false };
    throw mistake(error, row);
  }
}

/** `help policy explain` and `policy help explain` are `policy explain --help`. */
function withoutHelp(argv: readonly string[]): readonly string[] {
  const at = argv.indexOf('help');
  const before = argv.slice(0, at).join(' ');
  const isGroup = at === 0 || COMMANDS.some(({ name }) => name.startsWith(`${before} `));
  return at !== -1 && isGroup ? [...argv.slice(0, at), ...argv.slice(at + 1), '--help'] : argv;
}

/**
 * The row of the command that these words begin with.
 *
 * @throws UserError for a word that stands where a command must, and is none.
 */
function rowOf(words: readonly string[]): CommandRow {
  let row = ROOT;
  for (const word of words) {
    const next = COMMANDS.find(({ name }) => name === `${row.name} ${word}`.trim());
    if (next) row = next;
    else if (row.run || word.startsWith('-')) return row;
    else throw unknownCommand(word, row);
  }
  return row;
}

function unknownCommand(word: string, row: CommandRow): UserError {
  const shown = COMMANDS.filter(({ name, isHidden }) => !isHidden && isChild(name, row));
  const near = nearest(
    word,
    shown.map(({ name }) => name.split(' ').at(-1) ?? ''),
  );
  return new UserError(`unknown command ${word}`, { hint: `${meant(near)}See \`${helpOf(row)}\`.` });
}

function isChild(name: string, { name: parent }: CommandRow): boolean {
  return name.split(' ').slice(0, -1).join(' ') === parent;
}

function isOrBelow(name: string, parent: string): boolean {
  return name === parent || name.startsWith(`${parent} `);
}

function meant(near: string | undefined): string {
  return near === undefined ? '' : `Did you mean ${near}? `;
}

function helpOf({ name }: CommandRow): string {
  return ['kops-audit', name, '--help'].filter((part) => part !== '').join(' ');
}

/** What commander has against a command line, in our words: what would be right, and where to look. */
function mistake({ code, message }: CommanderError, row: CommandRow): UserError {
  const [, named = ''] = /'([^']*)'/.exec(message) ?? [];
  if (code === 'commander.unknownOption') return unknownFlag(named, row);
  const said = MISTAKES[code]?.(named, row) ?? message.replace(/^error: /, '');
  return new UserError(said, { hint: `See \`${helpOf(row)}\`.` });
}

const MISTAKES: Readonly<Record<string, (named: string, row: CommandRow) => string>> = {
  'commander.missingArgument': (named) => `<${named}> is missing`,
  'commander.optionMissingArgument': (named) => `${named} has no value`,
  'commander.excessArguments': (_, { name, arguments: { length } = [] }) =>
    `too many arguments: kops-audit ${name} takes ${length === 0 ? 'none' : length}`,
};

function unknownFlag(typed: string, row: CommandRow): UserError {
  const name = typed.replace(/=.*$/s, '');
  const isOfCommand = COMMANDS.some((each) =>
    flagsOf(each.name).some((flag) => flag.name === name || flag.short === name),
  );
  if (row === ROOT && isOfCommand)
    return new UserError(`${name} comes before the command`, { hint: 'Flags come after it.' });
  const near = nearest(
    name,
    flagsOf(row.name).map((flag) => flag.name),
  );
  return new UserError(`unknown flag ${name}`, { hint: `${meant(near)}See \`${helpOf(row)}\`.` });
}

/** All of these below `kops-audit`. What commander would print goes nowhere: it is told by what is thrown. */
function declare(rows: readonly CommandRow[], run: Run, behind: readonly string[]): Command {
  const root = new Command('kops-audit')
    .version(VERSION, '-V, --version')
    .option('--no-color')
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .configureHelp({ formatHelp: () => '' })
    .showSuggestionAfterError(false);
  const declared = new Map([['', root]]);
  for (const row of rows) {
    const parent = declared.get(row.name.split(' ').slice(0, -1).join(' ')) ?? root;
    declared.set(row.name, declareCommand(parent, row, run, behind));
  }
  return root;
}

/** Declares a command with its flags below `parent`. */
export function declareCommand(parent: Command, row: CommandRow, run: Run, behind: readonly string[] = []): Command {
  const command = parent.command(row.name.split(' ').at(-1) ?? '');
  for (const { name } of row.arguments ?? []) command.addArgument(new Argument(name));
  for (const flag of flagsOf(row.name)) command.addOption(optionOf(flag));
  const { run: runRow } = row;
  if (!runRow) return command;
  return command.action(async () => {
    const { words, cluster } = wordsOf(command, row);
    const flags = <Flags extends object>(): Flags => ({ ...command.optsWithGlobals<Flags>(), ...cluster });
    await refuseMistakes(row.name, flags(), words);
    await run((context) => runRow({ words, behind, flags }, context));
  });
}

function optionOf(flag: Flag): Option {
  const { name, short, value } = flag;
  const names = short === undefined ? name : `${short}, ${name}`;
  if (value === undefined) return new Option(names);
  const option = new Option(`${names} <${value}>`);
  if (flag.default !== undefined) option.default(flag.default);
  if (!flag.repeats) return option.argParser((text, before) => oneValue(flag, text, before));
  return option.default([]).argParser<string[]>((text, before) => {
    checkValue(flag, text);
    return [...before, text];
  });
}

function oneValue(flag: Flag, text: string, before: unknown): string {
  if (flag.once && before !== undefined)
    throw new UserError(`${flag.name} is given twice`, { hint: `Give ${before} or ${text}.` });
  checkValue(flag, text);
  return text;
}

/**
 * The arguments as one list; those that name clusters are given as the flag instead.
 *
 * @throws UserError for one that is empty or none of its choices, and what `clusterFrom` throws.
 */
function wordsOf(command: Command, row: CommandRow): { words: string[]; cluster: { cluster?: unknown } } {
  const words = (row.arguments ?? []).flatMap((argument, index) => {
    const given = [command.processedArgs[index]].flat().filter((word) => typeof word === 'string');
    for (const word of given) checkWord(argument, word);
    return given;
  });
  if (words.length === 0 || row.arguments?.[0]?.takes !== 'cluster') return { words, cluster: {} };
  refuseNearCommand(row, words);
  const cluster = clusterFrom({ command: row.name, words, flag: command.opts()['cluster'] }, isFile);
  return { words: [], cluster: { cluster } };
}

function checkWord({ name, choices }: CommandArgument, word: string): void {
  const bare = name.replaceAll(/[<>[\].]/g, '');
  if (word === '') throw emptyError(`the argument ${bare}`);
  if (choices) checkChoice(bare, word, choices);
}

/** `history shows` is no cluster. */
function refuseNearCommand(row: CommandRow, [word = '']: readonly string[]): void {
  const children = COMMANDS.filter(({ name }) => isChild(name, row)).map(({ name }) => name.split(' ').at(-1) ?? '');
  if (nearest(word, children) !== undefined) throw unknownCommand(word, row);
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
