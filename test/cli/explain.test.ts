import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliResult } from '../e2e/run-cli.ts';
import { runWarmCli as runCli } from '../helpers/warm-cli.ts';

const POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: None
  users: ["system:node:*"]
- level: Request
  verbs: [create]
- level: Metadata
`;

const CLUSTER = `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: a.example.com
spec:
  kubernetesVersion: 1.30.0
  kubeAPIServer:
    auditPolicyFile: /srv/audit.yaml
  fileAssets:
  - name: other
    path: /etc/other
    content: x
  - name: audit
    path: /srv/audit.yaml
    content: |
      # Ours.
${POLICY.replaceAll(/^/gm, '      ').trimEnd()}
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kops-audit-explain-'));
  await writeFile(join(folder, 'mine.yaml'), POLICY);
  await writeFile(join(folder, 'cluster.yaml'), CLUSTER);
  await execa('mkfifo', [join(folder, 'pipe')]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function explain(args: string, input = '', env: Record<string, string> = {}): Promise<CliResult> {
  const words = args.split(' ').filter((word) => word !== '');
  return runCli(['policy', 'explain', ...words], {
    env: { HOME: folder, PATH: '/usr/bin:/bin', ...env },
    cwd: folder,
    input,
  });
}

describe('policy explain', () => {
  it('explains by kops where nothing else is named, and says so', async () => {
    const { exitCode, stdout, stderr } = await explain('get secrets/db -n prod --as alice');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^policy kops \(the default; --policy, --cluster or -f asks another\)\n\nget secrets\/db -n prod\n/,
    );
    expect(stdout).toContain('\nMetadata: rule 1 decides\n');
    expect(stdout).toContain('\nRules 14 (Metadata), 15 (Metadata) would match too, but rule 1 comes first.\n');
  });

  it('says in its heading that it is for all namespaces', async () => {
    const heading = async (args: string): Promise<string | undefined> => (await explain(args)).stdout.split('\n')[2];
    expect(await heading('list deployments.apps -A')).toBe('list deployments.apps -A');
    expect(await heading('list deployments.apps')).toBe('list deployments.apps -n default');
  });

  it('exits 0 for None too', async () => {
    const { exitCode, stdout } = await explain('get /healthz');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('\nNone: rule 8 decides\n  Nothing is recorded of this request.\n');
  });

  it('reads a policy from a file, with its lines', async () => {
    const { stdout } = await explain('create pods --as system:node:a --policy ./mine.yaml');
    expect(stdout).toContain('\n./mine.yaml:6\n  6  - level: Request\n  7    verbs: [create]\n');
    expect(stdout).toContain(
      '  rule 1 (None): users system:node:*; the user is system:node:a\n      (system:node:* is not a prefix; user names must match exactly)\n',
    );
  });

  it('reads a policy from stdin, and with parameters', async () => {
    expect((await explain('get /x --policy -', POLICY)).stdout).toContain('policy from stdin\n\nget /x\n');
    const { stdout } = await explain('list pods --policy kops --set readsLevel=None -o json');
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'Explanation', formatVersion: 1, policy: 'kops', level: 'None' });
  });

  it.each(['-f cluster.yaml', '-f -', '--policy ./cluster.yaml'])('finds the policy of a spec: %s', async (flags) => {
    const { stdout, stderr, exitCode } = await explain(`create pods ${flags}`, CLUSTER);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('policy spec.fileAssets[1] of a.example.com\n');
    expect(stdout).toMatch(
      /\n(\.\/)?(cluster\.yaml|stdin):22\n {2}22 {2}- level: Request\n {2}23 {4}verbs: \[create\]\n/,
    );
  });

  it('names the place in the spec where the lines are none of the file', async () => {
    const encoded = Buffer.from(POLICY).toString('base64');
    const spec = CLUSTER.replace(/content: \|\n[^]*$/, `content: ${encoded}\n    isBase64: true\n`);
    const { stdout } = await explain('create pods -f -', spec);
    expect(stdout).toContain('\nspec.fileAssets[1] of a.example.com:6\n  6  - level: Request\n');
  });

  it('says that a policy with parameters was rendered', async () => {
    await writeFile(join(folder, 'param.yaml'), POLICY.replace('level: Request', 'level: !param:writes Request'));
    const { stdout } = await explain('create pods --policy ./param.yaml --set writes=Metadata');
    expect(stdout).toMatch(/\nMetadata: rule 2 decides\n[^]*\n\.\/param\.yaml \(rendered\):\d+\n/);
  });

  it('finds the policy of a live cluster, and only reads', async () => {
    const bin = await mkdtemp(join(folder, 'bin-'));
    await writeFile(join(folder, 'cluster.json'), JSON.stringify(LIVE));
    const script = `#!/bin/sh\ncase "$*" in *instancegroups*) echo '[]';; *) cat "${folder}/cluster.json";; esac\n`;
    await writeFile(join(bin, 'kops'), script);
    await chmod(join(bin, 'kops'), 0o755);
    const env = { PATH: `${bin}:${dirname(process.execPath)}:/usr/bin:/bin` };
    const { stdout, stderr, exitCode } = await explain('get pods/a --cluster a.example.com --state s3://x -v', '', env);
    expect(exitCode).toBe(0);
    expect(
      stderr.split('\n').filter((line) => line !== '' && !/^\$ kops get (cluster|instancegroups) /.test(line)),
    ).toEqual([]);
    expect(stdout).toContain('policy spec.fileAssets[0] of a.example.com\n');
    expect(stdout).toContain('\nMetadata: rule 3 decides\n');
  });

  it('tells what kube-apiserver drops of the policy', async () => {
    const { stderr, exitCode } = await explain('get /x --policy -', POLICY.replace('  users:', '  user:'));
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^warning: stdin:5: rule 1: .*"user"/);
  });
});

