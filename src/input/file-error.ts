import { UserError } from '../errors.ts';

const REASONS: Record<string, [reason: string, hint?: string]> = {
  ENOENT: ['there is no such file'],
  ENOTDIR: ['a part of the path is not a directory'],
  EISDIR: ['it is a directory', 'Give the file itself.'],
  EACCES: ['permission denied'],
  EPERM: ['the system does not allow it', 'The file may be marked immutable (lsattr), or its owner cannot be kept.'],
  ELOOP: ['its symbolic links form a loop'],
  ENAMETOOLONG: ['the name is too long'],
  EROFS: ['the file system is read-only'],
  ENOSPC: ['the disk is full', 'Make room and run it again.'],
  EDQUOT: ['your disk quota is used up', 'Make room and run it again.'],
  EFBIG: ['the file would be larger than the system allows'],
  EBUSY: [
    'it is a mount point, which cannot be replaced',
    'If it is a single file mounted into a container, mount its directory instead, or use `-f -` with redirected input and output.',
  ],
};

/**
 * Says in words why the system refused something with a file.
 * @param error What node:fs threw. Anything that is not a system error is given back as it is.
 * @param path The file as the person gave it.
 * @param what Such as "cannot be read".
 */
export function fileError(error: unknown, path: string, what: string): unknown {
  const code = errorCode(error);
  if (code === undefined || error instanceof UserError) return error;
  const [reason, hint] = REASONS[code] ?? [(error as Error).message];
  return new UserError(`${what}: ${reason}`, { place: { file: path }, ...(hint && { hint }), cause: error });
}

/** The system's name for an error (`ENOENT`), or undefined where it is not a system error. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error)) return undefined;
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
