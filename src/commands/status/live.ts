import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditSettings } from '../../cluster/audit-keys.ts';
import { createKubectl } from '../../live/kubectl.ts';
import { probe } from '../../live/probe.ts';
import type { LiveReport } from '../../live/types.ts';
import { tellCommands } from '../command-lines.ts';
import type { Context } from '../../context.ts';
import type { StatusRequest } from './flags.ts';
import { limitedKubectl, type Limit } from './limit.ts';

/**
 * What the running cluster proves. The context of the kubeconfig has the cluster's name, as `kops export kubeconfig` makes it, unless
 * one is given. Throws only the reason of an interrupt.
 */
export function liveStatus(
  cluster: string,
  settings: AuditSettings,
  { flags, timeoutMs, watchMs }: StatusRequest,
  { env, io, interrupt }: Context,
  limit: Limit,
): Promise<LiveReport> {
  const kubectl = createKubectl({
    context: flags.context ?? cluster,
    env,
    timeoutMs,
    signal: interrupt,
    ...(flags.kubeconfig === undefined ? {} : { kubeconfig: flags.kubeconfig }),
    ...tellCommands(flags.verbose, { io }),
  });
  return probe(limitedKubectl(kubectl, limit), settings, { milliseconds: watchMs, wait: waiting(interrupt) });
}

function waiting(signal: AbortSignal): (milliseconds: number) => Promise<void> {
  return async (milliseconds) => {
    await sleep(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
  };
}