const LIVE = {
  apiVersion: 'kops.k8s.io/v1alpha2',
  kind: 'Cluster',
  metadata: { name: 'a.example.com' },
  spec: {
    kubeAPIServer: { auditPolicyFile: '/srv/a.yaml' },
    fileAssets: [{ name: 'a', path: '/srv/a.yaml', content: POLICY }],
  },
};

describe('policy explain --requests', () => {
  const LINES = `{"user":"alice","verb":"create","resource":"pods"}
{"user":"bob","groups":["dev"],"verb":"get","path":"/healthz"}

{"verb":"get","resourc":"pods"}
{"kind":"Event","verb":"list","requestURI":"/api/v1/namespaces/d/pods?limit=1","user":{"username":"eve","groups":[]},"objectRef":{"resource":"pods"}}
`;

  it('gives one answer each, and 2 at the end where a line was bad', async () => {
    const { stdout, stderr, exitCode } = await explain('--policy ./mine.yaml --requests -', LINES);
    expect(exitCode).toBe(2);
    expect(stdout).toBe(`1: Request, rule 2: create pods, by alice (no groups)
2: Metadata, rule 3: get /healthz, by bob (dev)
5: Metadata, rule 3: list pods -n d, by eve (no groups)
`);
    expect(stderr).toBe('error: stdin:4: a request has no field "resourc"\n  hint: Did you mean resource?\n');
  });

  it('gives JSON lines, and 0 where all is well', async () => {
    await writeFile(join(folder, 'requests.jsonl'), LINES.split('\n').slice(0, 2).join('\n'));
    const { stdout, stderr, exitCode } = await explain('--requests requests.jsonl -o json');
    expect(exitCode).toBe(0);
    expect(stderr).toBe('policy kops (the default; --policy, --cluster or -f asks another)\n');
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { line: number; level: string });
    expect(answers.map(({ line, level }) => [line, level])).toEqual([
      [1, 'Request'],
      [2, 'None'],
    ]);
  });

  it('takes a line for one whatever its strings hold', async () => {
    const request = JSON.stringify({ verb: 'get', path: '/a\u2028b', user: 'é' });
    const { stdout, exitCode } = await explain('--requests -', `${request}\r\n${request}`);
    expect([exitCode, stdout.split('\n').filter((line) => line.includes('by é')).length]).toEqual([0, 2]);
  });
});

describe('policy explain that cannot answer', () => {
  it.each<[string, RegExp]>([
    ['', /^error: no request is given hint: /],
    ['get', /^error: no request is given/],
    ['get podz', /^error: there is no built-in resource "podz" hint: Did you mean pods\?/],
    ['get pods a b', /^error: too many arguments/],
    ['get pods -n a -A', /^error: -n does not go with -A/],
    ['get pods --policy gcee', /^error: there is no policy template named gcee hint: Did you mean gce\?/],
    ['get pods --policy ./no.yaml', /^error: \.\/no\.yaml: cannot be read/],
    ['get pods --policy gce -f cluster.yaml', /^error: --policy does not go with -f/],
    ['get pods --set a=b -f cluster.yaml', /^error: --set does not go with -f/],
    ['get pods -f cluster.yaml --state s3://x', /^error: --state does not go with -f/],
    ['get pods -f cluster.yaml --cluster b', /^error: cluster\.yaml: no cluster named b here/],
    ['get pods --requests x', /^error: --requests does not go with get/],
    ['--requests - --policy -', /^error: stdin can be read only once/],
    ['--policy gce --requests no.jsonl', /^error: no\.jsonl: cannot be read/],
    ['--requests pipe', /error: pipe: is not a regular file hint: Pipe it in: `--requests -` reads stdin\./],
    ['--requests .', /error: \.: is a directory/],
    ['get pods -o yaml', /^error: --output yaml is not known hint: Give text or json\./],
    ['get pods --kubernetes-version new', /^error: --kubernetes-version new is not a version/],
  ])('%s', async (args, expected) => {
    const { stdout, stderr, exitCode } = await explain(args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(expected);
  });

  it('names each mistake of a refused policy, with its line in the spec', async () => {
    const broken = CLUSTER.replace('level: Request', 'level: request').replace('level: Metadata', 'level: Meta');
    const { stderr, exitCode } = await explain('get pods -f -', broken);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: stdin:22:16: rule 2: /);
    expect(stderr).toMatch(/\n {6}stdin:24:16: rule 3: /);
  });

  it('says where the policy file is nobody knows where', async () => {
    const { stderr } = await explain(
      'get pods -f -',
      CLUSTER.replace('path: /srv/audit.yaml', 'path: /srv/other.yaml'),
    );
    expect(stderr).toMatch(
      /^error: stdin: auditPolicyFile of a\.example\.com is \/srv\/audit\.yaml, and no file\n\s+asset/,
    );
  });

  it('says where a cluster has no policy', async () => {
    const { stderr } = await explain(
      'get pods -f -',
      CLUSTER.replace('    auditPolicyFile: /srv/audit.yaml', '    logLevel: 2'),
    );
    expect(stderr).toMatch(/^error: stdin: a\.example\.com has no audit policy\n {2}hint: Auditing is off there\./);
  });
});
