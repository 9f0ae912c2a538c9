import { renderPolicy } from '../../policy/render/render.ts';
import { safeText } from '../../report/text.ts';
import { VERSION } from '../../version.ts';
import type { Context } from '../../context.ts';
import { readSet } from '../../flags/check.ts';
import { readKubernetesVersion } from './loaded-policy.ts';
import { readTemplates, wantedPolicy } from '../../input/templates.ts';

/** `policy show`: prints a policy as it would be embedded. */
export async function policyShow(
  word: string,
  flags: { set: string[]; kubernetesVersion?: string },
  { io }: Context,
): Promise<number> {
  const { name, source, file } = await wantedPolicy(word, readTemplates(), () => io.input);
  const kubernetesVersion = await readKubernetesVersion(flags.kubernetesVersion);
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
  await io.stdout(rendered.text);
  return 0;
}
