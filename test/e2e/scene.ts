import { chmod, cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import type { JournalEntry } from '../../src/change/journal/entry.ts';
import type { KopsObject } from '../../src/cluster/types.ts';
import { kopsBinary } from './kops-cache.ts';
import { CLI, runCli, runCliOnTerminal, type Answer, type CliResult, type PtyResult } from './run-cli.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts';

export const CLUSTER = 'm.k8s.local';

/** A sandbox for many cases: each begins with the same state store and an empty home. */
export interface Scene {
  box: Sandbox;
  /** The sandbox's environment, with a folder `bin` first on PATH. */
  env: Record<string, string>;
  /** The folder that commands run in. */
  desk: string;
  /** Puts the state store back as it was, and empties `home`, `bin` and `desk`. */
  restore(): Promise<void>;
  /** Runs the built program without a terminal. */
  cli(...args: string[]): Promise<CliRun>;
  /** Runs the built program on a terminal. */
  ask(args: string[], answers: Answer[]): Promise<PtyResult>;
  /** The stored Cluster document as text, and as a value. */
  storedText(name?: string): Promise<string>;
  stored(name?: string): Promise<KopsObject>;
  /** Changes the stored Cluster behind the back of kops. */
  editStored(edit: (spec: Record<string, unknown>) => void, name?: string): Promise<void>;
  /** Puts a script before the real kops, which it finds as `$kops`; what it doesn't handle goes to the real one. */
  wrapKops(script: string): Promise<void>;
  /** Puts `kops-audit` on PATH. */
  installCli(): Promise<void>;
  journal(): Promise<{ path: string; entry: JournalEntry }[]>;
  close(): Promise<void>;
}

export interface CliRun extends CliResult {
  /** stderr with every white space as one blank: its lines are wrapped. */
  said: string;
}

/** Makes a sandbox and keeps a copy of its state store. */
export async function openScene(options: SandboxOptions): Promise<Scene> {
  const box = await createSandbox(options);
  const at = (...parts: string[]): string => join(box.dir, ...parts);
  const env = { ...box.env, PATH: [at('bin'), box.env['PATH'] ?? ''].join(delimiter) };
  const config = (name: string): string => at('state', name, 'config');
  const storedText = (name = CLUSTER): Promise<string> => readFile(config(name), 'utf8');
  const stored = async (name = CLUSTER): Promise<KopsObject> => parse(await storedText(name)) as KopsObject;
  await cp(at('state'), at('kept'), { recursive: true });
  return {
    box,
    env,
    desk: at('desk'),
    async cli(...args) {
      const run = await runCli(args, { env, cwd: at('desk') });
      return { ...run, said: run.stderr.replaceAll(/\s+/g, ' ') };
    },
    ask: (args, answers) => runCliOnTerminal(args, { env, cwd: at('desk'), answers }),
    storedText,
    stored,
    async restore() {
      for (const folder of ['state', 'home', 'bin', 'desk']) await rm(at(folder), { recursive: true, force: true });
      for (const folder of ['home', 'bin', 'desk']) await mkdir(at(folder));
      await cp(at('kept'), at('state'), { recursive: true });
    },
    async editStored(edit, name = CLUSTER) {
      const cluster = await stored(name);
      edit(cluster.spec);
      await writeFile(config(name), JSON.stringify(cluster));
    },
    wrapKops: (script) =>
      program(at('bin', 'kops'), `kops='${kopsBinary(options.version)}'\n${script}\nexec "$kops" "$@"`),
    installCli: () => program(at('bin', 'kops-audit'), `exec '${process.execPath}' '${CLI}' "$@"`),
    journal: () => journal(at('home', '.local', 'state', 'kops-audit')),
    close: () => box.close(),
  };
}

async function program(path: string, script: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

/** The entries, oldest first. */
async function journal(dir: string): Promise<{ path: string; entry: JournalEntry }[]> {
  const names = await readdir(dir, { recursive: true }).catch(() => []);
  const paths = names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(dir, name));
  return Promise.all(
    paths.map(async (path) => ({
      path,
      entry: (JSON.parse(await readFile(path, 'utf8')) as { entry: JournalEntry }).entry,
    })),
  );
}
