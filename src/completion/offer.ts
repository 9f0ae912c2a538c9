import { type Flag, flagsOf, keyOf, type Takes } from '../flags/table.ts';

/** What is taken from the declaration of a command. */
export interface Declared {
  /** The words after `kops-audit`. */
  name: string;
  summary?: string;
  description: string;
  isHidden?: boolean;
  arguments?: readonly { name: string; takes?: Takes; choices?: readonly string[] }[];
  /** Left out: there are only the commands below it. */
  run?: unknown;
}

/** A word that may stand where the cursor is, and what it is. */
export interface Offered {
  word: string;
  about?: string;
}

/** What may stand where the cursor is. */
export interface Offers {
  words: readonly Offered[];
  /** The shell looks for these itself. */
  also?: 'files' | 'folders';
  /** The words are only the beginning of one. */
  isOpen?: boolean;
}

/** What was typed before the cursor, as far as an offer depends on it. */
export interface Line {
  /** The last value of a flag, by the key of `keyOf`. */
  value(key: string): string | undefined;
  /** The arguments. */
  words: readonly string[];
  /** The word at the cursor, of `--flag=word` what is behind the `=`. */
  current: string;
}

/** What somebody can offer for each kind of value; nothing: nobody can guess it. */
export type Sources = Partial<Readonly<Record<Takes, (line: Line) => Promise<Offers> | Offers>>>;

/**
 * What may stand at the end of a line.
 *
 * @param typed the words after `kops-audit`, the last the one at the cursor ('' for a new one).
 */
export async function offersFor(
  typed: readonly string[],
  commands: readonly Declared[],
  sources: Sources,
): Promise<Offers> {
  const place = placeOf(typed.slice(0, -1), commands);
  const current = typed.at(-1) ?? '';
  const [, joined, value] = /^(--[\w-]+)=(.*)$/s.exec(current) ?? [];
  const flag = joined === undefined ? place.open : flagNamed(place, joined);
  if (flag) {
    const offers = await valuesOf(flag, { ...lineOf(place), current: value ?? current }, sources);
    return joined === undefined ? offers : withPrefix(offers, `${joined}=`);
  }
  if (joined !== undefined) return { words: [] };
  if (current.startsWith('-')) return begunBy({ words: flagOffers(place) }, current);
  return begunBy(await argumentOffers(place, { ...lineOf(place), current }, sources), current);
}

/** Where the cursor is. */
interface Place {
  /** '' for kops-audit itself. */
  command: string;
  commands: readonly Declared[];
  words: readonly string[];
  /** The flags before it, with their values. */
  flags: readonly (readonly [Flag, string])[];
  /** The flag whose value is to come. */
  open: Flag | undefined;
}

function placeOf(typed: readonly string[], commands: readonly Declared[]): Place {
  let place: Place = { command: '', commands, words: [], flags: [], open: undefined };
  for (const word of typed) place = after(place, word);
  return place;
}

function after(place: Place, word: string): Place {
  const { command, commands, words, flags, open } = place;
  if (open) return { ...place, flags: [...flags, [open, word]], open: undefined };
  if (/^-./.test(word)) {
    const [, name = word, value] = /^(--[\w-]+)=(.*)$/s.exec(word) ?? [];
    const flag = flagNamed(place, name);
    if (!flag) return place;
    if (flag.value === undefined || value !== undefined) return { ...place, flags: [...flags, [flag, value ?? '']] };
    return { ...place, open: flag };
  }
  const below = `${command} ${word}`.trim();
  const isCommand = words.length === 0 && commands.some(({ name }) => name === below);
  if (isCommand || (word === 'help' && hasHelp(place))) return { ...place, command: word === 'help' ? command : below };
  return { ...place, words: [...words, word] };
}

function flagNamed({ command }: Place, typed: string): Flag | undefined {
  return flagsOf(command).find(({ name, short }) => name === typed || short === typed);
}

function lineOf({ flags, words }: Place): Omit<Line, 'current'> {
  return { words, value: (key) => flags.findLast(([flag]) => keyOf(flag) === key)?.[1] };
}

/** All that are not there yet, or may stand again. */
function flagOffers({ command, flags }: Place): Offered[] {
  const given = new Set(flags.map(([{ name }]) => name));
  const left = flagsOf(command).filter(({ name, repeats }) => repeats || !given.has(name));
  const own = left.flatMap(({ name, short, help }) =>
    [...(short === undefined ? [] : [short]), name].map((word) => ({ word, about: help })),
  );
  const version = { word: '--version', about: 'the version of kops-audit' };
  return [...own, ...(command === '' ? [version] : []), { word: '--help', about: 'what it does, its flags, examples' }];
}

async function argumentOffers(place: Place, line: Line, sources: Sources): Promise<Offers> {
  const { command, commands, words } = place;
  const below = words.length === 0 ? commandOffers(place) : [];
  const places = commands.find(({ name }) => name === command)?.arguments ?? [];
  const last = places.at(-1);
  const argument = places[words.length] ?? (last?.name.includes('...') ? last : undefined);
  const offers = argument ? await valuesOf(argument, line, sources) : { words: [] };
  return { ...offers, words: [...below, ...offers.words] };
}

function commandOffers(place: Place): Offered[] {
  const { command, commands } = place;
  const shown = commands.filter(
    ({ name, isHidden }) => !isHidden && name.split(' ').slice(0, -1).join(' ') === command && name !== '',
  );
  const named = shown.map(({ name, summary, description }) => ({
    word: name.split(' ').at(-1) ?? '',
    about: summary ?? description,
  }));
  return hasHelp(place) ? [...named, { word: 'help', about: 'help for a command' }] : named;
}

function hasHelp({ command, commands, words }: Place): boolean {
  return words.length === 0 && (command === '' || commands.some(({ name, run }) => name === command && !run));
}

async function valuesOf(
  { takes, choices }: { takes?: Takes; choices?: readonly string[] },
  line: Line,
  sources: Sources,
): Promise<Offers> {
  if (choices) return begunBy({ words: choices.map((word) => ({ word })) }, line.current);
  const source = takes && sources[takes];
  return source ? begunBy(await source(line), line.current) : { words: [] };
}

function begunBy(offers: Offers, current: string): Offers {
  return { ...offers, words: offers.words.filter(({ word }) => word.startsWith(current)) };
}

function withPrefix(offers: Offers, prefix: string): Offers {
  return { ...offers, words: offers.words.map((each) => ({ ...each, word: `${prefix}${each.word}` })) };
}

/** As the scripts of `completion` read it: what else belongs there, then an offer a line with what it is. */
export function offersText({ words, also, isOpen = false }: Offers): string {
  const lines = words.map(({ word, about = '' }) =>
    about === '' ? word : `${word}\t${about.replaceAll(/\s+/g, ' ')}`,
  );
  return [`${also ?? 'words'}${isOpen ? ' nospace' : ''}`, ...lines].map((line) => `${line}\n`).join('');
}
