import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { takeLock } from '../../src/change/journal/lock.ts';
import { thisProcess } from '../../src/process/alive.ts';
import type { Lock } from '../../src/change/journal/entry.ts';
import { UserError } from '../../src/errors.ts';

const BUILDING =
  'building with Go; the first time this takes several minutes and downloads about 1 GB into the Go caches';

/** A folder of the cache, and how it is filled. */
export interface Build {
  /** What is in it, for messages: `kops 1.36.0`. */
  name: string;
  folder: string;
  /** Fills a new and empty folder. */
  fill: (out: string) => Promise<void>;
}

/**
 * Builds into the cache what is not there yet. Of two runs at once one builds and the other waits for it.
 * Throws if there is no Go, or the build fails.
 */
export async function ensureBuilt(build: Build): Promise<void> {
  const isThere = (): boolean => existsSync(build.folder);
  if (!isThere()) {
    await needGo();
    await mkdir(dirname(build.folder), { recursive: true });
    const lock = await waitForLock(build);
    try {
      if (!isThere()) await timed(build);
    } finally {
      await lock.release();
    }
  }
  say(`${build.name}: ${build.folder}`);
}

async function needGo(): Promise<void> {
  const { failed } = await execa('go', ['version'], { reject: false });
  if (failed)
    throw new Error(
      'The e2e tests build the real kops and kube-apiserver and need Go (https://go.dev/dl/) on PATH. `npm test` does not.',
    );
}

async function waitForLock({ name, folder }: Build): Promise<Lock> {
  for (let said = false; ; said = true) {
    try {
      const holder = { ...thisProcess(), host: hostname(), since: new Date().toISOString() };
      return takeLock(`${folder}.lock`, holder, name);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (!said) say(`${name}: another run builds it; waiting for ${folder}.lock`);
      await sleep(2000);
    }
  }
}

async function timed(build: Build): Promise<void> {
  say(`${build.name}: ${BUILDING}`);
  const started = Date.now();
  const ticking = setInterval(() => say(`${build.name}: still building, ${seconds(started)}`), 30_000);
  try {
    await fillAndRename(build);
  } finally {
    clearInterval(ticking);
  }
  say(`${build.name}: built in ${seconds(started)}`);
}

/** Builds beside the cache's folder and renames it, so that a build which dies leaves nothing that looks finished. */
async function fillAndRename({ folder, fill }: Build): Promise<void> {
  const out = await mkdtemp(join(dirname(folder), `building-${basename(folder)}-`));
  try {
    await fill(out);
    await chmod(out, 0o755);
    await rename(out, folder);
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** Runs `go` in a folder and gives its stdout. Throws with the end of its stderr if it fails. */
export async function go(cwd: string, args: string[]): Promise<string> {
  const { failed, stdout, stderr } = await execa('go', args, { cwd, reject: false });
  if (failed) throw new Error(`go ${args.join(' ')} failed in ${cwd}:\n${stderr.slice(-3000)}`);
  return stdout;
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(0)} s`;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
