import { readFileSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import { readPattern, readPercent } from '../../flags/values.ts';
import { formatError } from '../../report/errors.ts';
import {
  countsOf,
  type PolicyCoverage,
  type PolicyTestReport,
  type TestedFile,
  type TestedPolicy,
} from '../../report/policy-test.ts';
import { safeJson, safeText, wrap } from '../../report/text.ts';
import { VERSION } from '../../version.ts';
import type { Context } from '../../context.ts';
import { shippedFile } from '../../input/shipped.ts';
import { isPolicyPath, readTemplates, wantedPolicy } from '../../input/templates.ts';
import { dirname, isAbsolute, join } from 'node:path';
import { decodeText, readSpecFile, readStdin } from '../../input/read.ts';
import type { TestMistake } from '../../policy/test/nodes.ts';
import { type PolicyTest, readPolicyTest } from '../../policy/test/read.ts';
import { type CaseResult, coverageOf, type RuleCoverage, runPolicyTest } from '../../policy/test/run.ts';
import { type NamedPolicy, placeName, placeOf } from './loaded-policy.ts';
import { decodePolicy, namedPolicy } from './named-policy.ts';
import { reachOf } from '../../policy/compare/reach.ts';
import { requestFor } from '../../policy/test/request-line.ts';

/** `policy test`: runs test files against the policies they name. 1 where a case failed or a coverage is too small, 2 where a file can't be run. */
export async function policyTest(files: readonly string[], flags: PolicyTestFlags, context: Context): Promise<number> {
  if (flags.schema) {
    await context.io.stdout(readFileSync(shippedFile('policy-test.schema.json'), 'utf8'));
    return 0;
  }
  const options = readTestFlags(files, flags);
  const tested: TestedFile[] = [];
  for (const file of files) tested.push(await testFile(file, options, context));
  const report = reportOf(tested, options);
  showWarnings(tested, context);
  showMistakes(tested, context);
  await context.io.stdout(await shown(report, options, context));
  const { unreadable, failed, uncovered } = countsOf(report);
  return unreadable > 0 ? 2 : Number(failed + uncovered > 0);
}

function reportOf(files: TestedFile[], { only, minCoverage }: PolicyTestOptions): PolicyTestReport {
  const isRun = files.some(({ cases, mistakes }) => cases.length > 0 || mistakes.length > 0);
  if (!isRun) {
    throw new UserError(`no case has a name that matches --run ${only?.source}`, {
      hint: 'Without --run all cases are run; -v lists their names.',
    });
  }
  return { files, coverage: only ? [] : coverageOfFiles(files), minCoverage };
}

function showWarnings(files: readonly TestedFile[], { io }: Context): void {
  for (const warning of new Set(files.flatMap(({ policy }) => policy?.warnings ?? []))) {
    const text = wrap(`warning: ${safeText(warning)}`, io.columns);
    io.stderr(`${text.replace('warning:', io.style.yellow('warning:'))}\n`);
  }
}

function showMistakes(files: readonly TestedFile[], { io }: Context): void {
  for (const tested of files) {
    for (const { file = tested.file, line, column, message, hint } of tested.mistakes) {
      const place = { file, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
      const error = new UserError(message, { place, ...(hint === undefined ? {} : { hint }) });
      io.stderr(formatError(error, { style: io.style, columns: io.columns, version: VERSION }).text);
    }
  }
}

async function shown(report: PolicyTestReport, options: PolicyTestOptions, { io }: Context): Promise<string> {
  if (options.output === 'json') {
    const { policyTestJson } = await import('../../report/policy-test.ts');
    return safeJson(policyTestJson(report));
  }
  if (options.output === 'junit') return (await import('../../report/policy-test-junit.ts')).policyTestJunit(report);
  const { policyTestText } = await import('../../report/policy-test-text.ts');
  const { verbose, coverage } = options;
  return policyTestText(report, { style: io.stdoutStyle, columns: io.columns, verbose, coverage });
}

/** The flags of `policy test` as they were typed. */
export interface PolicyTestFlags {
  output: 'text' | 'junit' | 'json';
  run?: string;
  coverage?: boolean;
  minCoverage?: string;
  verbose?: boolean;
  /** Print the JSON Schema of a test file and do nothing else. */
  schema?: boolean;
}

/** What they ask for. */
export interface PolicyTestOptions {
  output: PolicyTestFlags['output'];
  /** Which cases to run, by name. */
  only?: RegExp;
  coverage: boolean;
  /** In percent; null: any will do. */
  minCoverage: number | null;
  verbose: boolean;
}

/** Checks the flags. Throws UserError for what can't be right. */
export function readTestFlags(files: readonly string[], flags: PolicyTestFlags): PolicyTestOptions {
  if (files.length === 0) {
    throw new UserError('no test file given', { hint: 'Give one or more: kops-audit policy test *.policy-test.yaml' });
  }
  const only = flags.run === undefined ? undefined : readPattern('--run', flags.run);
  const minCoverage = flags.minCoverage === undefined ? null : readPercent('--min-coverage', flags.minCoverage);
  const { coverage = false, verbose = false } = flags;
  return { output: flags.output, ...(only ? { only } : {}), coverage, minCoverage, verbose };
}

/** Reads and runs one test file (`-` is stdin). What keeps it from being run is among its mistakes; other files are not touched by it. */
export async function testFile(file: string, { only }: { only?: RegExp }, context: Context): Promise<TestedFile> {
  const mistakes: TestMistake[] = [];
  const text = await attempt(mistakes, {}, () => textOf(file, context));
  const read = text === undefined ? undefined : readPolicyTest(text);
  mistakes.push(...(read?.mistakes ?? []));
  const test = read?.test ?? null;
  const policy = test ? await policyOf(test, file, mistakes, context) : null;
  const cases = test && policy && mistakes.length === 0 ? runPolicyTest(test, policy.policy, only ? { only } : {}) : [];
  return { file, policy, mistakes: mistakes.toSorted(byPlace), cases };
}

// Those in another file, the policy, come last.
function byPlace(a: TestMistake, b: TestMistake): number {
  const isOther = Number(a.file !== undefined) - Number(b.file !== undefined);
  return isOther || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

async function textOf(file: string, { io }: Context): Promise<string> {
  const text = file === '-' ? await readStdin(io.input, decodeText, 'a test file') : (await readSpecFile(file)).text;
  return text.replace(/^\uFEFF/, '');
}

async function policyOf(
  test: PolicyTest,
  file: string,
  mistakes: TestMistake[],
  context: Context,
): Promise<TestedPolicy | null> {
  const { set, kubernetesVersion, places } = test;
  const word = await attempt(mistakes, places.policy, () => wordFor(test.policy, file));
  if (word === undefined) return null;
  const options = { set, ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }) };
  const isSet = Object.keys(set).length > 0;
  const found = await attempt(mistakes, isSet ? places.set : places.policy, () => namedPolicy(word, options, context));
  if (!found) return null;
  const { name, text, firstLine, policy, loaded } = found;
  const label = labelOf(name, test);
  const lines = { place: placeName(found), text, ...(firstLine === undefined ? {} : { firstLine }) };
  return { name, label, ...lines, policy, warnings: warningsOf(found), locate: loaded.locate };
}

function warningsOf(found: NamedPolicy): string[] {
  return found.loaded.diagnostics.map((diagnostic) => {
    const { file, line = 1 } = placeOf(diagnostic, found);
    return `${file}:${line}: ${diagnostic.message}`;
  });
}

// A path is relative to the test file; what is no path must be a template.
async function wordFor(policy: string, file: string): Promise<string> {
  if (!isPolicyPath(policy)) return (await wantedPolicy(policy, readTemplates())).name;
  const path = isAbsolute(policy) || file === '-' ? policy : join(dirname(file), policy);
  const word = isPolicyPath(path) ? path : `./${path}`;
  await readSpecFile(word, decodePolicy);
  return word;
}

function labelOf(name: string, { set, kubernetesVersion }: PolicyTest): string {
  const given = Object.entries(set).map(([key, value]) => `${key}=${value}`);
  const version = kubernetesVersion === undefined ? [] : [`Kubernetes ${kubernetesVersion}`];
  const parts = [...given, ...version];
  return parts.length === 0 ? name : `${name} (${parts.join(', ')})`;
}

/** Gives undefined where the input does not allow it, with the reason among the mistakes: where the error says no line, at `place`. */
async function attempt<Value>(
  mistakes: TestMistake[],
  place: { line?: number; column?: number },
  work: () => Promise<Value>,
): Promise<Value | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    mistakes.push(mistakeOf(error, place));
    return undefined;
  }
}

