import { randomBytes } from 'node:crypto';

const ID = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-[0-9a-f]{8}$/;

/** Whether a text has the form of an entry's id; no other ever becomes part of a path. */
export function isEntryId(text: string): boolean {
  return ID.test(text);
}

/**
 * A new id: the time to the millisecond, and eight random hex digits, so that two of the same moment differ.
 * @param newest The newest id of the subject: the new one sorts after it, also when the clock went back.
 */
export function newEntryId(now: Date, newest: string | undefined): string {
  const after = newest === undefined ? 0 : idTime(newest).getTime() + 1;
  const time = new Date(Math.max(now.getTime(), after));
  const stamp = time.toISOString().replace(/[-:.]/g, '');
  return `${stamp}-${randomBytes(4).toString('hex')}`;
}

/** The time in an id. */
export function idTime(id: string): Date {
  const iso = id.replace(ID, '$1-$2-$3T$4:$5:$6.$7Z');
  return new Date(iso);
}
