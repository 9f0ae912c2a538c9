import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runWarmCli } from '../helpers/warm-cli.ts';

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kops-audit-for-'));
  await writeFile(join(dir, 'hook.yaml'), CONFIG);
  await writeFile(join(dir, 'token'), `${SECRET}\n`);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const SECRET = 'dG9rZW4tdGhhdC1ub2JvZHktc2Vlcw';
const CONFIG = `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://audit.example.com"}}]
users: [{name: u, user: {token: ${SECRET}}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
`;

function show(...args: string[]) {
  return runWarmCli(['policy', 'show', ...args], { cwd: dir, env: { HOME: dir, PATH: '' } });
}

describe('policy show --for', () => {
  it('has the settings on stdout and the rest on stderr', async () => {
    const { stdout, stderr, exitCode } = await show('kops', '--for', 'k3s');
    expect(stdout).toMatch(/^kube-apiserver-arg\+:\n {2}- audit-policy-file=/);
    expect(stderr).toMatch(/^k3s: settings for k3s 1\.25 to 1\.36\n\nFiles\n/);
    expect(stderr).toContain('kops-audit policy show kops > policy.yaml');
    expect(exitCode).toBe(0);
    for (const line of stderr.split('\n')) if (!line.startsWith('    ')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('renders the policy for the Kubernetes of the release of a tool, where the two are one', async () => {
    const older = await show('kops', '--for', 'kubeadm', '--tool-version', '1.22', '-o', 'json');
    const newer = await show('kops', '--for', 'kubeadm', '--tool-version', '1.23', '-o', 'json');
    expect([older, newer].map(({ stdout }) => stdout.includes('omitManagedFields'))).toEqual([false, true]);
    const { stderr } = await show('kops', '--for', 'kubeadm', '--tool-version', '1.22');
    expect(stderr).toContain('kops-audit policy show kops --kubernetes-version 1.22.0 > policy.yaml');
  });

  it('gives 1 for what takes no policy, with what can be switched on', async () => {
    const { stdout, stderr, exitCode } = await show('--for', 'eks');
    expect(stdout).toMatch(/^aws eks update-cluster-config/);
    expect(stderr).toContain('Amazon EKS takes no audit policy');
    expect(exitCode).toBe(1);
  });

  it('writes all files into a new folder, for their owner only, and none where something is', async () => {
    const { stdout, exitCode } = await show(
      'metadata',
      '--for',
      'kubeadm',
      '--webhook-config',
      'hook.yaml',
      '--out',
      'a/b',
    );
    expect([stdout, exitCode]).toEqual(['', 0]);
    const names = await readdir(join(dir, 'a/b'));
    expect(names.toSorted()).toEqual(['README.md', 'kubeadm.yaml', 'policy.yaml', 'webhook.yaml']);
    for (const name of names) expect((await stat(join(dir, 'a/b', name))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(dir, 'a/b/webhook.yaml'), 'utf8')).toBe(CONFIG);
    expect(await readdir(join(dir, 'a'))).toEqual(['b']);
    const again = await show('metadata', '--for', 'kubeadm', '--out', 'a/b');
    expect([again.stderr, again.exitCode]).toEqual([expect.stringMatching(/^error: a\/b: is not empty/), 2]);
    expect(await readdir(join(dir, 'a'))).toEqual(['b']);
  });

  it('never shows what a webhook config holds', async () => {
    for (const args of [['-o', 'json'], [], ['--out', 'c']]) {
      const { stdout, stderr, exitCode } = await show(
        'kops',
        '--for',
        'kind',
        '--webhook-config',
        'hook.yaml',
        ...args,
      );
      expect(`${stdout}${stderr}`).not.toContain(SECRET);
      expect(exitCode).toBe(0);
    }
    const parts = ['--webhook-url', 'https://audit.example.com', '--webhook-token-file', 'token'];
    const made = await show('kops', '--for', 'kubeadm', ...parts, '--out', 'd');
    expect(`${made.stdout}${made.stderr}`).not.toContain(SECRET);
    expect(await readFile(join(dir, 'd/webhook.yaml'), 'utf8')).toContain(SECRET);
    expect(await readFile(join(dir, 'd/README.md'), 'utf8')).not.toContain(SECRET);
    const printed = await show('kops', '--for', 'kubeadm', ...parts);
    expect([printed.stdout, printed.exitCode]).toEqual(['', 2]);
    expect(printed.stderr).toContain('--webhook-url goes with --out here');
  });

  it('is a document for programs', async () => {
    const { stdout, stderr } = await show('metadata', '--for', 'talos', '-o', 'json');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'ToolSettings',
      formatVersion: 1,
      tool: 'talos',
      isPossible: true,
      policy: { name: 'metadata', isInSettings: true },
    });
  });

  it('refuses what has no effect, and names the near tool', async () => {
    const refused = [
      [['kops', '--tool-version', '1.2'], '--tool-version goes with --for'],
      [['kops', '--for', 'kubadm'], 'Did you mean kubeadm?'],
      [['kops', '--for', 'minikube', '--log-path', '/var/log/a/b.log'], 'would be lost'],
      [['kops', '--for', 'kubeadm', '--webhook-ca', 'hook.yaml'], '--webhook-ca has no effect'],
      [['kops', '--for', 'kubeadm', '--no-log'], '--no-log leaves no place for the events'],
      [['kops', '--for', 'kubeadm', '--tool-version', '1.9'], 'is older than what this program knows'],
      [['--for', 'kubeadm', '--cluster', 'x'], '--for does not go with'],
    ] as const;
    for (const [args, said] of refused) {
      const { stdout, stderr, exitCode } = await show(...args);
      expect(stderr.replaceAll(/\n\s*/g, ' ')).toContain(said);
      expect([stdout, exitCode]).toEqual(['', 2]);
    }
    await mkdir(join(dir, 'empty'));
    expect((await show('kops', '--for', 'kubeadm', '--out', 'empty')).exitCode).toBe(0);
  });
});
