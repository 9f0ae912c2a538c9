import { ExternalError, UserError } from '../../errors.ts';
import { createMasker } from '../../report/mask.ts';
import type { StatusRow } from '../../report/status-types.ts';
import type { Context } from '../../context.ts';

/** A cluster to look at. */
export interface Target {
  cluster: string;
  look: () => Promise<StatusRow>;
}

/**
 * Looks at clusters side by side, with how far it is on stderr. One that fails is a row with its error; a person who asked for one
 * gets the error itself.
 *
 * @throws the reason of an interrupt; for a single target whatever it throws.
 */
export async function readRows(targets: readonly Target[], isOne: boolean, context: Context): Promise<StatusRow[]> {
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
