import type { Context } from '../../context.ts';
import { ExternalError, UserError } from '../../errors.ts';
import { createMasker } from '../../report/mask.ts';
import { safeJson, safeText } from '../../report/text.ts';
import { statusJson, statusTable, statusView, type StatusRow } from '../../report/status.ts';
import type { Judge } from '../../status/require.ts';
import type { Required } from '../../status/status.ts';
import { fileTargets, storeTargets, type Target } from './clusters.ts';
import { readStatusFlags, type StatusFlags, type StatusRequest } from './flags.ts';
import { createLimit, type Around } from './limit.ts';

/**
 * `status`: whether auditing is on, with which policy, and what is wrong with it; with --live whether it works. Gives the exit status: 1
 * where a cluster is not as --require wants it; else 4 where one or its API servers could not be read, or it is not known whether it is;
 * else 1 with --exit-code where one is broken or has drifted; else 0.
 */
export async function status(flags: StatusFlags, context: Context): Promise<number> {
  const request = readStatusFlags(flags, context);
  const judge = flags.require === undefined ? null : await judgeFor(flags.require, context);
  const around = { request, context, limit: createLimit(request.parallel), judge };
  const targets = await (flags.file === undefined ? storeTargets(around) : fileTargets(flags.file, around));
  const isOne = targets.length === 1 && !flags.all;
  const rows = await readRows(targets, isOne, around);
  await print(rows, request, context, isOne);
  return exitStatus(rows, flags);
}

/** Throws UserError for what is neither `on`, nor a template, nor a file that can be read. */
async function judgeFor(wanted: string, { io }: Context): Promise<Judge> {
  const [{ judgeOf }, { readTemplates, wantedPolicy }] = await Promise.all([
    import('../../status/require.ts'),
    import('../../input/templates.ts'),
  ]);
  return judgeOf({
    wanted,
    policy: wanted === 'on' ? null : await wantedPolicy(wanted, readTemplates(), () => io.input),
  });
}

/** Of a cluster that could not be read nothing is known. */
function unread(wanted: string | undefined, why: string): Required | null {
  return wanted === undefined ? null : { wanted, state: 'unknown', why, command: null };
}

/**
 * Looks at clusters side by side, with how far it is on stderr. One that fails is a row with its error; a person who asked for one
 * gets the error itself.
 *
 * @throws the reason of an interrupt; for a single target whatever it throws.
 */
async function readRows(
  targets: readonly Target[],
  isOne: boolean,
  { context: { io, interrupt }, request }: Around,
): Promise<StatusRow[]> {
  const { require: wanted } = request.flags;
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
      const reason = masked(error.message);
      return { cluster: target.cluster, error: reason, hint, required: unread(wanted, reason) };
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
  if (rows.length === 0)
    return io.stderr(
      `The state store has no clusters${flags.require === undefined ? '' : ': there is nothing to judge'}.\n`,
    );
  const options = { style: io.stdoutStyle, columns: io.columns, clean: safeText };
  const views = isOne || flags.verbose ? rows.flatMap((row) => ('error' in row ? [] : [row])) : [];
  const table = isOne ? [] : [statusTable(rows, options, io.stdoutColumns)];
  await io.stdout([...table, ...views.map((row) => statusView(row, options))].join('\n'));
}

/**
 * A no stays a no, whatever else is learned: it outranks what is not known, or one cluster that is always away would hide it. In a store
 * without a cluster nothing was judged: it may be the wrong one.
 */
function exitStatus(rows: readonly StatusRow[], { exitCode, require: wanted }: StatusFlags): number {
  if (rows.some(({ required }) => required?.state === 'not-met')) return 1;
  if (rows.some(isIncomplete) || (wanted !== undefined && rows.length === 0)) return 4;
  return exitCode && rows.some(isWrong) ? 1 : 0;
}

function isIncomplete(row: StatusRow): boolean {
  return 'error' in row || row.required?.state === 'unknown' || (row.running !== null && row.running.error !== null);
}

function isWrong(row: StatusRow): boolean {
  return !('error' in row) && (row.spec.state === 'broken' || row.drift.length > 0);
}
