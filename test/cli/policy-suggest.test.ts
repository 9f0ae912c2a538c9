import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../src/policy/load/load.ts';
import { runWarmCli } from '../helpers/warm-cli.ts';
import { temporaryFolder } from '../input/temporary.ts';

const LOG = '--sample';
const EVERYTHING = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n# all of it\n- level: RequestResponse\n';

function fileWith(text: string): string {
  const file = join(temporaryFolder(), 'policy.yaml');
  writeFileSync(file, text);
  return file;
}

function suggest(...args: string[]): ReturnType<typeof runWarmCli> {
  return runWarmCli(['policy', 'suggest', ...args], { env: {} });
}

describe('policy suggest', () => {
  it('puts what it suggests into the file, which then writes what was said', async () => {
    const file = fileWith(EVERYTHING);
    const { stdout, stderr, exitCode } = await suggest(
      LOG,
      '--policy',
      file,
      '--max-rules',
      '1',
      '--write',
      '-o',
      'json',
    );
    const { changed, suggestions } = JSON.parse(stdout) as { changed: { bytes: number }; suggestions: object[] };
    expect([exitCode, suggestions.length]).toEqual([0, 1]);
    expect(stderr).toContain('has 1 rule more.');
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('(kops-audit policy suggest).\n');
    expect(text.endsWith('# all of it\n- level: RequestResponse\n')).toBe(true);
    const replay = await runWarmCli(['policy', 'replay', LOG, '--policy', file, '-o', 'json'], { env: {} });
    expect((JSON.parse(replay.stdout) as { policies: object[] }).policies).toMatchObject([{ bytes: changed.bytes }]);
  });

  it('says that a stamp in the file is left out, as it described the policy before', async () => {
    const { stdout: stamped } = await runWarmCli(['policy', 'show', 'gce'], { env: {} });
    const file = fileWith(stamped);
    const { stderr } = await suggest(LOG, '--policy', file, '--write', '-q');
    expect(stderr).toMatch(/ more\.\nThe stamp in its first line is left out: it described the policy\s+before\.\n$/);
    expect(readFileSync(file, 'utf8')).not.toMatch(/^# kops-audit \{/);
    expect((await suggest(LOG, '--policy', file, '--write', '-q')).stderr).not.toContain('stamp');
  });

  it('prints the policy of a template with the rules, and what they change', async () => {
    const policy = await suggest(LOG, '--policy', 'gce', '-o', 'yaml');
    expect(loadPolicy(policy.stdout).policy?.rules.length).toBeGreaterThan(17);
    const diff = await suggest(LOG, '--policy', 'gce', '-o', 'diff');
    expect([policy.exitCode, diff.exitCode]).toEqual([0, 0]);
    expect(diff.stdout).toMatch(/^gce → with \d rules? more: /);
    expect(diff.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('takes the policy of a spec, with its lines there', async () => {
    const spec = ['-f', 'templates/examples/ha-cluster.yaml', '--policy', 'gce', '--dry-run', '--no-journal'];
    const { stdout: text } = await runWarmCli(['enable', ...spec, '-o', 'yaml'], { env: {} });
    const file = fileWith(text);
    const { stdout } = await suggest(LOG, '-f', file, '--max-rules', '1', '-o', 'json');
    const { suggestions } = JSON.parse(stdout) as { suggestions: { line: number; was: string }[] };
    const [first] = suggestions;
    expect(text.split('\n')[(first?.line ?? 0) - 1]).toMatch(new RegExp(`- level: ${first?.was}$`));
  });

  it('says it where there is nothing to suggest', async () => {
    const { stdout, exitCode } = await suggest('--sample', '--policy', 'metadata', '--min-share', '50');
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('Nothing is suggested.')]);
  });

  it.each([
    [['--sample'], 'no policy is named'],
    [['--sample', '--policy', 'kops', '--write'], '--write needs a file, and kops is not one'],
    [['--sample', '-f', 'cluster.yaml', '--write'], '--write needs a file'],
    [['--sample', '--policy', 'kops', '--min-share', 'x'], '--min-share x is not a percentage'],
    [['--sample', '--policy', 'templates/policies/kops.yaml', '--write'], 'is not a plain policy'],
    [['nowhere.log', '--policy', 'kops'], 'nowhere.log'],
  ])('refuses %j', async (args, message) => {
    const { stdout, stderr, exitCode } = await suggest(...args);
    expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)]);
  });
});
