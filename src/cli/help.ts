import { type Flag, FLAGS } from '../flags/table.ts';
import { type Style, wrap } from '../report/text.ts';
import { type CommandRow, COMMANDS, ROOT } from './commands.ts';

/** Where a help text is shown. */
export interface HelpPage {
  /** As wide as the terminal is; from 100 on lines get no longer. */
  columns: number;
  style: Style;
  /** The folder of the package: the pages are in it. */
  folder: string;
}

const MOST_COLUMNS = 100;

/** The help text of a command: what it is for, its flags by topic, examples, exit statuses, and the page that tells more. */
export async function helpText(row: CommandRow, page: HelpPage): Promise<string> {
  const columns = Math.min(page.columns, MOST_COLUMNS);
  const more = row.findMore ? [await row.findMore(columns)] : [];
  const sections = [
    usageOf(row, columns),
    wrap(row.description, columns),
    ...commandLists(row, columns),
    ...flagLists(row, columns),
    ...more,
    section('Examples', exampleLines(row, columns)),
    wrap((row.notes ?? []).join('\n'), columns),
    section(
      'Exit status',
      listed(
        row.exit.map(([status, means]) => [`${status}`, means]),
        3,
        columns,
      ),
    ),
    wrap(`More: ${row.page} in ${page.folder}`, columns),
  ];
  const text = sections.filter((each) => each !== '').join('\n\n');
  return `${text.replaceAll(/^(Usage|[A-Z][\w ]*(?=:$)|More(?=:))/gm, (heading) => page.style.bold(heading))}\n`;
}

function usageOf(row: CommandRow, columns: number): string {
  const { name, run, arguments: words = [], usage } = row;
  const place = run ? [...words.map((word) => word.name.toUpperCase()), '[FLAGS]'].join(' ') : 'COMMAND';
  const line = ['kops-audit', name, usage ?? place].filter((part) => part !== '').join(' ');
  const parts = brokenAtBlanks(line, columns - 'Usage: '.length);
  return parts.map((part, at) => `${at === 0 ? 'Usage: ' : '       '}${part}`).join('\n');
}

function section(heading: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [`${heading}:`, ...lines].join('\n');
}

/** The commands below this one; of `kops-audit` itself by what they are for. */
function commandLists(row: CommandRow, columns: number): string[] {
  if (row !== ROOT)
    return row.run && row.name !== 'history' ? [] : [section('Commands', commandLines(below(row), columns))];
  const own = COMMANDS.filter(({ name, isHidden }) => !name.includes(' ') && !isHidden);
  const groups = [...new Set(own.map(({ group = 'More' }) => group))];
  return groups.map((group) => {
    const rows = own.filter((each) => each.group === group).map(rowTerm);
    return section(group, commandLines(group === 'More' ? [...rows, HELP_ROW] : rows, columns));
  });
}

const HELP_ROW: Term = ['help', 'help for a command: kops-audit help policy explain'];

function below({ name }: CommandRow): Term[] {
  return COMMANDS.filter((each) => each.name.startsWith(`${name} `)).map(rowTerm);
}

function rowTerm({ name, summary, description }: CommandRow): Term {
  return [name.split(' ').at(-1) ?? '', summary ?? description];
}

function commandLines(rows: readonly Term[], columns: number): string[] {
  return listed(rows, 'completion'.length, columns);
}

function flagLists(row: CommandRow, columns: number): string[] {
  const words = (row.arguments ?? []).map(({ name, help, choices }): Term => {
    return [name.toUpperCase(), choices ? `${help}: ${choices.join(', ')}` : help];
  });
  const groups = (FLAGS[row.name] ?? []).map(({ heading = 'Flags', flags }) => ({
    heading,
    terms: flags.map(flagTerm),
  }));
  const own = row === ROOT ? [HELP_FLAG, VERSION_FLAG] : [HELP_FLAG];
  const lists = [{ heading: 'Arguments', terms: words }, ...groups];
  const last = lists.findLast(({ heading }) => heading === 'Flags' || heading === 'Output');
  const all = last ? lists : [...lists, { heading: 'Flags', terms: [] }];
  const widest = Math.max(...[...own, ...all.flatMap(({ terms }) => terms)].map(([term]) => term.length));
  const width = Math.min(widest, columns < 72 ? 22 : 30);
  return all.map((list) => {
    const terms = list === (last ?? all.at(-1)) ? [...list.terms, ...own] : list.terms;
    return section(list.heading, listed(terms, width, columns));
  });
}

const HELP_FLAG: Term = ['-h, --help', 'this text'];
const VERSION_FLAG: Term = ['-V, --version', 'the version of kops-audit'];

function flagTerm({ name, short, value, help, default: unsaid }: Flag): Term {
  const names = short === undefined ? name : `${short}, ${name}`;
  return [
    value === undefined ? names : `${names} <${value}>`,
    unsaid === undefined ? help : `${help}; default: ${unsaid}`,
  ];
}

type Term = readonly [term: string, text: string];

/** A column narrower than this is not read with pleasure. */
const LEAST_COLUMN = 24;

/** Terms in a column of this width, and what is said of each beside it; of a long one below it. */
function listed(terms: readonly Term[], width: number, columns: number): string[] {
  const isNarrow = columns - width - 4 < LEAST_COLUMN;
  const indent = ' '.repeat(isNarrow ? 6 : width + 4);
  return terms.flatMap(([term, text]) => {
    const lines = wrap(text, columns - indent.length).split('\n');
    const isLong = term.length > width || isNarrow;
    const [first = '', ...rest] = isLong ? ['', ...lines] : lines;
    return [`  ${term.padEnd(width)}  ${first}`.trimEnd(), ...rest.map((line) => `${indent}${line}`)];
  });
}

/** What each does stands beside it where all have room, else above it as a comment. */
function exampleLines({ examples }: CommandRow, columns: number): string[] {
  const width = Math.max(...examples.map(([line]) => line.length));
  const hasRoom = examples.every(
    ([line, says]) => 2 + (says === '' ? line.length : width + 2 + says.length) <= columns,
  );
  if (hasRoom) return examples.map(([line, says]) => `  ${line.padEnd(width)}  ${says}`.trimEnd());
  return examples.flatMap(([line, says]) => [
    ...(says === '' ? [] : [`  # ${says}`]),
    ...commandParts(line, columns - 4).map((part, at) => `${at === 0 ? '  ' : '    '}${part}`),
  ]);
}

/** A command in lines that a shell reads as one, broken behind a pipe where there is one. */
function commandParts(line: string, columns: number): string[] {
  if (line.length <= columns) return [line];
  const piped = line.split(/(?<= \|) /);
  return piped.flatMap((part) => {
    const lines = brokenAtBlanks(part, columns - 2);
    return lines.map((each, at) => (at < lines.length - 1 ? `${each} \\` : each));
  });
}

/** `wrap` leaves what begins as a command does in one piece. */
function brokenAtBlanks(line: string, columns: number): string[] {
  return wrap(`> ${line}`, columns)
    .split('\n')
    .map((part) => part.replace(/^> /, ''));
}
