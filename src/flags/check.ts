import { UserError } from '../errors.ts';
import type { Flag } from './table.ts';

/**
 * Refuses a value that a flag cannot have.
 *
 * @throws UserError that says what would be right.
 */
export function checkValue(flag: Flag, text: string): void {
  if (text === '') throw emptyError(flag.name);
  const { name, choices } = flag;
  if (choices !== undefined && !choices.includes(text))
    throw new UserError(`${name} ${text} is not known`, { hint: `Give ${oneOf(choices)}.` });
}

/** What is there and empty comes from a variable that is not set, and what would be done is not what was meant. */
export function emptyError(what: string): UserError {
  return new UserError(`${what} is empty`, {
    hint: 'Is the variable set that it comes from? Give a value, or leave it out.',
  });
}

function oneOf(choices: readonly string[]): string {
  return choices.length === 2 ? choices.join(' or ') : `one of ${choices.join(', ')}`;
}
