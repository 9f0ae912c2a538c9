import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { AuditEvent } from '../../../src/replay/keep.ts';
import { runCli } from '../run-cli.ts';
import type { Lab } from './lab.ts';
import { runWorkload, sendAll, type Sent } from './run-workload.ts';
import type { Row } from './workload.ts';

/** One event of a real audit log. */
export interface LoggedEvent extends AuditEvent {
  auditID: string;
}

/** What an API server with a policy wrote while it got the workload. */
export interface Recording {
  policyFile: string;
  sent: Sent[];
  /** In the order of the log, the server's own requests among them. */
  events: LoggedEvent[];
  /** The log as it was written. */
  text: string;
}

/** What `policy explain` says of a request. */
export interface Said {
  level: string;
  stages: string[];
  omitStages: string[];
  omitManagedFields: boolean;
  /** Sentences: the first tells which bodies are recorded. */
  meaning: string[];
}

/** Starts an API server with a policy, sends it the workload and more, and reads the log that it has written when it has ended. */
export async function record(lab: Lab, policyFile: string, more: readonly Row[] = []): Promise<Recording> {
  const log = join(lab.dir, 'audit.log');
  await writeFile(log, '');
  const apiserver = await lab.start([`--audit-policy-file=${policyFile}`, `--audit-log-path=${log}`]);
  const sent = [...(await runWorkload(apiserver)), ...(await sendAll(apiserver, more))];
  await apiserver.stop();
  const text = await readFile(log, 'utf8');
  return { policyFile, sent, events: jsonLines<LoggedEvent>(text), text };
}

/** Asks the built program what a policy does with the requests of events; one answer for each, in their order. */
export async function explainEvents(policyFile: string, events: readonly LoggedEvent[]): Promise<Said[]> {
  const input = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  const args = ['policy', 'explain', '--requests', '-', '--policy', policyFile, '-o', 'json'];
  const { exitCode, stdout, stderr } = await runCli(args, { env: {}, input });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const said = jsonLines<Said>(stdout);
  expect(said).toHaveLength(events.length);
  return said;
}

function jsonLines<T>(text: string): T[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
