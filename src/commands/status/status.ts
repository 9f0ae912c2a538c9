import { safeJson, safeText } from '../../report/safe-text.ts';
import { statusJson } from '../../report/status-json.ts';
import { statusTable } from '../../report/status-table.ts';
import type { StatusRow } from '../../report/status-types.ts';
import { statusView } from '../../report/status-view.ts';
import type { Context } from '../../context.ts';
import { fileTargets } from './file.ts';
import { readStatusFlags, type StatusFlags, type StatusRequest } from './flags.ts';
import { createLimit } from './limit.ts';
import { readRows } from './rows.ts';
import { storeTargets } from './store.ts';

/**
 * `status`: whether auditing is on, with which policy, and what is wrong with it; with --live whether it works. Gives the exit status: 4
 * where a cluster or its API servers could not be read, 1 with --exit-code where one is broken or has drifted, else 0.
 */
export async function status(flags: StatusFlags, context: Context): Promise<number> {
  const request = readStatusFlags(flags, context);
  const limit = createLimit(request.parallel);
  const targets = await (flags.file === undefined
    ? storeTargets(request, context, limit)
    : fileTargets(flags.file, request, context, limit));
  const isOne = targets.length === 1 && !flags.all;
  const rows = await readRows(targets, isOne, context);
  await print(rows, request, context, isOne);
  return exitStatus(rows, flags);
}

async function print(
  rows: readonly StatusRow[],
  { flags }: StatusRequest,
  { io }: Context,
  isOne: boolean,
): Promise<void> {
  if (flags.output === 'json') return io.stdout(safeJson(statusJson(rows)));
  if (rows.length === 0) return io.stderr('The state store holds no cluster.\n');
  const options = { style: io.stdoutStyle, columns: io.columns, clean: safeText };
  const views = isOne || flags.verbose ? rows.flatMap((row) => (row.state === 'failed' ? [] : [row])) : [];
  const table = isOne ? [] : [statusTable(rows, options)];
  await io.stdout([...table, ...views.map((row) => statusView(row, options))].join('\n'));
}

function exitStatus(rows: readonly StatusRow[], { exitCode }: StatusFlags): number {
  if (rows.some((row) => row.state === 'failed' || (row.live !== null && row.live.error !== null))) return 4;
  const isWrong = rows.some((row) => row.state === 'broken' || (row.state !== 'failed' && row.drift.length > 0));
  return exitCode && isWrong ? 1 : 0;
}
