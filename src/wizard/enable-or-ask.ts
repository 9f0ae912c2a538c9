import type { Context } from '../commands/context.ts';
import { enable } from '../commands/enable/enable.ts';
import type { EnableFlags } from '../commands/enable/flags.ts';

/** `enable`; on a terminal, with no cluster said and nobody told not to ask, the wizard first. Gives the exit status. */
export async function enableOrAsk(flags: EnableFlags, context: Context): Promise<number> {
  if (!asksFirst(flags, context)) return enable(flags, context);
  const { wizard } = await import('./wizard.ts');
  return wizard(flags, context);
}

function asksFirst({ cluster, file, yes }: EnableFlags, { io, env }: Context): boolean {
  return io.isInteractive && !yes && cluster === undefined && file === undefined && !env['KOPS_CLUSTER_NAME'];
}
