import type { JournalEntry } from '../../src/change/journal/entry.ts';
import { concerns, essence, specIn } from './essence.ts';
import { readJournal, type EntryFile } from './journal-files.ts';
import type { Fault } from './process.ts';
import type { Ran, Stage } from './stage.ts';
import type { World, Write } from './world.ts';

/** What is known of a run once it is over: what it did, what it said, what is there now. */
export interface Facts {
  stage: Stage;
  ran: Ran;
  fault: Fault;
  /** What it said on stderr, every white space as one blank. */
  said: string;
  /** The writes of the spec, in order: all, and its own. */
  writes: Write[];
  ours: Write[];
  /** Whether there is anything to write: the plan is not empty. */
  changes: boolean;
  old: string;
  planned: string;
  now: string;
  /** How often it had kops apply, write Terraform files, roll and validate. */
  did: { update: number; terraform: number; rolled: number; validated: number };
  /** How the second runs ended that were begun while it ran. */
  rivals: World['rivals'];
  /** Entries that it made. */
  entries: (EntryFile & { entry: JournalEntry })[];
}

/** Gathers the facts. The world must still be as the run has left it. */
export function factsOf(stage: Stage, ran: Ran, fault: Fault): Facts {
  const { scenario, world, start, planned } = stage;
  const { pid, err } = ran.process;
  const writes = world.writes.filter((write) => concerns(write, scenario));
  const [old, wanted, now] = [start, planned, ran.after].map((at) => essence(specIn(at, scenario))) as [
    string,
    string,
    string,
  ];
  const did = (what: string): number => world.log.filter((line) => line === what).length;
  return {
    stage,
    ran,
    fault,
    said: err.replaceAll(/\s+/g, ' '),
    writes,
    ours: writes.filter((write) => write.pid === pid),
    changes: old !== wanted,
    old,
    planned: wanted,
    now,
    did: {
      update: did(`update by ${pid}`),
      terraform: did('terraform'),
      rolled: did('rolled'),
      validated: did('validated'),
    },
    rivals: world.rivals,
    entries: readJournal(world).filter((file): file is Facts['entries'][number] => file.entry?.pid === pid),
  };
}
