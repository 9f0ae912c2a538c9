import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ALIVE } from './conditions.ts';
import type { Store, World } from './world.ts';

/** A world as it was at one moment. */
export interface Snapshot {
  files: { path: string; bytes: Buffer; mode: number }[];
  store: Store;
  lastPid: number;
  clock: number;
}

/** Every file in the world's folder. */
function filesIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dir, name))
    .filter((path) => statSync(path).isFile());
}

/** Takes a picture of a world. */
export function snapshot(world: World): Snapshot {
  const files = filesIn(world.dir).map((path) => ({
    path,
    bytes: readFileSync(path),
    mode: statSync(path).mode & 0o777,
  }));
  return { files, store: { ...world.store }, lastPid: world.lastPid, clock: world.clock };
}

/** Puts the world back as it was. */
export function restore(world: World, { files, store, ...rest }: Snapshot): void {
  rmSync(world.dir, { recursive: true, force: true });
  for (const folder of ['specs', 'home']) mkdirSync(join(world.dir, folder), { recursive: true });
  for (const { path, bytes, mode } of files) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, bytes, { mode });
  }
  Object.assign(world, {
    ...rest,
    store: { ...store },
    writes: [],
    log: [],
    rivals: [],
    alive: new Set([ALIVE]),
    home: join(world.dir, 'home'),
  });
}
