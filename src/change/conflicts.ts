import type { Conflict, Undo } from '../cluster/undo.ts';
import { UserError } from '../errors.ts';
import { isObject, mapOf, sameJson, type Json } from '../json.ts';
import { nearest } from '../policy/nearest.ts';
import { commandLine } from '../process/words.ts';
import type { JournalEntry } from './journal/entry.ts';
import { shortId } from './journal/ids.ts';

/**
 * Lets a rollback pass that loses nothing but what may be lost: a key that somebody changed since is taken back only where it is forced.
 *
 * @param force the keys as they were typed: whole, without `spec.`, or their last word.
 * @param entries what is taken back, newest first.
 * @returns what is to be said of each key that is forced.
 * @throws UserError for a key that the rollback does not touch, and for a conflict that is not forced, with both values.
 */
export function forcedNotes(
  cluster: string,
  { keys, conflicts }: Undo,
  force: readonly string[],
  entries: readonly JournalEntry[],
): string[] {
  const unknown = force.find((word) => !keys.some((key) => isNamed(word, key)));
  if (unknown !== undefined) throw untouched(unknown, keys);
  const isForced = ({ key }: Conflict): boolean => force.some((word) => isNamed(word, key));
  const open = conflicts.filter((each) => !isForced(each));
  if (open.length > 0) throw conflictError(cluster, open, entries);
  return conflicts.map(
    (each) => `Takes back ${each.key} although it was changed since: ${madeText(each)}, ${nowText(each)}.`,
  );
}

function isNamed(word: string, key: string): boolean {
  return word === key || `spec.${word}` === key || word === lastWord(key);
}

/** The setting, or the name of the file asset, which may have dots. */
function lastWord(key: string): string {
  return key.split('.').slice(2).join('.');
}

function untouched(word: string, keys: readonly string[]): UserError {
  const words = keys.map(lastWord);
  const near = nearest(word, words);
  const known = words.length === 0 ? 'It takes nothing back.' : `It takes back: ${words.join(', ')}.`;
  return new UserError(`--force ${word}: this rollback does not touch that`, {
    hint: near ? `Did you mean ${near}?` : known,
  });
}

function conflictError(cluster: string, open: readonly Conflict[], entries: readonly JournalEntry[]): UserError {
  const lines = open.map((each) => `\n${each.key}\n  ${madeText(each)}\n  ${nowText(each)}`);
  const flags = open.map(({ key }) => commandLine('--force', [lastWord(key)])).join(' ');
  const shown =
    entries[0] === undefined ? '' : `\nSee what it changed: kops-audit history show ${shortId(entries[0].id)}`;
  return new UserError(`somebody changed these values of ${cluster} since:${lines.join('')}`, {
    hint: `Nothing was written. To take it back anyway, and lose what is there now, add: ${flags}${shown}`,
  });
}

function madeText({ made }: Conflict): string {
  return made === undefined ? 'the change removed it' : `the change set it to ${valueText(made)}`;
}

function nowText({ made, now }: Conflict): string {
  if (now === undefined) return 'now it is not there';
  if (!isObject(made) || !isObject(now)) return `now it is ${valueText(now)}`;
  const parts = [...new Set([...Object.keys(made), ...Object.keys(now)])].filter(
    (key) => !sameJson(made[key], now[key]),
  );
  return `now its ${parts.join(', ')} ${parts.length === 1 ? 'differs' : 'differ'}`;
}

/** What a file asset holds may be secret. */
function valueText(value: Json): string {
  const { content } = mapOf(value);
  if (typeof content === 'string') return `a file of ${content.split('\n').length} lines`;
  return isObject(value) ? 'a file' : typeof value === 'string' ? value : JSON.stringify(value);
}
