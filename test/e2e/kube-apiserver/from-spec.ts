import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { runCli } from '../run-cli.ts';
import type { Apiserver } from './apiserver.ts';
import type { Lab } from './lab.ts';
import { complains } from './policy-file.ts';

const EXAMPLE = new URL('../../../templates/examples/ha-cluster.yaml', import.meta.url);

/** The flag that kOps makes of each key of `spec.kubeAPIServer`: the `flag` tags of its `pkg/apis/kops/componentconfig.go`. */
export const FLAGS: Record<string, string> = {
  auditLogMaxAge: '--audit-log-maxage',
  auditLogMaxBackups: '--audit-log-maxbackup',
  auditLogMaxSize: '--audit-log-maxsize',
  auditLogPath: '--audit-log-path',
  auditPolicyFile: '--audit-policy-file',
  auditWebhookConfigFile: '--audit-webhook-config-file',
  auditWebhookInitialBackoff: '--audit-webhook-initial-backoff',
  auditWebhookMode: '--audit-webhook-mode',
};

export interface Started {
  apiserver: Apiserver;
  /** Stands for the root of the control plane's file system. */
  folder: string;
  flags: string[];
  spec: Spec;
}

interface Spec {
  fileAssets: { path: string; content: string }[];
  kubeAPIServer: Record<string, string | number>;
}

/** Enables auditing in the example and starts a server with the flags and files that the spec then has. */
export async function startFromSpec(lab: Lab, name: string, enableFlags: readonly string[]): Promise<Started> {
  const folder = join(lab.dir, name);
  const spec = await enabledSpec(lab, enableFlags);
  for (const { path, content } of spec.fileAssets) await writeUnder(folder, path, content);
  const flags = Object.entries(spec.kubeAPIServer).map(([key, value]) => flagOf(folder, key, value));
  const apiserver = await lab.start(flags);
  expect(complains(apiserver.output())).toBe(false);
  return { apiserver, folder, flags, spec };
}

async function enabledSpec(lab: Lab, flags: readonly string[]): Promise<Spec> {
  const input = await readFile(EXAMPLE, 'utf8');
  const { exitCode, stdout, stderr } = await runCli(['enable', '-f', '-', ...flags], { env: { HOME: lab.dir }, input });
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return (parseAllDocuments(stdout)[0]!.toJS() as { spec: Spec }).spec;
}

async function writeUnder(folder: string, path: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

/** A path goes below the folder. Fails for a key whose flag is not known here. */
function flagOf(folder: string, key: string, value: string | number): string {
  expect(FLAGS).toHaveProperty(key);
  const isPath = typeof value === 'string' && basename(value) !== value;
  return `${FLAGS[key]}=${isPath ? join(folder, value) : value}`;
}
