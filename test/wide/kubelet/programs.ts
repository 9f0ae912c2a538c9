import { execFileSync } from 'node:child_process';
import { buildKubelet, setup as buildServers } from '../../e2e/kube-apiserver/build.ts';

/** A network and mounts of its own, and certificates. */
const TOOLS: Readonly<Record<string, string>> = {
  unshare: 'util-linux',
  nsenter: 'util-linux',
  ip: 'iproute2',
  openssl: 'openssl 3',
};

/** Vitest's global setup of the project `wide`. Throws where the real kubelet cannot be run here: nothing is skipped. */
export async function setup(): Promise<void> {
  const missing = Object.entries(TOOLS).flatMap(([tool, from]) => (isThere(tool) ? [] : [`${tool} (${from})`]));
  if (process.platform !== 'linux') missing.unshift('Linux');
  else if (process.getuid?.() !== 0) missing.unshift('root, in namespaces of its own');
  if (missing.length > 0) throw new Error(`test:wide runs the real kubelet, which needs ${missing.join(', ')}.`);
  await buildServers();
  await buildKubelet();
}

function isThere(tool: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${tool}`]);
    return true;
  } catch {
    return false;
  }
}
