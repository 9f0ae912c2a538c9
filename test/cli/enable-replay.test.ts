import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ROOT } from '../docs/markdown.ts';
import { CLI } from '../e2e/run-cli.ts';
import { runWarmCli } from '../helpers/warm-cli.ts';
import { temporaryFolder } from '../input/temporary.ts';
import { drive } from '../terminal/driven.ts';

const SAMPLE = join(ROOT, 'templates/examples/audit-log.jsonl');
const EXAMPLE = join(ROOT, 'templates/examples/ha-cluster.yaml');
const LOOK = ['--dry-run', '--no-journal', '--diff', 'none'];

function enable(...args: string[]): ReturnType<typeof runWarmCli> {
  return runWarmCli(['enable', ...args], { env: {} });
}

async function specWith(policy: string): Promise<string> {
  const file = join(temporaryFolder(), 'spec.yaml');
  const { stdout } = await enable('-f', EXAMPLE, '--policy', policy, ...LOOK, '-o', 'yaml');
  writeFileSync(file, stdout);
  return file;
}

describe('enable --replay', () => {
  it('tells what the policy in force and the one to come write', async () => {
    const file = await specWith('metadata');
    const quiet: readonly string[] = ['--set', 'heartbeat=None', '--policy', 'kops'];
    const { stdout, exitCode } = await enable('-f', file, ...quiet, '--replay', SAMPLE, ...LOOK);
    expect([exitCode, stdout.replaceAll(/\n +/g, ' ')]).toEqual([
      0,
      expect.stringMatching(/ on your log: 332\.6 MiB a day now, .* MiB with `kops`; it spans 51 s only\n/),
    ]);
  });

  it('says that a policy which stays writes as much as now', async () => {
    const file = await specWith('kops');
    const { stdout } = await enable('-f', file, '--log-max-age', '7', '--replay', SAMPLE, ...LOOK);
    expect(stdout).toContain(' on your log: 340.4 MiB a day with `kops`, as now; it spans 51 s only\n');
  });

  it('has it in the plan as JSON, as a replay of the same has it', async () => {
    const { stdout } = await enable('-f', EXAMPLE, '--policy', 'gce', '--replay', SAMPLE, ...LOOK, '-o', 'json');
    const { replay } = JSON.parse(stdout) as { replay: { planned: object } };
    const same = await runWarmCli(['policy', 'replay', '--sample', '--policy', 'gce', '-o', 'json'], { env: {} });
    const [gce] = (JSON.parse(same.stdout) as { policies: { bytes: number; underRecorded: number }[] }).policies;
    expect(replay).toMatchObject({
      log: { files: 1, events: 241 },
      now: { policy: null, bytes: 0 },
      planned: { policy: 'gce', bytes: gce?.bytes, underRecorded: gce?.underRecorded },
    });
  });

  it('goes with a stream and with --blocks; without it the plan has nothing of it', async () => {
    const spec = { env: {}, input: readFileSync(EXAMPLE, 'utf8') };
    const stream = await runWarmCli(['enable', '-f', '-', '--no-journal', '--replay', SAMPLE], spec);
    const blocks = await enable('--blocks', 'yaml', '--policy', 'kops', '--replay', SAMPLE);
    for (const { stderr, exitCode } of [stream, blocks])
      expect([exitCode, stderr]).toEqual([0, expect.stringContaining('on your log: ')]);
    const without = await enable('-f', EXAMPLE, '--policy', 'kops', ...LOOK, '-o', 'json');
    expect(JSON.parse(without.stdout)).not.toHaveProperty('replay');
  });

  it.each([
    ['is not there', undefined, 'cannot be read'],
    ['is no log', 'hello\n', 'has no audit events'],
    ['is empty', '', 'has no audit events'],
  ])('shows nothing of the plan where the log %s', async (_what, text, said) => {
    const log = join(temporaryFolder(), 'audit.log');
    if (text !== undefined) writeFileSync(log, text);
    const { stdout, stderr, exitCode } = await enable('-f', EXAMPLE, '--replay', log, ...LOOK);
    expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining(said)]);
  });

  it('is in a saved plan, and told again where that is applied, as long as the policies are those', async () => {
    const file = await specWith('metadata');
    const plan = join(temporaryFolder(), 'audit.plan');
    const saving = ['--policy', 'kops', '--replay', SAMPLE, '--save-plan', plan, '--no-journal', '--diff', 'none'];
    const saved = await enable('-f', file, ...saving);
    const apply = (...args: string[]): ReturnType<typeof runWarmCli> =>
      runWarmCli(['apply', plan, ...LOOK, ...args], { env: {} });
    const line = /on your log: [^;]*; it spans/;
    const [told] = line.exec(saved.stdout) ?? [];
    expect(told).toMatch(/ a day now, .* with `kops`;/);
    expect((await apply()).stdout).toContain(told);
    const { replay } = JSON.parse((await apply('-o', 'json')).stdout) as { replay: object };
    expect(replay).toMatchObject({ log: { events: 241 }, now: { policy: 'metadata' }, planned: { policy: 'kops' } });
    await runWarmCli(['apply', plan, '--yes', '--no-journal'], { env: {} });
    const again = await apply();
    expect([again.exitCode, again.stderr]).toEqual([0, expect.stringContaining('Nothing to do')]);
    expect(again.stdout).not.toContain('on your log');
  });

  it('is not told of a saved plan where the policy in force is another by now', async () => {
    const file = await specWith('metadata');
    const plan = join(temporaryFolder(), 'audit.plan');
    await enable('-f', file, '--log-max-age', '7', '--replay', SAMPLE, '--save-plan', plan, '--no-journal');
    writeFileSync(file, readFileSync(await specWith('kops')));
    const { stdout, exitCode } = await runWarmCli(['apply', plan, ...LOOK], { env: {} });
    expect([exitCode, stdout.replaceAll(/\n +/g, ' ')]).toEqual([
      0,
      expect.stringContaining(' on your log: not known any more, the policy in force is another by now\n'),
    ]);
  });

  it('says it again at the question', async () => {
    const folder = temporaryFolder();
    copyFileSync(EXAMPLE, join(folder, 'spec.yaml'));
    const args = [CLI, 'enable', '-f', 'spec.yaml', '--policy', 'kops', '--replay', SAMPLE, '--journal', folder];
    const session = drive(process.execPath, args, { env: { PATH: folder, HOME: folder, NO_COLOR: '1' }, cwd: folder });
    onTestFinished(() => session.kill());
    await session.shows('d/?)');
    const [question = ''] = /d shows them\.[^?]*\?/.exec(session.screen().replaceAll(/\s+/g, ' ')) ?? [];
    expect(question).toMatch(/ On your log: .* a day with `kops`, off now; it spans 51 s only\. \?$/);
    session.type('n\r');
    expect(await session.ended()).toBe(3);
  });
});
