import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Parameter, Template } from '../../src/policy/render/template.ts';
import { ServerEnded } from './kube-apiserver/apiserver.ts';
import { KUBERNETES_VERSION } from './kube-apiserver/build.ts';
import { openLab, type Lab } from './kube-apiserver/lab.ts';
import { complains, showPolicy, writePolicy } from './kube-apiserver/policy-file.ts';
import { runCli } from './run-cli.ts';

const TEMPLATES = await listTemplates();

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

describe.each(TEMPLATES)('a real kube-apiserver with the template $name', ({ name, parameters }) => {
  it.each([[], ...parameters.flatMap(settingsOf)].map((set) => ({ set })))(
    'starts without a complaint when set to $set',
    async ({ set }) => {
      const outcome = await startWith(await showPolicy(lab.dir, name, set));
      expect(outcome).toEqual({ starts: true, complains: false });
    },
  );
});

it('has had values of parameters to try', () => {
  expect(TEMPLATES.map(({ name }) => name)).toEqual(['kops', 'metadata', 'gce']);
  expect(TEMPLATES.flatMap(({ parameters }) => parameters.flatMap(settingsOf)).length).toBeGreaterThan(14);
});

const METADATA = 'rules:\n- level: Metadata\n';
const policy = (rules: string): string => `apiVersion: audit.k8s.io/v1\nkind: Policy\n${rules}`;

// Each is a policy that a person might write.
const TEXTS: [name: string, text: string][] = [
  ['a misspelt key in a rule', policy('rules:\n- level: Metadata\n  verb: [get]\n')],
  ['a misspelt key at the top', policy(`${METADATA}omitStage: [RequestReceived]\n`)],
  ['a key twice', policy(`rules: []\n${METADATA}`)],
  ['JSON', JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules: [{ level: 'Metadata' }] })],
  ['a second document', `${policy(METADATA)}---\n${policy('rules:\n- level: None\n')}`],
  ['the group "*"', policy('rules:\n- level: Metadata\n  resources: [{group: "*"}]\n')],
  ['a level in lower case', policy('rules:\n- level: metadata\n')],
  ['no level', policy('rules:\n- users: [alice]\n')],
  ['no rules', policy('rules: []\n')],
  ['an API version that is gone', policy(METADATA).replace('v1', 'v1beta1')],
  ['a stage that there is not', policy(`${METADATA}  omitStages: [RequestRecieved]\n`)],
  ['a word in place of a list', policy(`${METADATA}  verbs: get\n`)],
  ['a user that YAML takes for true', policy(`${METADATA}  users: [on]\n`)],
  ['a tab', policy('rules:\n- level: Metadata\n\tverbs: [get]\n')],
  ['a path with a star in the middle', policy(`${METADATA}  nonResourceURLs: ["/a*b"]\n`)],
  ['resources beside paths', policy(`${METADATA}  resources: [{group: ""}]\n  nonResourceURLs: [/a]\n`)],
  ['a group with its version', policy('rules:\n- level: Metadata\n  resources: [{group: apps/v1}]\n')],
];

describe('a real kube-apiserver', () => {
  it.each(TEXTS)('does with %s what lint says', async (_name, text) => {
    const file = await writePolicy(lab.dir, text);
    expect(await startWith(file)).toEqual(await whatLintSays(file));
  });
});

/** Whether the server starts, and whether it complains of the policy: the two things that a loader's answer comes down to. */
interface Outcome {
  starts: boolean;
  complains: boolean;
}

async function startWith(policyFile: string): Promise<Outcome> {
  try {
    const apiserver = await lab.start([`--audit-policy-file=${policyFile}`, `--audit-log-path=${lab.dir}/audit.log`]);
    await apiserver.kill();
    return { starts: true, complains: complains(apiserver.output()) };
  } catch (error) {
    if (!(error instanceof ServerEnded)) throw error;
    expect(error.message).toContain('loading audit policy file: ');
    expect(error.exitCode).toBe(1);
    return { starts: false, complains: true };
  }
}

interface LintReport {
  files: { findings: { rule: string; fatal: boolean }[] }[];
}

// The server warns of these; lint warns of more.
const OF_THE_SERVER: readonly string[] = ['unknown-key', 'duplicate-key'];

async function whatLintSays(policyFile: string): Promise<Outcome> {
  const args = ['lint', policyFile, '-o', 'json', '--kubernetes-version', KUBERNETES_VERSION];
  const { exitCode, stdout } = await runCli(args, { env: {} });
  const findings = (JSON.parse(stdout) as LintReport).files.flatMap((file) => file.findings);
  const refuses = findings.some(({ fatal }) => fatal);
  if (refuses) expect(exitCode).toBe(1);
  return { starts: !refuses, complains: refuses || findings.some(({ rule }) => OF_THE_SERVER.includes(rule)) };
}

async function listTemplates(): Promise<Template[]> {
  const { stdout } = await runCli(['policy', 'list', '-o', 'json'], { env: {} });
  return (JSON.parse(stdout) as { policies: Template[] }).policies;
}

/** Each value of a parameter but the default, one by one: all that are allowed, and for a list some and none. */
function settingsOf({ name, type, allowed, default: byDefault }: Parameter): string[][] {
  const values = {
    text: allowed ?? ['dummy'],
    boolean: ['true', 'false'],
    list: [(allowed ?? ['a', 'b']).join(','), ''],
  };
  return values[type].filter((value) => value !== String(byDefault)).map((value) => [`${name}=${value}`]);
}
