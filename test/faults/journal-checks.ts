import { applyOperations } from '../../src/yaml/json-patch.ts';
import type { KopsObject } from '../../src/cluster/types.ts';
import { canonicalJson } from '../../src/json.ts';
import { MOMENT } from './checks.ts';
import { essence } from './essence.ts';
import type { Facts } from './facts.ts';
import { journalFiles, readJournal } from './journal-files.ts';

type Check = (facts: Facts) => string | false;

/** What must be true of the journal after every run. */
export const JOURNAL_CHECKS: Readonly<Record<string, Check>> = {
  'the spec before is on record before it is replaced': ({ ours, stage }) =>
    stage.scenario.flags.journal !== false &&
    ours.some(({ recorded }) => recorded.join() !== 'started') &&
    'it was not',
  'a run makes one entry at most, for the user alone': ({ entries }) =>
    (entries.length > 1 || entries.some(({ mode }) => mode !== 0o600)) &&
    `${entries.length}, ${entries[0]?.mode.toString(8)}`,
  'the entry holds the spec before': ({ entries, old, stage }) =>
    entries.some(
      ({ entry }) => essence(stage.scenario.place === 'file' ? entry.before : specOf(entry.before)) !== old,
    ) && 'another',
  'the spec did not move between the first look and the write, but in the moment that is left': moved,
  'the patch makes the planned spec of it': ({ entries, planned, stage }) =>
    stage.scenario.place === 'live' &&
    entries.some(
      ({ entry }) => essence(applyOperations(JSON.parse(entry.before) as KopsObject, entry.patch).spec) !== planned,
    ) &&
    'another',
  'the outcome is what came of it': wrongOutcome,
  'no entry is damaged': ({ stage: { world }, fault }) =>
    !fault.kind.startsWith('journal') && readJournal(world).some(({ entry }) => entry === undefined) && 'one is',
  'no lock and no temporary file is left': leftOver,
};

/** The second look comes right before the write: what others write from then on is in the moment that is left. */
function moved({ ours, entries, stage, ran }: Facts): string | false {
  const [entry] = entries;
  if (stage.scenario.place === 'file' || !entry || MOMENT.has(ran.process.met?.what ?? '')) return false;
  return ours.some(({ over }) => canonicalJson(over) !== canonicalJson(specOf(entry.entry.before))) && 'it did';
}

function specOf(before: string): KopsObject['spec'] {
  return (JSON.parse(before) as KopsObject).spec;
}

/** Which outcomes fit where the spec was written, and where it was not. */
function wrongOutcome(facts: Facts): string | false {
  const { entries, ours, ran, said, changes } = facts;
  const outcome = entries[0]?.entry.outcome;
  if (outcome === undefined) return false;
  // 70: the entry was put on disk, and what it was put there with failed; nothing was written after it.
  const untold = ran.status === 'killed' || ran.status === 70 || said.includes('could not be recorded');
  if (outcome === 'started') return !untold && !said.includes('could not be read back') && 'it says started';
  const fits = fitting(facts);
  return (
    changes &&
    !fits.includes(outcome) &&
    !(untold && ours.length > 0 && outcome === 'spec-written') &&
    `it says ${outcome}, not ${fits.join(' or ')}`
  );
}

function fitting({ ours, ran, did, stage, said, fault }: Facts): string[] {
  if (ours.length === 0)
    return fault.kind === 'other writes after' || /could not be read back|neither the old/.test(said)
      ? ['not-written', 'failed']
      : ['not-written'];
  if (stage.scenario.place === 'file' || did.update + did.terraform > 0)
    return ran.status === 0 ? ['done'] : ['done', 'spec-written', 'interrupted', 'failed'];
  return ['spec-written', 'interrupted', 'failed'];
}

const KEPT = ['lock of a living process', 'lock of another machine'];

/** A lock that the disk did not let go is that of a process that is gone: the next run takes it over. */
function leftOver({ stage, fault, ran }: Facts): string | false {
  if (
    ran.status === 'killed' ||
    stage.scenario.flags.journal === false ||
    KEPT.includes(fault.kind) ||
    fault.kind.startsWith('read-only')
  )
    return false;
  const files = [...journalFiles(stage.world.dir), ...specFolder(ran)];
  const left = files.filter(
    (path) => path.endsWith('.tmp') || (path.endsWith('/lock') && !BROKEN_DISK.has(fault.kind)),
  );
  return left.length > 0 && left.join();
}

const BROKEN_DISK: ReadonlySet<string> = new Set(['input/output error', 'disk full', 'bug', 'bug after']);

function specFolder({ after }: Facts['ran']): string[] {
  return after.files.map(({ path }) => path).filter((path) => path.includes('/specs/'));
}
