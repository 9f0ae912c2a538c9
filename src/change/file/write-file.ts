import { UserError } from '../../errors.ts';
import { checkWritableSync } from './check-writable.ts';
import { fileError } from './file-error.ts';
import { readSpecFileSync } from './read-file.ts';
import { replaceFile } from './replace-file.ts';
import type { SpecFile } from './types.ts';

/**
 * Replaces a spec file by a new text, in one step, with mode and owner kept. A symbolic link stays, its target is replaced.
 * The file is read again first, and right before the rename. At any moment the file is the old one or the new one.
 * @param file As readSpecFile gave it.
 * @throws UserError where checkWritable does, where the file is not as it was read, or where the system refuses (disk
 *   full); then the file is untouched and no temporary file is left.
 */
export async function writeSpecFile(file: SpecFile, text: string): Promise<void> {
  refuseIfChanged(file);
  checkWritableSync(file);
  try {
    replaceFile(file.target, text, {
      mode: file.mode,
      owner: { uid: file.uid, gid: file.gid },
      beforeRename: () => refuseIfChanged(file),
    });
  } catch (error) {
    throw fileError(error, file.path, 'was not written');
  }
}

function refuseIfChanged(file: SpecFile): void {
  const now = lookAgain(file);
  const same =
    now.target === file.target &&
    now.mode === file.mode &&
    now.uid === file.uid &&
    now.gid === file.gid &&
    now.links === file.links &&
    Buffer.compare(now.bytes, file.bytes) === 0;
  if (!same) throw changedMeanwhile(file.path);
}

function lookAgain(file: SpecFile): SpecFile {
  try {
    return readSpecFileSync(file.path);
  } catch (error) {
    throw changedMeanwhile(file.path, error);
  }
}

function changedMeanwhile(path: string, cause?: unknown): UserError {
  return new UserError('was not written: the file changed meanwhile', {
    place: { file: path },
    hint: 'Somebody else wrote to it after it was read. Run the command again: it starts from the new content.',
    cause,
  });
}
