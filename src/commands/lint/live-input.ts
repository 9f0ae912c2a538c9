import { readLive } from '../../change/live-target.ts';
import type { KopsObject } from '../../cluster/types.ts';
import { UserError } from '../../errors.ts';
import { specToYaml } from '../../yaml/print.ts';
import { kopsFor } from '../change/change.ts';
import type { Context } from '../../context.ts';
import type { LintFlags, LintInput } from './inputs.ts';

/**
 * Reads a cluster and its instance groups from the state store, as YAML as `kops get all -o yaml` prints it.
 *
 * @throws UserError where no cluster is named or there is none of that name; ExternalError where kops fails.
 */
export async function readLiveInput(flags: LintFlags, context: Context): Promise<LintInput> {
  const { env, io, interrupt } = context;
  const name = flags.cluster ?? env['KOPS_CLUSTER_NAME'];
  if (!name) {
    throw new UserError('nothing to look at', {
      hint: 'Give files (`-` is stdin), or --cluster NAME for a cluster in its state store.',
    });
  }
  const stop = new AbortController();
  const kops = kopsFor(flags, context, AbortSignal.any([interrupt, stop.signal]));
  const read = () => readLive(kops, name, false, () => stop.abort());
  const { cluster, groups, kopsVersion } = await io.progress.during(`reading ${name} with kops`, read);
  return { file: name, text: [cluster, ...groups].map(yamlOf).join('---\n'), spec: null, kopsVersion };
}

function yamlOf({ apiVersion, kind, metadata, spec }: KopsObject): string {
  return specToYaml({ apiVersion, kind, metadata, spec });
}
