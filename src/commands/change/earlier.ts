import type { ListedEntry, Subject } from '../../change/journal/entry.ts';
import type { ChangeRequest } from './request.ts';

/** The recorded changes of a spec, newest first. A journal that cannot be read is none where nothing depends on it. */
export async function earlierEntries(
  { journal, needsJournal }: ChangeRequest,
  subject: Subject,
): Promise<readonly ListedEntry[]> {
  try {
    return await journal.list(subject);
  } catch (error) {
    if (needsJournal) throw error;
    return [];
  }
}
