import { dirname, isAbsolute, join } from 'node:path';
import { readSpecFile } from '../../input/read.ts';
import { readStdin } from '../../input/read.ts';
import { UserError } from '../../errors.ts';
import type { TestMistake } from '../../policy/test/nodes.ts';
import { readPolicyTest, type PolicyTest } from '../../policy/test/read.ts';
import { runPolicyTest } from '../../policy/test/run.ts';
import type { TestedFile, TestedPolicy } from '../../report/policy-test-report.ts';
import type { Context } from '../../context.ts';
import { isPolicyPath, readTemplates, wantedPolicy } from '../../input/templates.ts';
import { type NamedPolicy, placeName, placeOf } from './loaded-policy.ts';
import { namedPolicy } from './named-policy.ts';
import { decodePolicy } from './policy-bytes.ts';

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
  const text = file === '-' ? await readStdin(io.input) : (await readSpecFile(file)).text;
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
