import type { Context } from '../../context.ts';
import type { Kops } from '../../kops/kops.ts';
import type { Kubectl } from '../../live/kubectl.ts';
import type { Judge } from '../../status/require.ts';
import type { StatusRequest } from './flags.ts';

/** What looking at a cluster needs. */
export interface Around {
  request: StatusRequest;
  context: Context;
  limit: Limit;
  /** Who says whether a cluster is as --require wants it; null without it. */
  judge: Judge | null;
}

/** Runs work, some of it later: never more than so many at once, in the order it came. */
export type Limit = <T>(work: () => Promise<T>) => Promise<T>;

/** Lets `most` run at once. */
export function createLimit(most: number): Limit {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next(); // It takes this one's place.
      else running -= 1;
    }
  };
}

/** What `status` asks kops for. */
export type StatusKops = Pick<
  Kops,
  'version' | 'clusters' | 'getCluster' | 'getInstanceGroups' | 'previewUpdate' | 'commandLine'
>;

/** The same kops, not more than the limit allows at once. */
export function limitedKops(kops: Kops, limit: Limit): StatusKops {
  return {
    version: () => limit(() => kops.version()),
    clusters: () => limit(() => kops.clusters()),
    getCluster: (name) => limit(() => kops.getCluster(name)),
    getInstanceGroups: (name) => limit(() => kops.getInstanceGroups(name)),
    previewUpdate: (name) => limit(() => kops.previewUpdate(name)),
    commandLine: kops.commandLine,
  };
}

/** The same kubectl, within the limit. */
export function limitedKubectl(kubectl: Kubectl, limit: Limit): Kubectl {
  return {
    context: kubectl.context,
    apiServerPods: () => limit(() => kubectl.apiServerPods()),
    metrics: () => limit(() => kubectl.metrics()),
  };
}
