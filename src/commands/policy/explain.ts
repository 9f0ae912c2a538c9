import { DEFAULT_POLICY } from '../../cluster/options.ts';
import { explain } from '../../policy/explain/explain.ts';
import { readRequest, type RequestWords } from '../../policy/request/request.ts';
import type { RequestAttributes } from '../../policy/types.ts';
import {
  type ExplanationFacts,
  explanationJson,
  explanationView,
  identityText,
  requestText,
  ruleSource,
  type RuleSource,
} from '../../report/explanation.ts';
import { safeJson, safeText, wrap } from '../../report/text.ts';
import type { Context } from '../../context.ts';
import { type NamedPolicy, placeName, placeOf, readKubernetesVersion } from './loaded-policy.ts';
import { namedPolicy } from './named-policy.ts';
import { UserError } from '../../errors.ts';
import { fileError } from '../../input/file-error.ts';
import { openFile, refuseTerminal } from '../../input/read.ts';
import { VERSION } from '../../version.ts';
import { readSet } from '../../flags/check.ts';

/** The flags of `policy explain` as the command line gives them. */
export interface ExplainFlags {
  name?: string;
  namespace?: string;
  allNamespaces?: boolean;
  subresource?: string;
  as?: string;
  asGroup: string[];
  unauthenticated?: boolean;
  policy?: string;
  cluster?: string;
  state?: string;
  file?: string;
  set: string[];
  kubernetesVersion?: string;
  requests?: string;
  output: string;
  verbose?: boolean;
}

/** `policy explain`: which rule of a policy decides a request, and why. */
export async function policyExplain(args: readonly string[], flags: ExplainFlags, context: Context): Promise<number> {
  const options = await versionOption(flags);
  if (flags.requests !== undefined) {
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
  const version = await readKubernetesVersion(kubernetesVersion);
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
    return namedPolicy(flags.policy ?? DEFAULT_POLICY, { ...options, set: readSet(flags.set) }, context);
  }
  const { policyOfCluster } = await import('./cluster-policy.ts');
  const words = Object.entries({ cluster, state, file, verbose }).filter(([, value]) => value !== undefined);
  return policyOfCluster({ ...options, ...Object.fromEntries(words) }, context);
}

const BY_DEFAULT = ' (the default; --policy, --cluster or -f asks another)';

function isDefault({ policy, cluster, state, file }: ExplainFlags): boolean {
  return [policy, cluster, state, file].every((flag) => flag === undefined);
}

/** Tells which policy is asked. */
function firstLine({ name }: NamedPolicy, flags: ExplainFlags, { io }: Context): string {
  if (flags.output === 'json') return '';
  const text = `policy ${safeText(name === '-' ? 'from stdin' : name)}${isDefault(flags) ? BY_DEFAULT : ''}`;
  return `${io.stdoutStyle.dim(wrap(text, io.columns))}\n\n`;
}

/** The answer for one request in the form asked for. */
function answer(
  named: NamedPolicy,
  request: RequestAttributes,
  notes: readonly string[],
  flags: ExplainFlags,
  { io }: Context,
): string {
  const explanation = explain(named.policy, request);
  const source = sourceOf(named, explanation.decision.rule);
  const isForAllNamespaces = flags.allNamespaces ?? false;
  const facts: ExplanationFacts = { policy: placeName(named), source, notes, isForAllNamespaces };
  if (flags.output === 'json') return safeJson(explanationJson(explanation, facts));
  const verbose = flags.verbose ?? false;
  return explanationView(explanation, facts, { style: io.stdoutStyle, columns: io.columns, verbose });
}

function sourceOf({ loaded, text, firstLine: first = 1 }: NamedPolicy, rule: number): RuleSource | null {
  const range = rule === 0 ? undefined : loaded.locate(['rules', rule - 1]);
  return range ? ruleSource(text, range, first) : null;
}

/** The words of a request on the command line. Throws UserError where some are missing or too many. */
function readWords(args: readonly string[], flags: ExplainFlags): RequestWords {
  const [verb, target, name = flags.name] = args;
  if (verb === undefined || target === undefined) {
    throw new UserError('no request is given', {
      hint: 'Write it as for kubectl auth can-i: kops-audit policy explain get pods -n default',
    });
  }
  const { namespace, allNamespaces, subresource, as, asGroup: asGroups, unauthenticated } = flags;
  const given = { name, namespace, allNamespaces, subresource, as, asGroups, unauthenticated };
  const words = Object.entries(given).filter(([, value]) => value !== undefined);
  return { verb, target, ...Object.fromEntries(words) };
}

/**
 * `policy explain --requests FILE`: one answer a line, in the order of the lines; `-` is stdin. A line that can't be read is told, the
 * others are answered all the same, and the exit status is 2.
 */
async function explainRequests(
  named: NamedPolicy,
  file: string,
  flags: ExplainFlags,
  context: Context,
): Promise<number> {
  let number = 0;
  let exitCode = 0;
  for await (const line of linesOf(file, context)) {
    number += 1;
    if (line.trim() === '') continue;
    const request = await readLine(line, { file, line: number }, context);
    if (!request) exitCode = 2;
    else await context.io.stdout(lineAnswer(named, request, number, flags, context));
  }
  return exitCode;
}

/** Broken at line feeds only, as JSON lines are: node:readline of Node 24 breaks them at U+2028 as well, which may stand in a string. */
async function* linesOf(file: string, { io }: Context): AsyncGenerator<string> {
  if (file === '-') refuseTerminal(io.input, 'requests');
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of file === '-' ? io.input : openFile(file, FROM_A_PIPE)) {
      rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    throw fileError(error, file, 'cannot be read');
  }
  if (rest !== '') yield rest;
}

const FROM_A_PIPE = 'Pipe it in: `--requests -` reads stdin.';

async function readLine(
  line: string,
  place: { file: string; line: number },
  { io }: Context,
): Promise<RequestAttributes | null> {
  const { readRequestLine } = await import('../../events/request-line.ts');
  try {
    return readRequestLine(line.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { formatError } = await import('../../report/errors.ts');
    const placed = new UserError(error.message, { place, ...(error.hint ? { hint: error.hint } : {}) });
    io.stderr(formatError(placed, { style: io.style, columns: io.columns, version: VERSION }).text);
    return null;
  }
}

function lineAnswer(
  named: NamedPolicy,
  request: RequestAttributes,
  number: number,
  flags: ExplainFlags,
  context: Context,
): string {
  const explanation = explain(named.policy, request);
  if (flags.output === 'json') {
    const facts = { policy: placeName(named), source: null, notes: [] };
    return safeJson({ line: number, ...explanationJson(explanation, facts) }, 0);
  }
  if (flags.verbose) return `${number}. ${answer(named, request, [], flags, context)}\n`;
  const { level, rule } = explanation.decision;
  const by = rule === 0 ? 'no rule' : `rule ${rule}`;
  return `${number}: ${level}, ${by}: ${requestText(request)}, by ${identityText(request)}\n`;
}
