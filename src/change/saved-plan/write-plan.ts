import { readFileSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import { errorCode, fileError } from '../file/file-error.ts';
import { replaceFile } from '../file/replace-file.ts';
import { isPlanText, planText } from './plan-text.ts';
import type { SavedPlan } from './types.ts';

/**
 * Saves a plan in a file that only its owner can read, in one step. A plan that is there already is replaced, another file never.
 *
 * @throws UserError where another file is there, or the system refuses.
 */
export function writePlan(path: string, plan: SavedPlan): void {
  try {
    refuseOther(path);
    replaceFile(path, planText(plan), { mode: 0o600 });
  } catch (error) {
    throw fileError(error, path, 'the plan cannot be saved');
  }
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
