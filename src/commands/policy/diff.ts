import { UserError } from '../../errors.ts';
import { comparePolicies } from '../../policy/compare/compare.ts';
import { comparisonJson } from '../../report/comparison-json.ts';
import { comparisonView } from '../../report/comparison-view.ts';
import { safeJson, safeText } from '../../report/safe-text.ts';
import type { Context } from '../../context.ts';
import { readSet } from '../enable/options.ts';
import { type DiffFlags, readDiffWords } from './diff-flags.ts';
import { readKubernetesVersion } from './kubernetes-version.ts';
import { type NamedPolicy, placeName } from './loaded-policy.ts';
import { namedPolicy } from './named-policy.ts';

/** `policy diff`: which requests two policies treat differently. 1 with --exit-code where there are some, or it was not found out. */
export async function policyDiff(args: readonly string[], flags: DiffFlags, context: Context): Promise<number> {
  const words = readDiffWords(args, flags);
  const kubernetesVersion = readKubernetesVersion(flags.kubernetesVersion);
  const version = kubernetesVersion === undefined ? {} : { kubernetesVersion };
  const [first, second = first] = words;
  if (second === undefined) throw new UserError('no policy is named');
  const before =
    words.length === 1 ? await ofCluster(flags, version, context) : await namedPolicy(first ?? '', version, context);
  const after = await namedPolicy(second, { ...version, set: readSet(flags.set) }, context);
  for (const named of [before, after]) warn(named, context);
  const comparison = comparePolicies(before.policy, after.policy);
  await context.io.stdout(shown({ comparison, before: placeName(before), after: placeName(after) }, flags, context));
  return flags.exitCode && (comparison.classes.length > 0 || comparison.notDecided) ? 1 : 0;
}

async function ofCluster(
  { cluster, state, file, verbose }: DiffFlags,
  version: { kubernetesVersion?: string },
  context: Context,
): Promise<NamedPolicy> {
  const { policyOfCluster } = await import('./cluster-policy.ts');
  const words = Object.entries({ cluster, state, file, verbose }).filter(([, value]) => value !== undefined);
  return policyOfCluster({ ...version, ...Object.fromEntries(words) }, context);
}

function warn(named: NamedPolicy, { io }: Context): void {
  for (const { severity, message, line = 1 } of named.loaded.diagnostics) {
    const place = `${placeName(named)}:${line + (named.firstLine ?? 1) - 1}`;
    io.stderr(`${io.style.yellow(`${severity}:`)} ${safeText(`${place}: ${message}`)}\n`);
  }
}

function shown(found: Parameters<typeof comparisonView>[0], { output }: DiffFlags, { io }: Context): string {
  if (output === 'json') return safeJson(comparisonJson(found));
  return comparisonView(found, { style: io.stdoutStyle, columns: io.columns });
}
