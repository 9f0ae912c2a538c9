import { InvalidArgumentError, Option } from 'commander';

/** How much a command says. */
export function talkOptions(): Option[] {
  return [
    new Option('--no-color', 'no colour'),
    new Option('-q, --quiet', 'only warnings and errors besides the result'),
    new Option('-v, --verbose', 'show each kops command as it is run'),
  ];
}

/** For an option that may stand once. */
export function once(value: string, before: string | undefined): string {
  if (before !== undefined) throw new InvalidArgumentError('Give it once.');
  return value;
}

/** For an option that may stand several times. */
export function collect(value: string, before: string[]): string[] {
  return [...before, value];
}
