import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Apiserver } from './apiserver.ts';
import { authorization } from './identities.ts';
import type { Answer } from './send.ts';
import { GRANTED, PREPARATION, WORKLOAD, type Row } from './workload.ts';

/** A request of the workload that was sent: its audit ID, which every event of it has, and the status of the answer. */
export interface Sent {
  auditID: string;
  row: Row;
  status: number;
}

/** Sends the workload, one request after the other, each with an audit ID of its own. */
export async function runWorkload(apiserver: Apiserver): Promise<Sent[]> {
  const prepared = await sendAll(apiserver, PREPARATION);
  for (const row of GRANTED) while ((await sendRow(apiserver, row)).status !== row.status) await sleep(50);
  return [...prepared, ...(await sendAll(apiserver, WORKLOAD))];
}

/** Sends requests one after the other, each with an audit ID of its own. */
export async function sendAll(apiserver: Apiserver, rows: readonly Row[]): Promise<Sent[]> {
  const sent: Sent[] = [];
  for (const row of rows) {
    const auditID = randomUUID();
    const { status } = await sendRow(apiserver, row, { 'audit-id': auditID });
    sent.push({ auditID, row, status });
  }
  return sent;
}

function sendRow(apiserver: Apiserver, row: Row, more: Record<string, string> = {}): Promise<Answer> {
  const { as, method, path, body, contentType = 'application/json', leave = false } = row;
  const headers = { accept: 'application/json', ...authorization(as), ...more, ...row.headers };
  const content = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  if (content === undefined) return apiserver.send({ method, path, headers, leave });
  const length = String(Buffer.byteLength(content));
  return apiserver.send({
    method,
    path,
    content,
    headers: { ...headers, 'content-type': contentType, 'content-length': length },
  });
}