function mistakeOf({ message, hint, place: at }: UserError, place: { line?: number; column?: number }): TestMistake {
  const hinted = hint === undefined ? {} : { hint };
  if (at?.line !== undefined || place.line === undefined) return { message, ...hinted, ...at };
  return { message: at ? `the policy ${at.file} ${message}` : message, ...hinted, ...place };
}

/** Which rules were decided of each policy, over all files that test it with the same parameters. */
export function coverageOfFiles(files: readonly TestedFile[]): PolicyCoverage[] {
  const tested = new Map<string, { policy: TestedPolicy; cases: CaseResult[] }>();
  for (const { policy, mistakes, cases } of files) {
    if (policy === null || mistakes.length > 0) continue;
    const known = tested.get(policy.label);
    if (known) known.cases.push(...cases);
    else tested.set(policy.label, { policy, cases: [...cases] });
  }
  return [...tested.values()].map(({ policy, cases }) => coverageOfPolicy(policy, cases));
}

// Which rules could decide something is only asked where some decided nothing.
function coverageOfPolicy(tested: TestedPolicy, cases: readonly CaseResult[]): PolicyCoverage {
  const { policy } = tested;
  const plain = coverageOf(policy, cases);
  if (plain.undecided.length === 0) return { policy: tested, ...plain, examples: new Map() };
  const reach = reachOf(policy);
  const unreachable = reach.filter(({ status }) => status === 'unreachable').map(({ rule }) => rule);
  const coverage: RuleCoverage = coverageOf(policy, cases, unreachable);
  const examples = reach.flatMap(({ rule, example }): [number, string][] =>
    example && coverage.undecided.includes(rule) ? [[rule, requestFor(policy, rule, example)]] : [],
  );
  return { policy: tested, ...coverage, examples: new Map(examples) };
}
