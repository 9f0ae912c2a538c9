import { DEFAULT_POLICY } from '../../cluster/options.ts';
import { renderPolicy } from '../../policy/render/render.ts';
import { safeText } from '../../report/text.ts';
import { VERSION } from '../../version.ts';
import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import { readSet } from '../../flags/check.ts';
import type { ToolFlags } from './for-tool.ts';
import { readKubernetesVersion } from './loaded-policy.ts';
import { readTemplates, wantedPolicy } from '../../input/templates.ts';

/** The flags of `policy show` as the command line gives them. */
export interface ShowFlags extends ToolFlags {
  cluster?: string;
  state?: string;
  file?: string;
  verbose?: boolean;
}

/** `policy show`: prints a policy as it would be embedded, as it stands in the spec of a cluster, or as another cluster tool takes it. */
export async function policyShow(word: string | undefined, flags: ShowFlags, context: Context): Promise<number> {
  if (word !== undefined) return showRendered(word, flags, context);
  if (flags.for !== undefined) return showRendered(DEFAULT_POLICY, flags, context);
  const { cluster = context.env['KOPS_CLUSTER_NAME'], file } = flags;
  if (!cluster && file === undefined)
    throw new UserError('no policy is named', {
      hint: 'Name a template or a file, or with --cluster NAME or -f FILE the cluster that has it.',
    });
  const { policyTextOfCluster } = await import('./cluster-policy.ts');
  const text = await policyTextOfCluster(flags, context);
  await context.io.stdout(context.io.isTerminal.stdout ? safeText(text) : text);
  return 0;
}

async function showRendered(word: string, flags: ShowFlags, context: Context): Promise<number> {
  const { io } = context;
  const { name, source, file } = await wantedPolicy(word, readTemplates(), () => io.input);
  const tool = flags.for === undefined ? undefined : await import('./for-tool.ts');
  const kubernetesVersion = (await readKubernetesVersion(flags.kubernetesVersion)) ?? tool?.kubernetesOfTool(flags);
  const rendered = renderPolicy(source, {
    name,
    set: readSet(flags.set),
    toolVersion: VERSION,
    ...(file === undefined ? {} : { file }),
    ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }),
  });
  for (const { message, line } of rendered.diagnostics) {
    io.stderr(
      `${io.style.yellow('warning:')} ${safeText(`${file ?? name}${line === undefined ? '' : `:${line}`}: ${message}`)}\n`,
    );
  }
  if (tool) return tool.showForTool({ word, rendered, kubernetesVersion }, flags, context);
  await io.stdout(rendered.text);
  return 0;
}
