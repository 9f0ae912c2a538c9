import { join } from 'node:path';
import { cacheFolder } from './npm-cache.mjs';

/** The releases the e2e tests run, each with a `go.mod` in `test/e2e/kops-VERSION`. */
export const KOPS_VERSIONS = ['1.36.0', '1.32.0'] as const;
export type KopsVersion = (typeof KOPS_VERSIONS)[number];

/** The folder of one release: put it on PATH, and `kops` is that release. */
export function kopsFolder(version: KopsVersion): string {
  return join(cacheFolder(), `kops-${version}`);
}

/** The binary of one release. */
export function kopsBinary(version: KopsVersion): string {
  return join(kopsFolder(version), 'kops');
}

/** The channel file of the same release: which versions kOps recommends; with it `create` needs no network. */
export function channelFile(version: KopsVersion): string {
  return join(kopsFolder(version), 'channel');
}
