import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../../errors.ts';
import { errorCode, fileError } from '../../input/file-error.ts';
import { replaceFile } from '../../input/write.ts';
import { isPlanText, planText } from './plan-text.ts';
import type { SavedPlan } from './types.ts';

/**
 * Saves a plan in a file that only its owner can read, in one step. A plan that is there already is replaced, another file never.
 *
 * @throws UserError where another file is there, or the system refuses.
 */
export function writePlan(path: string, plan: SavedPlan): void {
  checkPlanPath(path);
  try {
    replaceFile(path, planText(plan), { mode: 0o600 });
  } catch (error) {
    throw fileError(error, path, 'the plan cannot be saved');
  }
}

/** Refuses a path where no plan can be saved, before anything is read: another file, a pipe, a folder that is not there. Throws UserError. */
export function checkPlanPath(path: string): void {
  try {
    refuseOtherKinds(path);
    refuseOther(path);
  } catch (error) {
    throw fileError(error, path, 'the plan cannot be saved');
  }
}

/** A pipe would keep us waiting for who reads it, and a device holds no plan. */
function refuseOtherKinds(path: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (!there) statSync(dirname(path));
  if (!there || there.isFile() || there.isDirectory()) return; // What a folder is called is said where it is read.
  throw new UserError('is not a regular file, so no plan can be saved there', {
    place: { file: path },
    hint: 'Give --save-plan the name of a file.',
  });
}

function refuseOther(path: string): void {
  const text = readIfThere(path);
  if (text === undefined || isPlanText(text)) return;
  throw new UserError('is not a saved plan, so it is not replaced', {
    place: { file: path },
    hint: 'Give --save-plan another name.',
  });
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
