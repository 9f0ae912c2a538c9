import { chmod, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt, go } from './go-build.ts';
import { KOPS_VERSIONS, kopsFolder, type KopsVersion } from './kops-cache.ts';

/** Vitest's global setup of the e2e project: sees to it that every release is built. */
export async function setup(): Promise<void> {
  for (const version of KOPS_VERSIONS) await ensureKops(version);
}

/** Takes a release; builds it into the cache unless it is there. Throws if there is no Go, or the build fails. */
export async function ensureKops(version: KopsVersion): Promise<void> {
  await ensureBuilt({
    name: `kops ${version}`,
    folder: kopsFolder(version),
    fill: (out) => buildKops(version, out),
  });
}

async function buildKops(version: KopsVersion, out: string): Promise<void> {
  const cwd = fileURLToPath(new URL(`kops-${version}`, import.meta.url));
  // Other flags would throw Go's build cache away.
  await go(cwd, ['build', '-mod=readonly', '-ldflags=-s -w', '-o', join(out, 'kops'), 'k8s.io/kops/cmd/kops']);
  const source = await go(cwd, ['list', '-mod=readonly', '-m', '-f', '{{.Dir}}', 'k8s.io/kops']);
  await copyFile(join(source, 'channels/stable'), join(out, 'channel'));
  await chmod(join(out, 'channel'), 0o644);
}
