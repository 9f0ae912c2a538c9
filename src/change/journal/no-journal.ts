import { UserError } from '../../errors.ts';
import type { Journal } from './types.ts';

/** For `--no-journal`: records nothing, holds no lock, has no entries. */
export function noJournal(): Journal {
  return {
    dir: undefined,
    lock: async () => ({ release: async () => {} }),
    begin: async () => ({ id: '', file: undefined, finish: async () => undefined }),
    reopen: async () => ({ id: '', file: undefined, finish: async () => undefined }),
    list: async () => [],
    read: async (id) => {
      throw new UserError(`there is no journal entry ${id}: --no-journal was given`);
    },
  };
}
