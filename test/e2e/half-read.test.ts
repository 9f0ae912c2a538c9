import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { halfReadFindings } from '../../src/cluster/half-read.ts';
import { KOPS_VERSIONS } from './kops-cache.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

const NAMES = ['one.k8s.local', 'two.k8s.local'];

/** What kops does with a file, in the words of a finding: how it ends, and which of the two documents are stored after it. */
const MEANING = [
  [/stops with an error and stores nothing/, { exitCode: 1, stored: [] }],
  [/stops with an error when what stands before is already stored/, { exitCode: 1, stored: ['one.k8s.local'] }],
  [/says nothing, and exits with 0/, { exitCode: 0, stored: ['one.k8s.local'] }],
] as const;

describe.each(KOPS_VERSIONS)('what half-read says of a file, kops %s', (version) => {
  let box: Sandbox;
  let age = 0;
  beforeAll(async () => {
    box = await createSandbox({ version, clusters: NAMES });
  });
  afterAll(() => box.close());

  async function spec(name: string): Promise<string> {
    const { stdout } = await box.kops('get', 'cluster', `--name=${name}`, '-o', 'yaml');
    return `${stdout.replace(/^ {2}kubeAPIServer:\n {4}auditLogMaxAge: \d+\n/m, '').trimEnd()}\n`;
  }

  async function changed(name: string): Promise<string> {
    return (await spec(name)).replace(/^spec:\n/m, `spec:\n  kubeAPIServer:\n    auditLogMaxAge: ${age}\n`);
  }

  async function storedNow(): Promise<string[]> {
    const texts = await Promise.all(
      NAMES.map(async (name) => (await box.kops('get', 'cluster', `--name=${name}`, '-o', 'yaml')).stdout),
    );
    return NAMES.filter((_name, at) => texts[at]?.includes(`auditLogMaxAge: ${age}\n`));
  }

  it.each([
    ['a separator with a comment', (one: string, two: string) => `${one}--- # x\n${two}`],
    ['a separator with a blank', (one: string, two: string) => `${one}--- \n${two}`],
    ['an end mark', (one: string, two: string) => `${one}...\n${two}`],
    ['a separator at the end', (one: string) => `${one}---\n`],
    ['a separator and blank lines at the end', (one: string) => `${one}---\n\n\n`],
    ['a comment before the first separator', (one: string) => `# c\n---\n${one}`],
    ['a JSON list', () => '[]'],
  ])('is true of %s', async (_name, textOf) => {
    age += 1;
    const text = textOf(await changed(NAMES[0]!), await changed(NAMES[1]!));
    const [found, second] = halfReadFindings(text);
    expect(second).toBeUndefined();
    const { exitCode } = await box.kopsWithInput(text, 'replace', '-f', '-');
    const [, meant] = MEANING.find(([words]) => words.test(found?.why ?? '')) ?? [];
    expect({ exitCode, stored: await storedNow() }).toEqual(meant);
  });
});
