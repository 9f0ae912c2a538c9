import type { JournalEntry } from '../../change/journal/entry.ts';
import { madeChange } from '../../change/recorded.ts';
import { UserError } from '../../errors.ts';
import { createMasker, type Masker } from '../../report/mask.ts';
import { secretsOf } from '../../report/secrets.ts';

/** Masks what is recorded of a change: the secrets of the spec before and after it. Of a damaged one nothing is known to mask. */
export function entryMasker(entry: JournalEntry): Masker {
  return createMasker([...new Set(specsOf(entry).flatMap(({ spec }) => secretsOf(spec)))]);
}

function specsOf(entry: JournalEntry): { spec: Parameters<typeof secretsOf>[0] }[] {
  try {
    const { before, after } = madeChange(entry);
    return [before, after];
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}
