import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { execa } from 'execa';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runWarmCli as runCli } from '../helpers/warm-cli.ts';
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
    [
      'an unknown command',
      ['enabel'],
      /^error: unknown command enabel hint: Did you mean enable\? See `kops-audit --help`\./,
    ],
    [
      'an unknown subcommand',
      ['policy', 'shw'],
      /^error: unknown command shw hint: Did you mean show\? See `kops-audit policy --help`\./,
    ],
    [
      'an unknown flag',
      ['enable', '--clustr', 'x'],
      /^error: unknown flag --clustr hint: Did you mean --cluster\? See `kops-audit enable --help`\./,
    ],
    [
      'a flag without its value',
      ['enable', '--cluster'],
      /^error: --cluster <name> has no value hint: See `kops-audit enable --help`\./,
    ],
    [
      'a flag of a command below',
      ['policy', 'list', '--al'],
      /^error: unknown flag --al hint: See `kops-audit policy list --help`\./,
    ],
    [
      'a flag before its command',
      ['--cluster', 'x', 'enable'],
      /^error: --cluster comes before the command hint: Flags come after/,
    ],
    [
      'a flag twice',
      ['lint', '--cluster', 'a', '--cluster', 'b'],
      /^error: --cluster is given twice hint: Give a or b\./,
    ],
    ['no argument', ['apply'], /^error: <plan> is missing hint: See `kops-audit apply --help`\./],
    ['help for what is none', ['help', 'polcy'], /^error: unknown command polcy hint: Did you mean policy\?/],
    [
      'a value that is nearly right',
      ['lint', '-', '-o', 'jsn'],
      /^error: --output jsn is not known hint: Did you mean json\? Give one of/,
    ],
    [
      'an order that is none',
      ['policy', 'order', 'gce', '--by', 'x'],
      /^error: --by x is not known hint: Give least or most\. With least, of all rules that match the one that records least decides/,
    ],
    [
      'no file to write',
      ['policy', 'order', '-', '--by', 'least', '-w'],
      /^error: --write needs a file, and stdin is not one hint:/,
    ],
    ['another shell', ['completion', 'tcsh'], /^error: shell tcsh is not known hint: Give one of bash, zsh, fish\./],
    [
      'a word too many',
      ['enable', 'x', 'y'],
      /^error: too many arguments: kops-audit enable takes 1 hint: See `kops-audit enable --help`\./,
    ],
    [
      'a file as a cluster',
      ['disable', 'c.yaml'],
      /^error: c\.yaml is a file, .* hint: .* kops-audit disable -f c\.yaml/,
    ],
    ['a file that is there', ['status', 'a', 'pipe', './pipe'], /^error: \.\/pipe is a file/],
    ['stdin as a cluster', ['enable', '-'], /^error: - is stdin, not a cluster hint: .* kops-audit enable -f -/],
    ['a store as a cluster', ['status', 's3://x'], /^error: s3:\/\/x is a URL, .* kops-audit status NAME --state URL/],
    ['two clusters', ['enable', 'a', '--cluster', 'b'], /^error: a and --cluster b are not the same/],
    ['a command that is no cluster', ['history', 'shows'], /^error: unknown command shows hint: Did you mean show\?/],
    [
      'a policy from the web',
      ['enable', '-f', '-', '--policy', 'https://example.com/p.yaml'],
      /^error: https:\/\/example\.com\/p\.yaml: is a URL, not a file hint: Download it, .* curl -fLo downloaded\.yaml/,
    ],
    ['such a policy to show', ['policy', 'show', 'HTTP://a/p'], /^error: HTTP:\/\/a\/p: is a URL, not a file/],
    ['such a policy to sort', ['policy', 'order', 'https://a/p', '--by', 'least'], /^error: https:\/\/a\/p: is a URL/],
    ['a spec in a store', ['enable', '-f', 's3://a/b'], /^error: s3:\/\/a\/b: is a URL, .* --cluster NAME --state URL/],
    ['a plan from the web', ['apply', 'https://a/plan'], /^error: https:\/\/a\/plan: is a URL/],
    ['a spec and a policy on stdin', ['enable', '-f', '-', '--policy', '-'], /^error: stdin can be read only once/],
    [
      'a spec and a webhook there',
      ['enable', '-f', '-', '--webhook-config', '-'],
      /^error: stdin can be read only once/,
    ],
    ['no cluster', ['enable'], /^error: no cluster given /],
    [
      'an unknown policy',
      ['enable', '--cluster', 'x', '--policy', 'gec'],
      /^error: there is no policy template named gec hint: Did you mean gce\? Templates: kops, metadata, gce\./,
    ],
    [
      'a policy file that is not there',
      ['enable', '--cluster', 'x', '--policy', './mine.yaml'],
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
      /^error: --webhook-mode x is not known hint: Give one of batch, blocking, blocking-strict\./,
    ],
    [
      'no duration',
      ['enable', '--webhook-initial-backoff', 'soon'],
      /^error: --webhook-initial-backoff soon is not a duration/,
    ],
    [
      'a time-out that no timer can hold',
      ['enable', '--cluster', 'x', '--timeout', '600h'],
      /^error: --timeout 600h is longer than a timer can wait hint: Give 596h \(24 days\) at most\./,
    ],
    [
      'such a time-out for lint',
      ['lint', '--cluster', 'x', '--timeout', '597h'],
      /^error: --timeout 597h is longer than/,
    ],
    [
      'such a time-out for status',
      ['status', '--cluster', 'x', '--timeout', '1000000h'],
      /^error: --timeout 1000000h is/,
    ],
    ['such a watch', ['status', '--cluster', 'x', '--live', '--watch', '600h'], /^error: --watch 600h is longer than/],
    [
      'a duration that Go cannot hold',
      ['enable', '--webhook-initial-backoff', '2562048h'],
      /^error: --webhook-initial-backoff 2562048h is not a duration/,
    ],
    [
      'an empty folder',
      ['enable', '-f', '-', '--journal', ''],
      /^error: --journal is empty hint: Is the variable that it comes from set/,
    ],
    ['an empty rule among others', ['enable', '--allow', 'key-dropped', '--allow', ''], /^error: --allow is empty/],
    ['an empty file of a list', ['lint', 'a.yaml', ''], /^error: the argument files is empty/],
    ['a pipe for the journal', ['enable', '-f', '-', '--journal', 'pipe'], /^error: --journal pipe is not a folder/],
    [
      'a device for the journal',
      ['history', '--journal', '/dev/null'],
      /^error: --journal \/dev\/null is not a folder/,
    ],
    [
      'a pipe for the journal of status',
      ['status', '-f', '-', '--journal', 'pipe'],
      /^error: --journal pipe is not a folder/,
    ],
    [
      'a pipe for the Terraform files',
      ['enable', '--cluster', 'x', '--target', 'terraform', '--out', 'pipe'],
      /^error: --out pipe is not a folder/,
    ],
    [
      'a pipe for the plan',
      ['enable', '--cluster', 'x', '--save-plan', 'pipe'],
      /^error: pipe: is not a regular file, so no plan can be saved there/,
    ],
    [
      'a device for the plan',
      ['disable', '--cluster', 'x', '--save-plan', '/dev/null'],
      /^error: \/dev\/null: is not a regular file, so no plan can be saved there/,
    ],
    [
      'a plan in a folder that is not there',
      ['rollback', '--cluster', 'x', '--save-plan', 'no/plan'],
      /^error: no\/plan: the plan cannot be saved: there is no such file/,
    ],
    ['a pipe as a spec', ['enable', '-f', 'pipe', '--yes'], /^error: pipe: is not a regular file/],
    ['a pipe as a plan', ['apply', 'pipe'], /^error: pipe: is not a regular file/],
    ['a pipe as a policy', ['enable', '-f', '-', '--policy', './pipe'], /^error: \.\/pipe: is not a regular file/],
    ['a pipe as a webhook config', ['enable', '-f', '-', '--webhook-config', 'pipe'], /^error: pipe: is not a regular/],
    ['a pipe to sort', ['policy', 'order', './pipe', '--by', 'least', '--write'], /^error: \.\/pipe: is not a regular/],
    [
      'a word of JavaScript as a parameter',
      ['enable', '-f', '-', '--set', '__proto__=1'],
      /^error: .* has no parameter "__proto__"/,
    ],
    [
      'such a word as a template',
      ['enable', '-f', '-', '--policy', 'constructor'],
      /^error: there is no policy template named/,
    ],
    [
      'such a word as a rule',
      ['enable', '-f', '-', '--allow', 'toString'],
      /^error: --allow toString: there is no such rule/,
    ],
    ['such a word as an output', ['lint', '-', '-o', 'valueOf'], /^error: --output valueOf is not known/],
    ['such a word as a severity', ['lint', '-', '--fail-on', '__proto__'], /^error: --fail-on __proto__ is not known/],
    ['such a word as a change', ['rollback', '__proto__', '-f', '-'], /^error: rollback does not work on a stream/],
    [
      'such a word as an entry',
      ['history', 'show', 'hasOwnProperty'],
      /^error: the journal has no entry hasOwnProperty/,
    ],
    ['such a word as a resource', ['policy', 'explain', 'constructor', 'pods'], /^error: .*constructor/],
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
    await execa('mkfifo', [join(dir, 'pipe')]);
    expectShortError(await runCli(args, { cwd: dir, env, input: SPEC }), message);
    expect((await readdir(dir)).filter((name) => name !== 'home' && name !== 'pipe')).toEqual([]);
    await rm(dir, { recursive: true });
  });
});
