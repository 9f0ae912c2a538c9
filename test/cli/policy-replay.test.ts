import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { runCliOnTerminal } from '../e2e/run-cli.ts';
import { runWarmCli } from '../helpers/warm-cli.ts';
import { temporaryFolder } from '../input/temporary.ts';

const SAMPLE = readFileSync(new URL('../../templates/examples/audit-log.jsonl', import.meta.url), 'utf8');

/** A cluster spec with a template in it. */
async function specWith(policy: string): Promise<string> {
  const enable = [
    'enable',
    '-f',
    'templates/examples/ha-cluster.yaml',
    '--policy',
    policy,
    '--dry-run',
    '--no-journal',
  ];
  return (await runWarmCli([...enable, '-o', 'yaml'], { env: {} })).stdout;
}

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

  it('says once how events were counted, beside JSON as well', async () => {
    const file = join(temporaryFolder(), 'audit.log');
    writeFileSync(file, SAMPLE.repeat(2));
    for (const output of ['text', 'json']) {
      const args = ['policy', 'replay', file, '--policy', 'metadata', '-o', output];
      const { stdout, stderr } = await runWarmCli(args, { env: {} });
      const told = `${stdout}${stderr}`.match(/241 events were there twice, and count once\./g);
      expect(told).toHaveLength(1);
    }
  });

  it('takes a parameter for one policy', async () => {
    const args = ['--policy', 'kops', '--policy', 'metadata', '--set', 'kops:readsLevel=None', '-o', 'json'];
    expect((await runWarmCli(['policy', 'replay', '--sample', ...args], { env: {} })).exitCode).toBe(0);
    const all = await runWarmCli(['policy', 'replay', '--sample', ...args.with(5, 'readsLevel=None')], { env: {} });
    expect([all.exitCode, all.stderr]).toEqual([2, expect.stringContaining('readsLevel')]);
  });

  it('puts the policy of a spec first, with its lines there, and tells what a node holds', async () => {
    const spec = await specWith('metadata');
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

  it('takes the policy in force for the one that recorded the log, unless another is named', async () => {
    const file = join(temporaryFolder(), 'spec.yaml');
    writeFileSync(file, await specWith('metadata'));
    const args = ['policy', 'replay', '--sample', '-f', file, '--policy', 'gce', '-o', 'json'];
    const { recordedWith, policies } = JSON.parse((await runWarmCli(args, { env: {} })).stdout);
    expect(recordedWith).toMatchObject({ name: 'spec.fileAssets[0] of demo.example.com', events: 241 });
    expect(policies).toMatchObject([{ unseen: { effects: [] } }, { name: 'gce', unseen: { complete: true } }]);
    expect(policies[1].unseen.effects[0]).toMatch(/would be recorded with both bodies/);
    const other = ['--recorded-with', 'kops', '--set', 'kops:readsLevel=None'];
    const named = await runWarmCli([...args, ...other], { env: {} });
    expect(JSON.parse(named.stdout).recordedWith).toMatchObject({ name: 'kops', underRecorded: expect.any(Number) });
  });

  it('holds events against what a store takes', async () => {
    const run = await runWarmCli(['policy', 'replay', '--sample', '--policy', 'gce', '--sink', 'loki'], { env: {} });
    expect(run.stdout).toMatch(/ TOO LONG\n/);
    const wrong = await runWarmCli(['policy', 'replay', '--sample', '--sink', 'lokl'], { env: {} });
    expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining('Did you mean loki?')]);
  });

  it('counts lines that are no event by kind, where text is asked for and where JSON is', async () => {
    const file = join(temporaryFolder(), 'audit.log');
    const [first = '', second = '', third = ''] = SAMPLE.split('\n');
    writeFileSync(
      file,
      `${first}\n${second.slice(0, 300)}\n\0\0\0\n{"a":1}\n{"kind":"Event"}}\n${second}${third}\n${first.slice(0, 200)}`,
    );
    const args = ['policy', 'replay', file, '--policy', 'kops', '--strict'];
    const text = await runWarmCli(args, { env: {} });
    expect([text.exitCode, text.stdout]).toEqual([
      1,
      expect.stringMatching(/5 lines of the log are in no number: 1 cut off, 1 with\s+bytes NUL, /),
    ]);
    const json = JSON.parse((await runWarmCli([...args, '-o', 'json'], { env: {} })).stdout);
    expect(json.log).toMatchObject({ events: 3, merged: 1, unreadable: 4, damaged: { cut: 1, nul: 1, unfinished: 1 } });
  });

  it.each([
    ['and which is only begun', [], 'The last line is only begun in audit.log:4'],
    ['also where little is to be said', ['-q'], '1 line of the log is in no number: 1 only begun'],
  ])('tells once on a terminal which lines are no event, %s', async (_, quiet, unfinished) => {
    const cwd = temporaryFolder();
    const [first = ''] = SAMPLE.split('\n');
    writeFileSync(join(cwd, 'audit.log'), `${first}\n${first.slice(0, 300)}\n{"a":1}\n${first.slice(0, 200)}`);
    const args = ['policy', 'replay', 'audit.log', '--policy', 'metadata', ...quiet];
    const { screen } = await runCliOnTerminal(args, { cwd, env: {}, answers: [] });
    for (const told of ['breaks off: audit.log:2', '1 line is no audit event: audit.log:3', unfinished])
      expect([told, screen.split(told).length]).toEqual([told, 2]);
    expect(screen).not.toMatch(/1 cut off|1 no audit event/);
    expect(screen.match(/only begun/g)).toHaveLength(1);
    const { stdout, stderr } = await runWarmCli(args, { cwd, env: {} });
    expect([stdout, stderr]).toEqual([
      expect.stringContaining('3 lines of the log are in no number: 1 cut off, 1 no audit event, 1 only begun'),
      expect.stringContaining('1 line is no audit event: audit.log:3'),
    ]);
  });

  it('says where there is no event', async () => {
    const file = join(temporaryFolder(), 'audit.log');
    writeFileSync(file, '');
    const text = await runWarmCli(['policy', 'replay', file], { env: {} });
    expect(text).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: expect.stringContaining('There is no event in the log'),
    });
    const json = await runWarmCli(['policy', 'replay', file, '-o', 'json'], { env: {} });
    expect(JSON.parse(json.stdout)).toMatchObject({ log: { events: 0, from: null } });
  });

  it('names the policies of two specs of one cluster by their files', async () => {
    const cwd = temporaryFolder();
    for (const policy of ['kops', 'metadata']) writeFileSync(join(cwd, `${policy}.yaml`), await specWith(policy));
    const args = ['--sample', '--policy', './kops.yaml', '--policy', './metadata.yaml', '-o', 'json'];
    const run = { env: {}, cwd };
    const { stdout } = await runWarmCli(['policy', 'replay', ...args, '--recorded-with', './kops.yaml'], run);
    expect(JSON.parse(stdout)).toMatchObject({
      recordedWith: { name: './kops.yaml' },
      policies: [{ name: './kops.yaml' }, { name: './metadata.yaml', comparedWith: [{ name: './kops.yaml' }] }],
    });
  });

  it.each([
    ['audit.log', 'an audit log is there', ['-', '--policy', 'kops']],
    ['audit.log.gz', 'it is read', ['audit.log.gz', '--policy', 'kops']],
    ['link', 'it is read', ['audit.log', '--policy', './mine.yaml']],
    ['mine.yaml', 'it is read', ['audit.log', '--policy', 'kops', '--recorded-with', './mine.yaml']],
  ])('is not written over %s: %s', async (name, why, args) => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'audit.log'), SAMPLE);
    writeFileSync(join(cwd, 'audit.log.gz'), gzipSync(SAMPLE));
    writeFileSync(join(cwd, 'mine.yaml'), 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n');
    symlinkSync('mine.yaml', join(cwd, 'link'));
    const before = readFileSync(join(cwd, name));
    const run = { env: {}, cwd, input: SAMPLE };
    const { stderr, exitCode } = await runWarmCli(['policy', 'replay', ...args, '--out', name], run);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`${name}: is not written over: ${why}`)]);
    expect(readFileSync(join(cwd, name))).toEqual(before);
  });

  it('writes to a file whole or not at all, and says where there is no room', async () => {
    const file = join(temporaryFolder(), 'out.json');
    writeFileSync(file, 'old', { mode: 0o640 });
    const args = ['policy', 'replay', '--sample', '-o', 'json', '--out'];
    expect(await runWarmCli([...args, file], { env: {} })).toMatchObject({ exitCode: 0, stdout: '' });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ kind: 'Replay' });
    expect(statSync(file).mode & 0o777).toBe(0o640);
    const full = await runWarmCli([...args, '/dev/full'], { env: {} });
    expect([full.exitCode, full.stderr]).toEqual([
      4,
      expect.stringContaining('/dev/full was not written: the disk is full'),
    ]);
  });

  it.each([
    [['--out', 'there/is/none.html'], 'there/is: there is no such folder'],
    [['--out', '.'], '.: is a folder'],
    [['--price', 'cheap'], '--price cheap is no price'],
    [['--set', 'readsLevel=None'], 'for one write --set kops:KEY=VALUE'],
    [['--log-max-backups', '0'], '--log-max-backups 0 sets no limit'],
    [['--log-max-size', '0', '--log-max-backups', '3'], '--log-max-size 0 sets no limit'],
  ])('refuses %j', async (args, message) => {
    const { stdout, stderr, exitCode } = await runWarmCli(['policy', 'replay', '--sample', ...args], { env: {} });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(message);
  });
});
