import type { Command } from 'commander';
import { UserError } from '../errors.ts';

/**
 * Refuses an option or an argument that is there and empty: it comes from a variable that is not set, and what would be done
 * is not what was meant. Throws UserError.
 */
export function refuseEmpty(command: Command): void {
  if (command.name() === '__complete') return; // A shell asks with whatever is typed by then.
  const empty = chainOf(command).flatMap((each) => [...emptyOptions(each), ...emptyArguments(each)])[0];
  if (empty === undefined) return;
  throw new UserError(`${empty} is empty`, {
    hint: 'Is the variable set that it comes from? Give a value, or leave it out.',
  });
}

function chainOf(command: Command): Command[] {
  return command.parent ? [command, ...chainOf(command.parent)] : [command];
}

function emptyOptions(command: Command): string[] {
  return command.options
    .filter((option) => {
      const name = option.attributeName();
      return command.getOptionValueSource(name) === 'cli' && isEmpty(command.getOptionValue(name));
    })
    .map(({ long, short }) => long ?? short ?? '');
}

function emptyArguments(command: Command): string[] {
  return command.registeredArguments.flatMap((argument, index) =>
    isEmpty(command.processedArgs[index]) ? [argument.name()] : [],
  );
}

function isEmpty(value: unknown): boolean {
  return value === '' || (Array.isArray(value) && value.includes(''));
}
