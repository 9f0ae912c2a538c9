import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KopsObject } from '../../src/cluster/types.ts';
import type { JsonObject } from '../../src/json.ts';
import { GROUPS, cluster } from '../helpers/cluster.ts';
import { ALIVE } from './conditions.ts';
import { readJournal } from './journal-files.ts';
import { outside, type Process } from './process.ts';

/** What kops works on: the stored spec, and the one that `kops update` applied last. */
export interface Store {
  stored: KopsObject;
  applied: JsonObject;
  groups: readonly KopsObject[];
}

/** One effective write of a spec: a Cluster, or the text of a file. */
export interface Write {
  by: 'us' | 'other';
  pid: number;
  spec: JsonObject | string;
  /** What was stored until then. */
  over: JsonObject | string;
  /** The outcomes that the journal held for this process at that moment. */
  recorded: string[];
}

/** All that is outside of a run: a state store, a folder with a home and a spec file, a clock, other people. */
export interface World {
  dir: string;
  /** The spec file; it is there in every world. */
  specFile: string;
  store: Store;
  writes: Write[];
  /** What kops was made to do besides writing: `update`, `rolled`, `validated`, `terraform`. */
  log: string[];
  lastPid: number;
  /** The processes that run. */
  alive: Set<number>;
  /** Undefined: the environment names none. */
  home: string | undefined;
  /** Milliseconds since 1970. */
  clock: number;
  /** A coin, the same in every run with the same seed. */
  chance: () => boolean;
  /** How second processes ended. */
  rivals: (number | 'killed')[];
  /** Runs a second process with the same command, to its end. */
  rival: () => Promise<void>;
  /** Somebody else changes the spec, in the store and in the file. */
  otherWrites(): void;
  weWrite(spec: KopsObject, process: Process): void;
  weWriteFile(process: Process): void;
  weApply(process: Process): void;
}

/** Makes a world with a cluster that has no auditing, and the same in a file, beside which nothing is. */
export function makeWorld(spec: JsonObject, text: string): World {
  const dir = realpathSync(mkdtempSync(join(temporary(), 'kops-audit-faults-')));
  const stored = cluster(spec);
  const world: World = {
    dir,
    specFile: join(dir, 'specs', 'cluster.yaml'),
    store: { stored, applied: stored.spec, groups: GROUPS },
    writes: [],
    log: [],
    rivals: [],
    lastPid: 1000,
    alive: new Set([ALIVE]),
    home: join(dir, 'home'),
    clock: Date.parse('2026-11-24T10:00:00Z'),
    chance: () => false,
    rival: async () => {},
    otherWrites: () => outside(() => otherWrites(world)),
    weWrite({ metadata, spec }, process) {
      const over = world.store.stored.spec;
      const generation = Number(world.store.stored.metadata['generation'] ?? 0) + 1;
      world.store.stored = { ...world.store.stored, metadata: { ...metadata, generation }, spec };
      world.writes.push({ by: 'us', pid: process.pid, spec, over, recorded: recordedBy(process) });
    },
    weWriteFile(process) {
      const spec = outside(() => readFileSync(world.specFile, 'utf8'));
      world.writes.push({ by: 'us', pid: process.pid, spec, over: '', recorded: recordedBy(process) });
    },
    weApply({ pid }) {
      world.store.applied = world.store.stored.spec;
      world.log.push(`update by ${pid}`);
    },
  };
  for (const folder of ['specs', 'home']) mkdirSync(join(dir, folder));
  writeFileSync(world.specFile, text, { mode: 0o640 });
  return world;
}

/** In memory where the system has that (Linux): nothing here depends on what a disk does with it. */
function temporary(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
}

function recordedBy({ world, pid }: Process): string[] {
  const files = outside(() => readJournal(world));
  return files.flatMap(({ entry }) => (entry?.pid === pid ? [entry.outcome] : []));
}

function otherWrites(world: World): void {
  const count = world.writes.filter(({ by }) => by === 'other').length + 1;
  const spec = { ...world.store.stored.spec, sshAccess: [`10.${count}.0.0/16`] };
  const text = `${readFileSync(world.specFile, 'utf8')}# somebody else was here\n`;
  world.store.stored = { ...world.store.stored, spec };
  writeFileSync(world.specFile, text);
  world.writes.push(
    { by: 'other', pid: 0, spec, over: '', recorded: [] },
    { by: 'other', pid: 0, spec: text, over: '', recorded: [] },
  );
}
