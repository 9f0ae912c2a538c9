import { randomHex } from '../../crypto.ts';
import { UserError } from '../../errors.ts';

/** The time to the millisecond, and eight random hex digits: `20261124T093512204Z-5d0c7a11`. */
const ID = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-([0-9a-f]{8})$/;

/** Whether a text has the form of an entry's id; no other ever becomes part of a path. */
export function isEntryId(text: string): boolean {
  return ID.test(text);
}

/**
 * A new id: the time, and random digits so that two of the same moment differ.
 * @param newest The newest id of the subject: the new one sorts after it, also when the clock went back.
 */
export function newEntryId(now: Date, newest: string | undefined): string {
  const after = newest === undefined ? 0 : idTime(newest).getTime() + 1;
  const time = new Date(Math.max(now.getTime(), after));
  const stamp = time.toISOString().replace(/[-:.]/g, '');
  return `${stamp}-${randomHex(4)}`;
}

/** The time in an id. */
export function idTime(id: string): Date {
  const iso = id.replace(ID, '$1-$2-$3T$4:$5:$6.$7Z');
  return new Date(iso);
}

/** What an id is called where a person reads it: its random digits. What is no id stays as it is. */
export function shortId(id: string): string {
  return ID.exec(id)?.[8] ?? id;
}

/** So many characters a short id needs at least, as git's. */
const FEWEST = 4;

/**
 * The one id that a word names: the id itself, or the beginning of its random digits or of the whole of it.
 *
 * @returns undefined where none is named so.
 * @throws UserError where several are, with all of them.
 */
export function idNamed(word: string, ids: readonly string[]): string | undefined {
  if (ids.includes(word)) return word;
  if (word.length < FEWEST) return undefined;
  const start = word.toLowerCase();
  const exact = ids.filter((id) => shortId(id) === start);
  const begin = (id: string): boolean => shortId(id).startsWith(start) || id.toLowerCase().startsWith(start);
  const found = exact.length > 0 ? exact : ids.filter(begin);
  if (found.length <= 1) return found[0];
  throw ambiguous(word, found);
}

const MOST_LISTED = 10;

function ambiguous(word: string, found: readonly string[]): UserError {
  const listed = found.slice(0, MOST_LISTED).map((id) => `\n${shortId(id)}  of ${minuteText(idTime(id))}`);
  const more = found.length > MOST_LISTED ? `\n… and ${found.length - MOST_LISTED} more` : '';
  return new UserError(`${word} is ambiguous: ${found.length} recorded changes begin with it`, {
    hint: `Give more of the ID:${listed.join('')}${more}`,
  });
}

/** A time to the minute, as everything about the journal shows it: `2026-11-24 09:35 UTC`. */
export function minuteText(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
