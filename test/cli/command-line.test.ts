import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../e2e/run-cli.ts';
import { expectShortError } from './short-error.ts';

const SPEC = `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: a.example.com
spec:
  kubernetesVersion: 1.30.0
`;

describe('a command line that will not do', () => {
  it.each([
    ['an unknown command', ['enabel'], /^error: unknown command 'enabel' \(Did you mean enable\?\)/],
    ['an unknown subcommand', ['policy', 'shwo'], /^error: unknown command 'shwo' \(Did you mean show\?\)/],
    ['an unknown flag', ['enable', '--clustr', 'x'], /^error: unknown option '--clustr' \(Did you mean --cluster\?\)/],
    ['a flag without its value', ['enable', '--cluster'], /^error: option '--cluster <name>' argument missing/],
    ['a word too many', ['enable', 'x'], /^error: too many arguments for 'enable'/],
    ['no cluster', ['enable'], /^error: no cluster given /],
    [
      'an unknown policy',
      ['enable', '--policy', 'gec'],
      /^error: there is no policy template named gec hint: Templates: gce, kops, metadata\./,
    ],
    [
      'a policy file that is not there',
      ['enable', '--policy', './mine.yaml'],
      /^error: \.\/mine\.yaml: cannot be read: there is no such file/,
    ],
    [
      'an unknown parameter',
      ['enable', '-f', '-', '--policy', 'kops', '--set', 'x=1'],
      /^error: the policy kops has no parameter "x" hint: It has .*changesLevel/,
    ],
    [
      'a value that is not allowed',
      ['enable', '-f', '-', '--policy', 'kops', '--set', 'readsLevel=All'],
      /^error: .*readsLevel.*Metadata/,
    ],
    ['a parameter without a value', ['enable', '--set', 'readsLevel'], /^error: --set readsLevel has no value/],
    [
      'a word for a number',
      ['enable', '--log-max-age', 'ten'],
      /^error: --log-max-age ten is not a number of days hint: Give a whole number, 0 or more\./,
    ],
    ['a negative number', ['enable', '--log-max-size', '-1'], /^error: /],
    [
      'a number too large',
      ['enable', '--log-max-backups', '99999999999'],
      /^error: --log-max-backups 99999999999 is not a number of files/,
    ],
    [
      'an unknown mode',
      ['enable', '--webhook-mode', 'x'],
      /^error: .*Allowed choices are batch, blocking, blocking-strict/,
    ],
    [
      'no duration',
      ['enable', '--webhook-initial-backoff', 'soon'],
      /^error: --webhook-initial-backoff soon is not a duration/,
    ],
    ['no time-out', ['enable', '--cluster', 'x', '--timeout', '0s'], /^error: --timeout 0s is not a duration/],
    [
      'an unknown output',
      ['enable', '-o', 'xml'],
      /^error: --output xml is not known hint: Give one of text, json, yaml, patch\./,
    ],
    [
      'an unknown target',
      ['enable', '--cluster', 'x', '--target', 'cloudformation'],
      /^error: --target cloudformation is not known/,
    ],
    [
      '--out without a target',
      ['enable', '--cluster', 'x', '--out', 'tf'],
      /^error: --out goes with --target terraform/,
    ],
    [
      'a roll with terraform',
      ['enable', '--cluster', 'x', '--target', 'terraform', '--rolling-update'],
      /^error: --rolling-update does not go with --target terraform/,
    ],
    [
      'a roll without an update',
      ['enable', '--cluster', 'x', '--no-update', '--rolling-update'],
      /^error: --no-update stores the spec only/,
    ],
    ['neither log nor webhook', ['enable', '-f', '-', '--no-log'], /^error: --no-log leaves no place for the events/],
    [
      'a log and none',
      ['enable', '-f', '-', '--no-log', '--log-path', '/var/log/a/b.log'],
      /^error: --no-log does not go with --log-path/,
    ],
    [
      'a size for no log',
      ['enable', '-f', '-', '--no-log', '--log-max-size', '3'],
      /^error: --no-log does not go with --log-max-size/,
    ],
    [
      'a mode for no webhook',
      ['enable', '-f', '-', '--webhook-mode', 'batch'],
      /^error: --webhook-mode has no effect: there is no webhook/,
    ],
    [
      'a misspelt rule',
      ['enable', '-f', '-', '--allow', 'key-droped'],
      /^error: --allow key-droped: there is no such rule hint: Did you mean key-dropped\?/,
    ],
    [
      'a rule that is none',
      ['enable', '-f', '-', '--allow', 'constructor'],
      /^error: --allow constructor: there is no such rule hint: These can be allowed: policy-asset-missing,/,
    ],
    [
      'a rule with a flag of its own',
      ['enable', '-f', '-', '--allow', 'pending-changes'],
      /^error: --allow pending-changes: there is no such rule hint: Give --include-pending\./,
    ],
    [
      'a flag for live clusters with a file',
      ['enable', '-f', 'x', '--state', 's3://y'],
      /^error: --state goes with a live cluster, not with -f/,
    ],
    [
      'a flag for files with a live cluster',
      ['enable', '--cluster', 'x', '--kops-version', '1.30.0'],
      /^error: --kops-version goes with -f FILE/,
    ],
    [
      'a release before 1.19',
      ['enable', '-f', '-', '--kops-version', '1.18.0'],
      /^error: --kops-version 1\.18\.0 is not a kOps release this program knows/,
    ],
    ['patch without --dry-run', ['enable', '-f', 'x', '-o', 'patch'], /^error: -o patch needs --dry-run here/],
    ['no kops', ['enable', '--cluster', 'x'], /^error: kops was not found on PATH hint: Install kops/],
  ])('%s', async (_, args, message) => {
    const dir = await mkdtemp(join(tmpdir(), 'kops-audit-cli-'));
    const env = { PATH: '/nonexistent', HOME: join(dir, 'home') };
    expectShortError(await runCli(args, { cwd: dir, env, input: SPEC }), message);
    expect((await readdir(dir)).filter((name) => name !== 'home')).toEqual([]);
    await rm(dir, { recursive: true });
  });
});
