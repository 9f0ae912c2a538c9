import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runWarmCli as runCli } from '../helpers/warm-cli.ts';
import { temporaryFolder } from '../input/temporary.ts';
import { drive } from '../terminal/driven.ts';
import { CLI, type CliResult } from '../e2e/run-cli.ts';

const SPEC = `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: a.example.com
spec:
  kubernetesVersion: 1.32.4
`;

/** Runs it in an empty folder with the spec in it, and sees that nothing is there afterwards that was not before. */
async function blocks(args: string, input = ''): Promise<CliResult> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'c.yaml'), SPEC);
  const env = { PATH: '/nonexistent', HOME: folder, XDG_CACHE_HOME: '/nonexistent' };
  const run = await runCli(['enable', ...args.split(' ')], { cwd: folder, env, input });
  expect(readdirSync(folder)).toEqual(['c.yaml']);
  return run;
}

const WEBHOOK = `\
apiVersion: v1
kind: Config
clusters: [{ name: c, cluster: { server: 'https://events.example.com/' } }]
users: [{ name: u, user: { token: HUNTER2SECRET } }]
contexts: [{ name: x, context: { cluster: c, user: u } }]
current-context: x
`;

describe('enable --blocks', () => {
  it('prints what enable would write into the spec, and writes nothing', async () => {
    const { exitCode, stdout, stderr } = await blocks('--blocks yaml --kubernetes-version 1.32.4 --log-max-age 7');
    expect(exitCode).toBe(0);
    const enabled = await runCli(['enable', '-f', '-', '--log-max-age', '7', '-o', 'yaml'], {
      env: { PATH: '/nonexistent', HOME: '/nonexistent' },
      input: SPEC,
    });
    expect(`${SPEC}${stdout.replaceAll(/^# .*\n/gm, '')}`.split('\n').toSorted()).toEqual(
      enabled.stdout.split('\n').toSorted(),
    );
    expect(stderr).toMatch(/^Policy {3}kops \(new\)/m);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain('Nothing was written.');
  });

  it.each(['-f c.yaml', '-f c.yaml --cluster a.example.com', '-f - --dry-run'])('takes a spec: %s', async (args) => {
    const run = await blocks(`--blocks hcl ${args} -q`, SPEC);
    expect(run).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('\nkube_api_server {\n') });
    expect(run.stderr).toBe('');
  });

  it.each<[string, RegExp]>([
    ['--blocks yaml --log-path /dev/null', /refused: the error above must be fixed first\. Nothing was written\.\n$/],
    [
      '--blocks hcl --log-max-backups 0',
      /^error: the Terraform provider for kOps cannot hold audit_log_max_backups = 0/,
    ],
    ['--blocks yaml --cluster x', /--blocks takes a spec from -f only[^]*kops get all --name x -o yaml \|/],
    ['--blocks yaml --yes', /--blocks does not go with --yes/],
    ['--blocks yaml -o json', /--blocks does not go with -o json/],
    ['--blocks yaml --no-journal', /--blocks does not go with --no-journal/],
    ['--blocks json', /--blocks json is not known/],
    ['--blocks yaml --webhook-mode batch', /--webhook-mode has no effect/],
    ['--kubernetes-version 1.30 -f c.yaml', /--kubernetes-version goes with --blocks/],
    ['--blocks yaml -f none.yaml', /none\.yaml: cannot be read/],
  ])('%s is refused with no byte on stdout', async (args, said) => {
    const run = await blocks(args);
    expect(run).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringMatching(said) });
  });

  it('shows credentials of a webhook in what is asked for, and nowhere else', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'h.yaml'), WEBHOOK);
    const args = ['enable', '--blocks', 'yaml', '--webhook-config', 'h.yaml'];
    const run = await runCli(args, { cwd: folder, env: { PATH: '/nonexistent', HOME: folder } });
    expect(run).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('HUNTER2SECRET') });
    expect(run.stderr).toContain('Webhook');
    expect(run.stderr).not.toContain('HUNTER2SECRET');
  });

  it('is what a template that is no YAML is told of', async () => {
    const run = await blocks('-f -', `${SPEC}  name: {{ name }}\n`);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr.replaceAll(/\s+/g, ' ')).toContain('paste what `kops-audit enable --blocks yaml` prints into');
  });

  // The end of a process may overtake its last words on a busy machine's terminal.
  it('asks nothing on a terminal', async () => {
    const session = drive(process.execPath, [CLI, 'enable', '--blocks', 'hcl'], {
      env: { PATH: '', NO_COLOR: '1' },
      cwd: temporaryFolder(),
    });
    expect(await session.ended()).toBe(0);
    expect(session.screen()).toContain('kube_api_server {');
  });
});
