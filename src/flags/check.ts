import { UserError } from '../errors.ts';
import { nearest } from '../policy/nearest.ts';
import { CLASHES, type Clash, WORDS } from './clashes.ts';
import { type Flag, flagsOf, type Judged, keyOf } from './table.ts';

/**
 * Refuses a value that a flag cannot have.
 *
 * @throws UserError that says what would be right.
 */
export function checkValue(flag: Flag, text: string): void {
  if (text === '') throw emptyError(flag.name);
  const { name, choices } = flag;
  if (choices !== undefined) checkChoice(name, text, choices, flag.mean);
  if (flag.takes === 'count') readCount(name, text, flag.unit ?? 'them', flag.range);
  if (flag.takes === 'parameter') readSet([text]);
}

/**
 * Refuses all that can be said of a command line without reading anything else, before its command is loaded: values that are not what
 * a flag takes, and what `refuseClashes` refuses.
 *
 * @throws UserError that says what would be right.
 */
export async function refuseMistakes(command: string, flags: object, words: readonly string[]): Promise<void> {
  const values = new Map<string, unknown>(Object.entries(flags));
  for (const flag of flagsOf(command)) await refuseMisread(flag, values.get(keyOf(flag)));
  refuseClashes(command, flags, words);
}

/** What a value of such a flag is takes long to load, so only where one was typed. */
async function refuseMisread({ name, takes, default: unsaid }: Flag, value: unknown): Promise<void> {
  if (!isJudged(takes) || typeof value !== 'string' || value === unsaid) return;
  const { READ } = await import('./values.ts');
  READ[takes](name, value);
}

/** As a record, so that none is forgotten. */
const JUDGED: Readonly<Record<Judged, true>> = {
  wait: true,
  duration: true,
  percent: true,
  pattern: true,
  kubernetes: true,
  kops: true,
  version: true,
};

function isJudged(takes: Flag['takes']): takes is Judged {
  return takes !== undefined && Object.hasOwn(JUDGED, takes);
}

/** What is there and empty comes from a variable that is not set, and what would be done is not what was meant. */
export function emptyError(what: string): UserError {
  return new UserError(`${what} is empty`, {
    hint: 'Is the variable that it comes from set? Give a value, or leave it out.',
  });
}

/** Refuses what is none of the choices. Throws UserError that says the near one, and all. */
export function checkChoice(what: string, text: string, choices: readonly string[], mean?: string): void {
  if (choices.includes(text)) return;
  const near = nearest(text, choices);
  const hint = `${near === undefined ? '' : `Did you mean ${near}? `}Give ${oneOf(choices)}.${mean === undefined ? '' : ` ${mean}`}`;
  throw new UserError(`${what} ${text} is not known`, { hint });
}

function oneOf(choices: readonly string[]): string {
  return choices.length === 2 ? choices.join(' or ') : `one of ${choices.join(', ')}`;
}

/**
 * Refuses flags that mean nothing together, rather than leaving one aside, and stdin where it is named twice.
 *
 * @param command as it is typed: `policy explain`.
 * @param flags what it was given, by the keys of `keyOf`.
 * @param words its arguments.
 * @throws UserError for the first row of `CLASHES` that they fall under.
 */
export function refuseClashes(command: string, flags: object, words: readonly string[] = []): void {
  const known = flagsOf(command);
  const given: Given = { values: new Map(Object.entries(flags)), words, named: byName(known) };
  for (const clash of CLASHES[command] ?? []) refuseClash(clash, given);
  const sources = known.filter(({ takes }) => takes === 'file' || takes === 'policy');
  const named = [...words, ...sources.flatMap((flag) => given.values.get(keyOf(flag)))];
  if (named.filter((name) => name === '-').length > 1)
    throw new UserError('stdin can be read only once', { hint: 'Give a file for one of the two.' });
}

interface Given {
  values: ReadonlyMap<string, unknown>;
  words: readonly string[];
  /** The flags that the command has, by their long and short names. */
  named: ReadonlyMap<string, Flag>;
}

function byName(flags: readonly Flag[]): Map<string, Flag> {
  const named = new Map<string, Flag>();
  for (const flag of flags.toReversed())
    for (const name of [flag.name, flag.short]) if (name !== undefined) named.set(name, flag);
  return named;
}

function refuseClash({ flags, needs, not = [], said, hint }: Clash, given: Given): void {
  const wrong = flags.filter((flag) => isGiven(flag, given));
  const other = needs ? needs[0] : not.find((each) => isGiven(each, given));
  if (wrong.length === 0 || other === undefined || needs?.some((each) => isGiven(each, given))) return;
  const told = said ?? `${needs ? 'goes' : 'does not go'} with ${other === WORDS ? given.words[0] : other}`;
  throw new UserError(
    `${wrong.join(', ')} ${wrong.length > 1 ? ofSeveral(told) : told}`,
    hint === undefined ? {} : { hint },
  );
}

const VERBS: Readonly<Record<string, string>> = { goes: 'go', does: 'do', needs: 'need', stores: 'store', is: 'are' };

/** `goes with -f` is said of one flag; of several `go with -f`. */
function ofSeveral(told: string): string {
  return told.replace(/^\w+/, (verb) => VERBS[verb] ?? verb);
}

/** Whether a flag of the table of clashes is there: `--no-log`, `-f`, `--target terraform`. */
function isGiven(written: string, { values, words, named }: Given): boolean {
  if (written === WORDS) return words.length > 0;
  const [typed = '', wanted] = written.split(' ');
  const flag = named.get(typed);
  const value = flag && values.get(keyOf(flag));
  if (flag?.name.startsWith('--no-')) return value === false;
  if (wanted !== undefined) return value === wanted;
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
}

/** `--set key=value` pairs; the value may hold `=` and commas. The last one of a key wins. */
export function readSet(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at > 0) return [pair.slice(0, at).trim(), pair.slice(at + 1)];
      throw new UserError(`--set ${pair} has no value`, {
        hint: 'Write --set KEY=VALUE; `kops-audit policy list -o json` shows the parameters.',
      });
    }),
  );
}

/** A number from 0 on, as a flag says; undefined where it was not given. Throws UserError for what is none. */
export function readCount(
  flag: string,
  text: string | undefined,
  unit: string,
  range?: readonly [number, number],
): number | undefined {
  if (text === undefined) return undefined;
  const [least, most] = range ?? [0, 2_147_483_647];
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= least && count <= most) return count;
  if (range) throw new UserError(`${flag} ${text} is not a number from ${least} to ${most}`);
  throw new UserError(`${flag} ${text} is not a number of ${unit}`, { hint: 'Give a whole number, 0 or more.' });
}
