import { chmod, copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { cacheFolder, KOPS_VERSIONS, kopsBinary, kopsFolder, type KopsVersion } from './kops-cache.ts';

const BUILDING =
  'building with Go; the first time this takes several minutes and downloads about 1 GB into the Go caches';

/** Vitest's global setup of the e2e project: sees to it that every release is built. */
export async function setup(): Promise<void> {
  for (const version of KOPS_VERSIONS) await ensureKops(version);
}

/** Takes a release; builds it into the cache unless it is there. Throws if there is no Go, or the build fails. */
export async function ensureKops(version: KopsVersion): Promise<void> {
  if (existsSync(kopsBinary(version))) {
    say(`kops ${version}: ${kopsBinary(version)}`);
    return;
  }
  await needGo();
  say(`kops ${version}: ${BUILDING}`);
  const started = Date.now();
  const ticking = setInterval(() => say(`kops ${version}: still building, ${seconds(started)}`), 30_000);
  try {
    await build(version);
  } finally {
    clearInterval(ticking);
  }
  say(`kops ${version}: built in ${seconds(started)}: ${kopsBinary(version)}`);
}

async function needGo(): Promise<void> {
  const { failed } = await execa('go', ['version'], { reject: false });
  if (failed)
    throw new Error('The e2e tests build the real kops and need Go (https://go.dev/dl/) on PATH. `npm test` does not.');
}

/** Builds beside the cache's folder and renames it, so that a build which dies leaves nothing that looks finished. */
async function build(version: KopsVersion): Promise<void> {
  const cwd = fileURLToPath(new URL(`kops-${version}`, import.meta.url));
  await mkdir(cacheFolder(), { recursive: true });
  const out = await mkdtemp(join(cacheFolder(), `building-${version}-`));
  try {
    // Other flags would throw Go's build cache away.
    await go(cwd, ['build', '-mod=readonly', '-ldflags=-s -w', '-o', join(out, 'kops'), 'k8s.io/kops/cmd/kops']);
    const source = await go(cwd, ['list', '-mod=readonly', '-m', '-f', '{{.Dir}}', 'k8s.io/kops']);
    await copyFile(join(source, 'channels/stable'), join(out, 'channel'));
    await chmod(join(out, 'channel'), 0o644);
    await chmod(out, 0o755);
    await rename(out, kopsFolder(version));
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

async function go(cwd: string, args: string[]): Promise<string> {
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
