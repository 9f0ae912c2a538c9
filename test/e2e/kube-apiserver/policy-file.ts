import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { runCli } from '../run-cli.ts';
import { KUBERNETES_VERSION } from './build.ts';

/** Renders a template with the built program, each of `set` being NAME=VALUE, into a new file of a folder; gives its path. */
export async function showPolicy(dir: string, template: string, set: readonly string[]): Promise<string> {
  const settings = set.flatMap((one) => ['--set', one]);
  const version = ['--kubernetes-version', KUBERNETES_VERSION];
  const run = await runCli(['policy', 'show', template, ...settings, ...version], { env: { HOME: dir } });
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  return writePolicy(dir, run.stdout);
}

/** Writes a policy into a folder; gives the file's path. */
export async function writePolicy(dir: string, text: string): Promise<string> {
  const file = join(dir, 'policy.yaml');
  await writeFile(file, text);
  return file;
}

/** Whether an API server complained, in its own output, of its audit policy or its audit log. */
export function complains(output: string): boolean {
  const lines = output.split('\n').filter((line) => /^[WEF]\d{4} /.test(line));
  return lines.some((line) => /audit|lenient|strict decoding/i.test(line));
}
