import { describe, expect, it } from 'vitest';
import { runWarmCli } from '../helpers/warm-cli.ts';

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

  it.each([
    [['--price', 'cheap'], '--price cheap is no price'],
    [['--log-max-backups', '0'], 'with 0 there is no limit'],
  ])('refuses %j', async (args, message) => {
    const { stdout, stderr, exitCode } = await runWarmCli(['policy', 'replay', '--sample', ...args], { env: {} });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});
