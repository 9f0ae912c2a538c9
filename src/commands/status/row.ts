import type { Subject } from '../../change/journal/entry.ts';
import type { Reading } from '../../change/reading.ts';
import type { Json } from '../../json.ts';
import { createMasker } from '../../report/mask.ts';
import { secretsOf } from '../../report/secrets.ts';
import type { ClusterStatus, UpdateStatus } from '../../report/status-types.ts';
import type { Context } from '../../context.ts';
import { assess } from './assess.ts';
import { driftOf } from './drift.ts';
import type { StatusRequest } from './flags.ts';
import type { Limit } from './limit.ts';
import { liveStatus } from './live.ts';
import { openChanges } from './open-changes.ts';

/** A cluster that was read, and what kops says of it. */
export interface Read extends Reading {
  subject: Subject;
  update: UpdateStatus;
}

/** How things stand with a cluster that was read; nothing secret in it. Throws only the reason of an interrupt. */
export async function statusRow(
  { subject, update, ...reading }: Read,
  request: StatusRequest,
  context: Context,
  limit: Limit,
): Promise<ClusterStatus> {
  const { settings, ...assessed } = assess(reading);
  const live = request.flags.live ? await liveStatus(assessed.cluster, settings, request, context, limit) : null;
  const open = await openChanges(subject, reading.cluster, update, request.flags, context);
  const status = { ...assessed, update, openChanges: open, live };
  return masked({ ...status, drift: driftOf(status) }, reading);
}

/** Design §10, Masking: what kops, the journal or a finding says may hold what is secret in the spec. */
function masked(status: ClusterStatus, { cluster, groups }: Reading): ClusterStatus {
  const secrets = [cluster, ...groups].flatMap(({ spec }) => secretsOf(spec));
  const masker = createMasker([...new Set(secrets)]);
  return masker.json(status as unknown as Json) as unknown as ClusterStatus;
}
