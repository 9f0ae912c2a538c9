import { statSync } from 'node:fs';
import { UserError } from '../../errors.ts';

/** Refuses a flag for a folder where something else lies: a file, a pipe, a device. What is not there is made later. Throws UserError. */
export function refuseNoFolder(flag: string, path: string, hint = 'Something else is there. Give another one.'): void {
  if (!isFolderOrNothing(path)) throw new UserError(`${flag} ${path} is not a folder`, { hint });
}

function isFolderOrNothing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? true;
  } catch {
    return true; // What the system has against it is said where the folder is made or read.
  }
}
