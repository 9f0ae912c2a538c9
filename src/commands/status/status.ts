import type { Context } from '../../context.ts';
import { ExternalError, UserError } from '../../errors.ts';
import { createMasker } from '../../report/mask.ts';
import { safeJson, safeText } from '../../report/text.ts';
import { statusJson, statusTable, statusView, type StatusRow } from '../../report/status.ts';
import { fileTargets, storeTargets, type Target } from './clusters.ts';
import { readStatusFlags, type StatusFlags, type StatusRequest } from './flags.ts';
import { createLimit } from './limit.ts';

/**
 * `status`: whether auditing is on, with which policy, and what is wrong with it; with --live whether it works. Gives the exit status: 4
 * where a cluster or its API servers could not be read, 1 with --exit-code where one is broken or has drifted, else 0.
 */
export async function status(flags: StatusFlags, context: Context): Promise<number> {
  const request = readStatusFlags(flags, context);
  const around = { request, context, limit: createLimit(request.parallel) };
  const targets = await (flags.file === undefined ? storeTargets(around) : fileTargets(flags.file, around));
  const isOne = targets.length === 1 && !flags.all;
  const rows = await readRows(targets, isOne, context);
  await print(rows, request, context, isOne);
  return exitStatus(rows, flags);
}

/**
 * Looks at clusters side by side, with how far it is on stderr. One that fails is a row with its error; a person who asked for one
 * gets the error itself.
 *
 * @throws the reason of an interrupt; for a single target whatever it throws.
 */
async function readRows(targets: readonly Target[], isOne: boolean, context: Context): Promise<StatusRow[]> {
  const { io, interrupt } = context;
  let done = 0;
  const [first] = targets;
  const text = (): string =>
    isOne && first ? `reading ${first.cluster}` : `reading ${targets.length} clusters, ${done} done`;
  const one = async (target: Target): Promise<StatusRow> => {
    try {
      return await target.look();
    } catch (error) {
      if (isOne || interrupt.aborted || !(error instanceof UserError || error instanceof ExternalError)) throw error;
      const { text: masked } = createMasker([]);
      const hint = error.hint === undefined ? null : masked(error.hint);
      return { cluster: target.cluster, state: 'failed', error: masked(error.message), hint };
    } finally {
      done += 1;
    }
  };
  return io.progress.during(text, () => Promise.all(targets.map(one)));
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
