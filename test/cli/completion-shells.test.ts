import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CLI, runOnTerminal } from '../e2e/run-cli.ts';
import { sampled } from '../helpers/runs.ts';
import { runWarmCli as runCli } from '../helpers/warm-cli.ts';

const CLUSTERS = ['prod.example.com', 'stage.example.com'];
const DOCUMENTS = CLUSTERS.map((name) => ({
  apiVersion: 'kops.k8s.io/v1alpha2',
  kind: 'Cluster',
  metadata: { name },
  spec: {},
}));

/** Notes what it was asked, and lists the clusters. */
const KOPS = `#!/bin/sh\necho "$*" >>"$HOME/asked"\necho '${JSON.stringify(DOCUMENTS)}'\n`;

/** The built program for what a script asks; for all else it shows what was typed. */
const PROGRAM = `#!/bin/sh
case $1 in
__offer) exec '${process.execPath}' '${CLI}' "$@" ;;
esac
printf 'got'
printf ' <%s>' "$@"
echo ' end'
`;

/** Lines, and all that is offered at their end. */
const OFFERS: readonly [string, string[]][] = [
  ['kops-audit en', ['enable']],
  ['kops-audit policy s', ['show', 'sql', 'suggest']],
  ['kops-audit history ', ['show', ...CLUSTERS]],
  ['kops-audit status prod.example.com s', ['stage.example.com']],
  ['kops-audit history show ', []],
  ['kops-audit completion ', ['bash', 'zsh', 'fish']],
  ['kops-audit help pol', ['policy']],
  ['kops-audit enable --rol', ['--rolling-update']],
  ['kops-audit enable --cluster ', CLUSTERS],
  ['kops-audit lint --cluster st', ['stage.example.com']],
  ['kops-audit policy show g', ['gce']],
  ['kops-audit policy diff kops m', ['metadata']],
  ['kops-audit policy explain get pods --policy k', ['kops']],
  ['kops-audit policy explain l', ['list']],
  ['kops-audit policy explain get l', []],
  ['kops-audit who ev', ['evict']],
  ['kops-audit who read configm', ['configmaps']],
  ['kops-audit enable -o ', ['text', 'json', 'yaml', 'patch']],
  ['kops-audit policy test -o j', ['junit', 'json']],
  ['kops-audit enable --webhook-mode blocking-', ['blocking-strict']],
  ['kops-audit enable --cluster policy --out', ['--output', '--out']],
  ['kops-audit enable --policy kops --set r', ['readsLevel=']],
  ['kops-audit enable --allow log-age', ['log-age-overflow']],
  ['kops-audit help policy ex', ['explain']],
  ['kops-audit policy list --policy x --nonsense=', []],
  ['kops-audit nonsense', []],
];

let home: string;
let env: Record<string, string>;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'kops-audit-shells-'));
  const path = [home, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);
  await mkdir(join(home, 'empty'));
  env = { HOME: home, PATH: path, XDG_CACHE_HOME: join(home, 'cache'), LANG: 'C.UTF-8' };
  for (const [name, text] of Object.entries({ kops: KOPS, 'kops-audit': PROGRAM })) {
    await writeFile(join(home, name), text);
    await chmod(join(home, name), 0o755);
  }
  for (const shell of ['bash', 'zsh', 'fish'])
    await writeFile(join(home, `script.${shell}`), (await runCli(['completion', shell], { env })).stdout);
});
beforeEach(async () => {
  await rm(join(home, 'cache'), { recursive: true, force: true });
  await rm(join(home, 'asked'), { force: true });
});
afterAll(() => rm(home, { recursive: true, force: true }));

async function isMissing(shell: string): Promise<boolean> {
  return (await execa(shell, ['-c', 'exit 0'], { reject: false })).failed;
}

async function asked(): Promise<string[]> {
  return (await readFile(join(home, 'asked'), 'utf8')).trimEnd().split('\n');
}

