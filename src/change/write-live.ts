import type { SpecChange } from '../cluster/spec-change.ts';
import { ExternalError, reasonOf } from '../errors.ts';
import { groupsHash } from './recorded.ts';
import type { Journal, OpenEntry, Subject } from './journal/entry.ts';
import { storeLive, type StoreEdges, type Stored } from './live.ts';
import type { LiveReading } from './reading.ts';
import type { Talk } from './talk.ts';

export interface WriteEdges extends StoreEdges {
  journal: Journal;
}

/** How the spec stands after the write; `entry` records what follows. */
export interface Written {
  stored: Exclude<Stored, { state: 'old' }>;
  entry: OpenEntry;
}

/**
 * Writes a planned spec to the state store: the journal first, then kops, then the comparison of what it reads back.
 *
 * @throws UserError or ExternalError where nothing was written; the reason of the interrupt where that came before the write.
 */
export async function writeLive(
  reading: LiveReading,
  plan: SpecChange,
  subject: Subject,
  edges: WriteEdges,
): Promise<Written> {
  const entry = await edges.journal.begin({
    command: plan.command,
    subject,
    kopsVersion: reading.kopsVersion,
    patch: plan.operations,
    ...(plan.undoes ? { undoes: plan.undoes } : {}),
    ...(reading.baseline?.upToDate ? { groupsHash: groupsHash(reading.groups) } : {}),
    before: JSON.stringify(reading.cluster),
  });
  try {
    if (edges.interrupt.aborted) throw edges.interrupt.reason;
    const stored = await store(edges, reading, plan);
    if (stored.state === 'old') throw edges.interrupt.aborted ? edges.interrupt.reason : notStored(stored.error);
    await noteStored(entry, edges.talk, stored);
    return { stored, entry };
  } catch (error) {
    await note(entry, edges.talk, 'not-written', reasonOf(error));
    throw error;
  }
}

/** Once the spec is sent nothing that fails around it, such as the terminal, hides what became of it. */
async function store(edges: WriteEdges, { cluster }: LiveReading, { operations }: SpecChange): Promise<Stored> {
  const ended: { stored?: Stored } = {};
  try {
    await edges.talk.during('storing the spec', async () => {
      ended.stored = await storeLive(edges, cluster, operations);
    });
  } catch (error) {
    if (ended.stored === undefined) throw error;
  }
  return ended.stored ?? { state: 'unknown', error: 'nothing came of it' };
}

/** Where nobody knows what is stored the entry stays as it was begun: the next run looks, and records what it finds. */
async function noteStored(entry: OpenEntry, talk: Talk, stored: Written['stored']): Promise<void> {
  if (stored.state === 'new') await note(entry, talk, 'spec-written');
  if (stored.state === 'different') await note(entry, talk, 'failed', storedMessage(stored));
}

/** Records an outcome. It never throws: a journal that cannot take it is a warning, as the change itself is made. */
export async function note(
  entry: OpenEntry,
  talk: Talk,
  outcome: Parameters<OpenEntry['finish']>[0],
  message?: string,
): Promise<void> {
  try {
    const warning = await entry.finish(outcome, message);
    if (warning) talk.warn(warning);
  } catch (error) {
    warnIfPossible(talk, `the outcome (${outcome}) could not be recorded: ${reasonOf(error)}`);
  }
}

function warnIfPossible(talk: Talk, text: string): void {
  try {
    talk.warn(text);
  } catch {
    // Who cannot be warned must still be told how the change itself ended.
  }
}

/** What a person must know where the spec does not read back as it was sent. */
export function storedMessage(stored: Stored): string {
  if (stored.state === 'unknown') return `the spec was sent, but it could not be read back: ${stored.error}`;
  return stored.state === 'different' ? differentMessage(stored.paths.slice(0, 5).join(', '), stored.error) : '';
}

function differentMessage(paths: string, error: string): string {
  if (error === '')
    return `the spec was stored, but it reads back different at ${paths}: kops dropped it, or somebody else wrote at the same moment`;
  return `kops failed to store the spec: ${error}. What is stored is neither the old spec nor the planned one: it is different from the planned one at ${paths}. Somebody else may have written at the same moment`;
}

function notStored(error: string): ExternalError {
  return new ExternalError(`kops did not store the spec: ${error}`, {
    hint: 'Nothing was written: the old spec is in force.',
  });
}
