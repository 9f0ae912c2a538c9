import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runWarmCli } from '../helpers/warm-cli.ts';
import { temporaryFolder } from '../input/temporary.ts';

describe('policy replay', () => {
  it('tells of the sample what each template keeps', async () => {
    const { stdout, exitCode } = await runWarmCli(['policy', 'replay', '--sample', '-o', 'json'], { env: {} });
    const { log, policies }: { log: object; policies: { name: string; events: number }[] } = JSON.parse(stdout);
    expect(exitCode).toBe(0);
    expect(log).toMatchObject({ files: 1, events: 241, unreadable: 0 });
    expect(policies.map(({ name, events }) => [name, events])).toEqual([
      ['kops', 241],
      ['metadata', 241],
      ['gce', 241],
    ]);
  });

  it('takes a parameter for one policy', async () => {
    const args = ['--policy', 'kops', '--policy', 'metadata', '--set', 'kops:readsLevel=None', '-o', 'json'];
    expect((await runWarmCli(['policy', 'replay', '--sample', ...args], { env: {} })).exitCode).toBe(0);
    const all = await runWarmCli(['policy', 'replay', '--sample', ...args.with(5, 'readsLevel=None')], { env: {} });
    expect([all.exitCode, all.stderr]).toEqual([2, expect.stringContaining('readsLevel')]);
  });

  it('puts the policy of a spec first, with its lines there, and tells what a node holds', async () => {
    const enable = [
      'enable',
      '-f',
      'templates/examples/ha-cluster.yaml',
      '--policy',
      'metadata',
      '--dry-run',
      '--no-journal',
    ];
    const { stdout: spec } = await runWarmCli([...enable, '-o', 'yaml'], { env: {} });
    const file = join(temporaryFolder(), 'spec.yaml');
    writeFileSync(file, spec);
    const args = ['policy', 'replay', '--sample', '-f', file, '--policy', 'kops', '--log-max-size', '1', '-o', 'json'];
    const shown = await runWarmCli([...args, '--log-max-backups', '1'], { env: {} });
    const { policies }: { policies: { name: string; hoursHeld: number; rules: { line: number }[] }[] } = JSON.parse(
      shown.stdout,
    );
    expect(policies.map(({ name }) => name)).toEqual(['spec.fileAssets[0] of demo.example.com', 'kops']);
    expect(spec.split('\n')[(policies[0]?.rules[1]?.line ?? 0) - 1]).toMatch(/- level: Metadata$/);
    // 2 MiB, where 51 s write 201 KiB.
    expect(policies[0]?.hoursHeld).toBe(0.1);
  });

  it.each([
    [['--price', 'cheap'], '--price cheap is no price'],
    [['--log-max-backups', '0'], 'with 0 there is no limit'],
  ])('refuses %j', async (args, message) => {
    const { stdout, stderr, exitCode } = await runWarmCli(['policy', 'replay', '--sample', ...args], { env: {} });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});