/** What bash offers for the line, as it would call the function. */
async function inBash(line: string): Promise<string[]> {
  const ask =
    'source "$HOME/script.bash"; COMP_LINE=$1 COMP_POINT=${#1}; _kops_audit; printf "%s\\n" "${COMPREPLY[@]}"';
  const { stdout, stderr } = await execa('bash', ['--norc', '-c', ask, 'bash', line], { env, extendEnv: false });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

/** What fish offers for the line that begins as its last word does: fish also offers what only holds it. */
async function inFish(line: string): Promise<string[]> {
  const ask = 'source $HOME/script.fish; complete -C $argv[1]';
  const { stdout, stderr } = await execa('fish', ['--no-config', '-c', ask, line], {
    env,
    extendEnv: false,
    cwd: join(home, 'empty'),
  });
  expect(stderr).toBe('');
  const word = line.slice(line.lastIndexOf(' ') + 1);
  const offers = stdout.split('\n').flatMap((offer) => offer.split('\t')[0] || []);
  return offers.filter((offer) => offer.startsWith(word));
}

/** What each line, with Tab and Enter behind it, makes the shell run on a terminal. */
async function typed(shell: string, args: string[], setUp: string, lines: readonly string[]): Promise<string[]> {
  const ready = 'ready> ';
  const first = { after: /[$%#] $/, send: `${setUp}; source "$HOME/script.${shell}"\r` };
  const each = lines.map((line) => ({ after: ready, send: `${line}\t\r` }));
  const answers = [first, ...each, { after: ready, send: 'exit\r' }];
  const { screen } = await runOnTerminal(shell, args, { env, cwd: home, answers });
  return [...screen.matchAll(/^got(.*) end$/gm)].map(([, words = '']) => words.trim().replace('/>', '>')); // zsh takes the last slash away again
}

const TYPED = [
  'kops-audit ena',
  'kops-audit lint --cluster=st',
  'kops-audit status --all --state s3://other --cluster st',
  'kops-audit policy show script.f',
  'kops-audit policy show meta',
  'kops-audit policy test -o ju',
  'kops-audit history sh',
  'kops-audit enable --rol',
  'kops-audit enable --set readsL',
  'kops-audit policy show gce --set secretsLevel=RequestR',
  'kops-audit enable --policy=./script.f',
  'kops-audit enable --journal em',
];
const RUN = [
  '<enable>',
  '<lint> <--cluster=stage.example.com>',
  '<status> <--all> <--state> <s3://other> <--cluster> <stage.example.com>',
  '<policy> <show> <script.fish>',
  '<policy> <show> <metadata>',
  '<policy> <test> <-o> <junit>',
  '<history> <show>',
  '<enable> <--rolling-update>',
  '<enable> <--set> <readsLevel=>',
  '<policy> <show> <gce> <--set> <secretsLevel=RequestResponse>',
  '<enable> <--policy=./script.fish>',
  '<enable> <--journal> <empty>',
];
const STORES = ['get clusters -o json', 'get clusters -o json --state=s3://other'];

describe('bash', () => {
  it.each(OFFERS)('offers for %s', async (line, offers) => {
    expect((await inBash(line)).toSorted()).toEqual(offers.toSorted());
  });

  it('does not look at a store that is no plain word', async () => {
    expect(await inBash('kops-audit enable --state "$(touch x)" --cluster stag')).toEqual([]);
    await expect(asked()).rejects.toThrow('ENOENT');
  });

  it('completes on a terminal', async () => {
    expect(await typed('bash', ['--norc', '--noprofile', '-i'], `PS1='rea''dy> '`, TYPED)).toEqual(RUN);
    expect(await asked()).toEqual(STORES);
  });
});

describe('zsh', async () => {
  it.skipIf(await isMissing('zsh'))('completes on a terminal (skipped where zsh is not installed)', async () => {
    const setUp = `autoload -Uz compinit; compinit -u -D; PROMPT='rea''dy> '`;
    expect(await typed('zsh', ['-f', '-i'], setUp, TYPED)).toEqual(RUN);
    expect(await asked()).toEqual(STORES);
  });
});

describe('fish', async () => {
  const skipped = await isMissing('fish');
  // What is offered the program says, to bash as to fish: of interest here is what fish makes of it.
  it.skipIf(skipped).each(sampled(OFFERS, 3))(
    'offers for %s (skipped where fish is not installed)',
    async (line, offers) => {
      expect((await inFish(line)).toSorted()).toEqual(offers.toSorted());
    },
  );

  it.skipIf(skipped)('asks the store on the line', async () => {
    expect(await inFish('kops-audit enable --state s3://other --cluster stag')).toEqual(['stage.example.com']);
    expect(await asked()).toEqual(STORES.slice(1));
  });
});
