import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../../errors.ts';
import { fileError } from './file-error.ts';
import type { SpecFile } from './types.ts';

/**
 * Makes sure that a spec file can be replaced, before anybody is asked. Root is held to the permission bits as well:
 * who takes the write bit away means it.
 * @throws UserError for hard links, a file or directory without write permission, an owner that cannot be kept.
 */
export async function checkWritable(file: SpecFile): Promise<void> {
  checkWritableSync(file);
}

/** The same, without giving other code a turn. */
export function checkWritableSync(file: SpecFile): void {
  refuseHardLinks(file);
  refuseReadOnlyFile(file);
  refuseReadOnlyDirectory(file);
  refuseForeignOwner(file);
}

function refuseHardLinks(file: SpecFile): void {
  if (file.links <= 1) return;
  throw new UserError(
    `cannot be replaced: it has ${file.links} names (hard links), and the others would keep the old spec`,
    {
      place: { file: file.path },
      hint: 'Give a copy of it. `find -samefile` shows the other names.',
    },
  );
}

function refuseReadOnlyFile(file: SpecFile): void {
  const hint = 'If the change is meant for it, run `chmod u+w` on it first.';
  requireWrite(file.target, { shown: file.path, what: 'cannot be written', hint });
}

function refuseReadOnlyDirectory(file: SpecFile): void {
  const directory = dirname(file.target);
  const what = `cannot be replaced: its directory ${directory} cannot be written`;
  const hint =
    'Make the directory writable first: the file is replaced in one step, by a new one that is made beside it.';
  requireWrite(directory, { shown: file.path, what, hint });
}

function requireWrite(path: string, { shown, what, hint }: { shown: string; what: string; hint: string }): void {
  try {
    accessSync(path, constants.W_OK);
    if ((statSync(path).mode & 0o222) !== 0) return;
  } catch (error) {
    throw fileError(error, shown, what);
  }
  throw new UserError(`${what}: it is read-only`, { place: { file: shown }, hint });
}

function refuseForeignOwner(file: SpecFile): void {
  const user = process.geteuid?.();
  if (user === undefined || user === 0) return;
  const groups = [process.getegid?.(), ...(process.getgroups?.() ?? [])];
  if (user === file.uid && groups.includes(file.gid)) return;
  throw new UserError(`cannot be replaced: user ${user} cannot keep its owner (${file.uid}:${file.gid})`, {
    place: { file: file.path },
    hint: 'Run it as the owner of the file, or work on a copy.',
  });
}
