import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { subjectFolder } from '../../src/change/journal/files.ts';
import type { Scenario } from './scenarios.ts';
import { readJournal } from './journal-files.ts';
import type { World } from './world.ts';

/** What is wrong before a run begins. */
export const CONDITIONS: Readonly<Record<string, (world: World, scenario: Scenario) => void>> = {
  'journal entry damaged': (world, scenario) => spoil(world, scenario, (text) => text.slice(0, text.length / 2)),
  'journal entry altered': (world, scenario) =>
    spoil(world, scenario, (text) => text.replace('"time": "2', '"time": "1')),
  'lock of a dead process': (world, scenario) => lock(world, scenario, holder(1, hostname(), world.clock)),
  'lock of a living process': (world, scenario) => lock(world, scenario, holder(ALIVE, hostname(), world.clock)),
  'lock of another machine': (world, scenario) => lock(world, scenario, holder(1, 'elsewhere', world.clock)),
  'old lock of another machine': (world, scenario) =>
    lock(world, scenario, holder(1, 'elsewhere', world.clock - 30 * 3_600_000)),
  'lock from the future': (world, scenario) =>
    lock(world, scenario, holder(1, hostname(), world.clock + 30 * 3_600_000)),
  'damaged lock': (world, scenario) => lock(world, scenario, '{"pid": 12'),
  'journal is a file': ({ dir }) => {
    rmSync(join(dir, 'home', '.local'), { recursive: true, force: true });
    put(join(dir, 'home', '.local'), 'what is this?');
  },
  'no home': (world) => (world.home = undefined),
};

/** A process that runs in every world. */
export const ALIVE = 7;

/** Those that let nobody work. */
export const HINDRANCES: ReadonlySet<string> = new Set([
  'lock of a living process',
  'lock of another machine',
  'journal is a file',
  'no home',
]);

function spoil(world: World, scenario: Scenario, edit: (text: string) => string): void {
  const newest = readJournal(world).at(-1);
  const text = newest
    ? JSON.stringify({ checksum: '', entry: newest.entry }, null, 2)
    : '{"checksum": "sha256:", "entry": {}}';
  put(newest?.path ?? join(folder(world, scenario), '20261124T090000000Z-0123abcd.json'), edit(text));
}

function holder(pid: number, host: string, since: number): string {
  return JSON.stringify({ pid, host, since: new Date(since).toISOString() });
}

function lock(world: World, scenario: Scenario, text: string): void {
  put(join(folder(world, scenario), 'lock'), text);
}

function folder(world: World, { place }: Scenario): string {
  const subject = {
    cluster: 'm.k8s.local',
    ...(place === 'live' ? { type: 'cluster' as const } : { type: 'file' as const, path: world.specFile }),
  };
  return join(world.dir, 'home', '.local', 'state', 'kops-audit', subjectFolder(subject));
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, text, { mode: 0o600 });
}
