import { explain } from '../../policy/explain/explain.ts';
import { readRequest } from '../../policy/request/request.ts';
import type { RequestAttributes } from '../../policy/types.ts';
import { explanationJson } from '../../report/explanation-json.ts';
import { explanationView, type ExplanationFacts } from '../../report/explanation-view.ts';
import { ruleSource, type RuleSource } from '../../report/rule-source.ts';
import { safeJson, safeText } from '../../report/safe-text.ts';
import type { Context } from '../../context.ts';
import { readWords, refuseMixed, type ExplainFlags } from './explain-flags.ts';
import { type NamedPolicy, placeName, placeOf } from './loaded-policy.ts';
import { namedPolicy } from './named-policy.ts';

/** `policy explain`: which rule of a policy decides a request, and why. */
export async function policyExplain(args: readonly string[], flags: ExplainFlags, context: Context): Promise<number> {
  refuseMixed(args, flags);
  const options = await versionOption(flags);
  if (flags.requests !== undefined) {
    const { explainRequests } = await import('./explain-requests.ts');
    const named = await policyFor(flags, options, context);
    if (isDefault(flags)) context.io.stderr(`policy ${named.name}${BY_DEFAULT}\n`);
    return explainRequests(named, flags.requests, flags, context);
  }
  const read = readRequest(readWords(args, flags), options);
  const named = await policyFor(flags, options, context);
  await context.io.stdout(
    `${firstLine(named, flags, context)}${answer(named, read.request, read.notes, flags, context)}`,
  );
  return 0;
}

async function versionOption({ kubernetesVersion }: ExplainFlags): Promise<{ kubernetesVersion?: string }> {
  if (kubernetesVersion === undefined) return {};
  const version = (await import('./kubernetes-version.ts')).readKubernetesVersion(kubernetesVersion);
  return version === undefined ? {} : { kubernetesVersion: version };
}

/** The policy that the flags name; what is wrong with it is told. */
async function policyFor(
  flags: ExplainFlags,
  options: { kubernetesVersion?: string },
  context: Context,
): Promise<NamedPolicy> {
  const named = await readPolicy(flags, options, context);
  const { io } = context;
  for (const diagnostic of named.loaded.diagnostics) {
    const { file, line = 1 } = placeOf(diagnostic, named);
    io.stderr(`${io.style.yellow(`${diagnostic.severity}:`)} ${safeText(`${file}:${line}: ${diagnostic.message}`)}\n`);
  }
  return named;
}

async function readPolicy(
  flags: ExplainFlags,
  options: { kubernetesVersion?: string },
  context: Context,
): Promise<NamedPolicy> {
  const { cluster, state, file, verbose } = flags;
  if (file === undefined && cluster === undefined && state === undefined) {
    return namedPolicy(flags.policy ?? DEFAULT_POLICY, { ...options, set: await readParameters(flags.set) }, context);
  }
  const { policyOfCluster } = await import('./cluster-policy.ts');
  const words = Object.entries({ cluster, state, file, verbose }).filter(([, value]) => value !== undefined);
  return policyOfCluster({ ...options, ...Object.fromEntries(words) }, context);
}

const DEFAULT_POLICY = 'gce';

async function readParameters(pairs: readonly string[]): Promise<Record<string, string>> {
  return pairs.length === 0 ? {} : (await import('../enable/options.ts')).readSet(pairs);
}

const BY_DEFAULT = ' (the default; --policy, --cluster or -f asks another)';

function isDefault({ policy, cluster, state, file }: ExplainFlags): boolean {
  return [policy, cluster, state, file].every((flag) => flag === undefined);
}

/** Tells which policy is asked. */
function firstLine({ name }: NamedPolicy, flags: ExplainFlags, { io }: Context): string {
  if (flags.output === 'json') return '';
  const text = `policy ${safeText(name === '-' ? 'from stdin' : name)}${isDefault(flags) ? BY_DEFAULT : ''}`;
  return `${io.stdoutStyle.dim(text)}\n\n`;
}

/** The answer for one request in the form asked for. */
export function answer(
  named: NamedPolicy,
  request: RequestAttributes,
  notes: readonly string[],
  flags: ExplainFlags,
  { io }: Context,
): string {
  const explanation = explain(named.policy, request);
  const source = sourceOf(named, explanation.decision.rule);
  const facts: ExplanationFacts = { policy: placeName(named), source, notes };
  if (flags.output === 'json') return safeJson(explanationJson(explanation, facts));
  const verbose = flags.verbose ?? false;
  return explanationView(explanation, facts, { style: io.stdoutStyle, columns: io.columns, verbose });
}

function sourceOf({ loaded, text, firstLine: first = 1 }: NamedPolicy, rule: number): RuleSource | null {
  const range = rule === 0 ? undefined : loaded.locate(['rules', rule - 1]);
  return range ? ruleSource(text, range, first) : null;
}
