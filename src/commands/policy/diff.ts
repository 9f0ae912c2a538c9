import { UserError } from '../../errors.ts';
import { readSet } from '../../flags/check.ts';
import { comparePolicies } from '../../policy/compare/compare.ts';
import { type ComparedPolicies, comparisonHead, comparisonJson, comparisonView } from '../../report/comparison.ts';
import { safeJson, safeText } from '../../report/text.ts';
import type { Context } from '../../context.ts';
import { type NamedPolicy, placeName, readKubernetesVersion } from './loaded-policy.ts';
import { namedPolicy } from './named-policy.ts';

/** `policy diff`: which requests two policies treat differently. 1 with --exit-code where there are some, or it was not found out. */
export async function policyDiff(args: readonly string[], flags: DiffFlags, context: Context): Promise<number> {
  const words = readDiffWords(args, flags);
  const kubernetesVersion = await readKubernetesVersion(flags.kubernetesVersion);
  const version = kubernetesVersion === undefined ? {} : { kubernetesVersion };
  const [first, second = first] = words;
  if (second === undefined) throw new UserError('no policy is named');
  const before =
    words.length === 1 ? await ofCluster(flags, version, context) : await namedPolicy(first ?? '', version, context);
  const after = await namedPolicy(second, { ...version, set: readSet(flags.set) }, context);
  for (const named of [before, after]) warn(named, context);
  const comparison = comparePolicies(before.policy, after.policy);
  const policies = [before.policy, after.policy] as const;
  const found = { comparison, before: placeName(before), after: placeName(after), policies };
  await context.io.stdout(shown(found, flags, context));
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

function shown(found: ComparedPolicies, { output, summary }: DiffFlags, { io }: Context): string {
  if (output === 'json') return safeJson(comparisonJson(found));
  const look = { style: io.stdoutStyle, columns: io.columns };
  return summary ? comparisonHead(found, look) : comparisonView(found, look);
}

/** The flags of `policy diff` as they were typed. */
export interface DiffFlags {
  cluster?: string;
  state?: string;
  file?: string;
  set: string[];
  kubernetesVersion?: string;
  exitCode?: boolean;
  /** Only what it comes to, not each class of requests. */
  summary?: boolean;
  output: 'text' | 'json';
  /** Shows each kops command. */
  verbose?: boolean;
}

/** Refuses words and flags that do not say which two policies are meant. Gives the words: one where a cluster is the first policy. */
export function readDiffWords(words: readonly string[], flags: DiffFlags): string[] {
  const { cluster, state, file } = flags;
  const place = file ?? cluster ?? state;
  const wanted = place === undefined ? 2 : 1;
  if (words.length === wanted) return [...words];
  if (place !== undefined && words.length === 2)
    throw new UserError('three policies are named', { hint: 'Leave out the first, or the cluster.' });
  throw new UserError('two policies are needed', {
    hint: 'Name both, or one and the cluster that has the other: kops-audit policy diff -f cluster.yaml kops',
  });
}
