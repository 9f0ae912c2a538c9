import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.ts';
import { safeJson } from '../../src/report/text.ts';
import { specToYaml } from '../../src/yaml/print.ts';
import { keyPair } from '../helpers/key-pair.ts';
import { runWarmCli as runCli } from '../helpers/warm-cli.ts';
import { GROUPS } from '../helpers/cluster.ts';
import { leaked } from '../leaks/search.ts';
import { marked, specWith } from '../leaks/shapes.ts';
import { byLines, kopsPreview, specText } from '../leaks/writings.ts';

const NOW = marked('Now');
const OLD = marked('Old');
/** A line of the key that the webhook's config is made with. */
const KEY_LINE = keyPair()
  .key.split('\n')[1]!
  .replaceAll(/[^A-Za-z\d]/g, '');
const MARKS = [...NOW.marks, ...OLD.marks, KEY_LINE];
const NAME = 'm.k8s.local';
const DIR = '/srv/kubernetes/kube-apiserver/audit';
const POLICY = {
  name: 'audit-policy',
  path: `${DIR}/policy.yaml`,
  roles: ['Master', 'ControlPlane', 'APIServer'],
  content: 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n',
};

let dir = '';
let env: Record<string, string> = {};

/** A kubeconfig with a token. */
function webhook(): string {
  const shape = NOW.all.find(({ name }) => name === 'a token');
  const [asset] = (shape?.spec['fileAssets'] ?? []) as JsonObject[];
  return String(asset?.['content']);
}

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'kops-audit-harness-'));
  for (const name of ['bin', 'kops', 'home', 'desk']) mkdirSync(join(dir, name));
  const kops = join(dir, 'bin', 'kops');
  copyFileSync(fileURLToPath(new URL('../leaks/fake-kops.sh', import.meta.url)), kops);
  chmodSync(kops, 0o755);
  env = {
    HOME: join(dir, 'home'),
    PATH: [join(dir, 'bin'), dirname(process.execPath)].join(delimiter),
    FAKE_KOPS_DIR: join(dir, 'kops'),
  };
  writeFileSync(join(dir, 'desk', 'hook.yaml'), webhook());
  const { cert, key } = keyPair();
  const parts = { 'token.txt': `${NOW.marks[0]}\n`, 'client.pem': cert, 'client.key': key };
  for (const [name, text] of Object.entries(parts)) writeFileSync(join(dir, 'desk', name), text);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** The store and the file as they are at first, on or off. */
function reset(isOn: boolean): void {
  const spec: JsonObject = isOn
    ? {
        ...specWith(NOW.all, [POLICY]),
        kubeAPIServer: { auditPolicyFile: POLICY.path, auditLogPath: '/var/log/kube-audit/audit.log' },
      }
    : specWith(NOW.all);
  const old = specWith(OLD.all, isOn ? [POLICY] : []);
  const cluster = { apiVersion: 'kops.k8s.io/v1alpha2', kind: 'Cluster', metadata: { name: NAME }, spec };
  let turn = 0;
  const kops = (name: string, text: string): void => writeFileSync(join(dir, 'kops', name), text);
  kops('cluster.json', JSON.stringify(cluster));
  kops('groups.json', JSON.stringify(GROUPS));
  kops('preview.txt', kopsPreview(specToYaml({ spec: old }), specToYaml({ spec }), byLines));
  kops('relay.txt', JSON.stringify(spec['fileAssets']));
  rmSync(join(dir, 'kops', 'fails'), { recursive: true, force: true });
  writeFileSync(
    join(dir, 'desk', 'spec.yaml'),
    specText(spec, (fitting) => fitting[turn++ % fitting.length]!),
  );
  writeFileSync(join(dir, 'desk', 'spec.json'), safeJson(cluster));
  writeFileSync(join(dir, 'desk', 'line.json'), safeJson(cluster, 0));
}

async function run(args: string[], input = ''): Promise<{ said: string; exitCode: number | undefined }> {
  const { stdout, stderr, exitCode } = await runCli(args, { env, cwd: join(dir, 'desk'), input });
  return { said: `${stdout}\n${stderr}`, exitCode };
}

/** Files that were written besides the inputs, the stored spec, the journal and plans, which are for their owner alone. */
function leakingFiles(): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(dir, name);
    if (!statSync(path).isFile() || (/^(?:kops|bin|desk)\//.test(name) && !name.endsWith('.plan'))) return false;
    const isOwn = /kops-audit\/.*\.json$|\.plan$/.test(name) && (statSync(path).mode & 0o077) === 0;
    return !isOwn && leaked(readFileSync(path, 'utf8'), MARKS).length > 0;
  });
}

const LIVE = ['--cluster', NAME];
const PARTS = [
  [
    '--webhook-url',
    'https://audit.example.com/events',
    '--webhook-ca',
    'client.pem',
    '--webhook-token-file',
    'token.txt',
  ],
  ['--webhook-client-cert', 'client.pem', '--webhook-client-key', 'client.key'],
].flat();

describe('no secret of forty shapes is shown by', { timeout: 120_000 }, () => {
  it.each<[string, boolean, string[]]>([
    ['enable, dry', false, ['enable', ...LIVE, '--dry-run', '--verbose']],
    ['enable, with a webhook', false, ['enable', ...LIVE, '--webhook-config', 'hook.yaml', '--dry-run', '-o', 'json']],
    ['enable', false, ['enable', ...LIVE, '--yes', '--include-pending', '--verbose']],
    ['disable', true, ['disable', ...LIVE, '--yes', '--include-pending']],
    ['disable, as JSON', true, ['disable', ...LIVE, '--dry-run', '-o', 'json']],
    [
      'enable, with a webhook of parts',
      false,
      ['enable', ...LIVE, ...PARTS, '--yes', '--include-pending', '--verbose'],
    ],
    ['such a webhook in a file', false, ['enable', '-f', 'spec.yaml', ...PARTS, '--dry-run', '-o', 'json']],
    ['a plan with such a webhook', false, ['enable', ...LIVE, ...PARTS, '--save-plan', 'b.plan']],
    ['a plan', false, ['enable', ...LIVE, '--webhook-config', 'hook.yaml', '--save-plan', 'a.plan']],
    ['lint, live', true, ['lint', ...LIVE]],
    ['lint, JSON', true, ['lint', 'spec.yaml', 'spec.json', 'line.json', '-o', 'json']],
    ['lint, SARIF', true, ['lint', 'spec.yaml', '-o', 'sarif']],
    ['lint, GitHub', true, ['lint', 'spec.yaml', '-o', 'github']],
    ['lint --fix', true, ['lint', 'spec.yaml', '--fix', '--dry-run']],
    ['status', true, ['status', ...LIVE]],
    ['status --all', true, ['status', '--all', '-o', 'json', '--verbose']],
    ['status of a file', true, ['status', '-f', 'spec.yaml']],
    ['policy explain', true, ['policy', 'explain', 'get', 'pods', ...LIVE]],
    ['policy diff', true, ['policy', 'diff', 'gce', '-f', 'spec.yaml']],
    ['enable of a file', false, ['enable', '-f', 'spec.yaml', '--dry-run']],
    ['enable of JSON', false, ['enable', '-f', 'spec.json', '--dry-run']],
    ['enable of a line of JSON', false, ['enable', '-f', 'line.json', '--dry-run']],
    ['disable of a file', true, ['disable', '-f', 'spec.yaml', '--dry-run']],
    ['disable of a file, as JSON', true, ['disable', '-f', 'spec.json', '--yes', '-o', 'json']],
  ])('%s', async (_what, isOn, args) => {
    reset(isOn);
    const { said, exitCode } = await run(args);
    expect({ said: said.slice(0, 400), exitCode, isDone: exitCode === 0 || exitCode === 1 }).toMatchObject({
      isDone: true,
    });
    expect({ found: leaked(said, MARKS), files: leakingFiles() }).toEqual({ found: [], files: [] });
  });

  it('a rotation, its history, and the way back', async () => {
    reset(true);
    for (const args of [
      ['enable', ...LIVE, '--webhook-config', 'hook.yaml', '--yes', '--include-pending'],
      ['history'],
      ['history', '-o', 'json'],
      ['rollback', ...LIVE, '--yes', '--include-pending'],
      ['history', '-o', 'json'],
    ]) {
      const { said } = await run(args);
      expect({ args, found: leaked(said, MARKS), files: leakingFiles() }).toEqual({ args, found: [], files: [] });
    }
    const entries = JSON.parse((await runCli(['history', '-o', 'json'], { env, cwd: join(dir, 'desk') })).stdout) as {
      entries: { id: string }[];
    };
    expect(entries.entries.length).toBeGreaterThan(1);
    for (const { id } of entries.entries)
      for (const output of ['text', 'json'])
        expect(leaked((await run(['history', 'show', id, '-o', output])).said, MARKS)).toEqual([]);
  });

  it('parts of a webhook that are refused', async () => {
    reset(false);
    writeFileSync(join(dir, 'desk', 'two.txt'), `${NOW.marks[0]}\n${NOW.marks[1]}\n`);
    const url = `https://me:${NOW.marks[2]}@audit.example.com/`;
    const at = ['enable', '-f', 'spec.yaml', '--dry-run', '--webhook-url'];
    for (const args of [
      [...at, url],
      [...at, 'https://a/', '--webhook-token-file', 'two.txt'],
      [...at, 'https://a/', '--webhook-ca', 'client.key'],
      [...at, 'https://a/', '--webhook-client-cert', 'client.key', '--webhook-client-key', 'client.pem'],
    ]) {
      const { said, exitCode } = await run(args);
      expect({ args, exitCode, found: leaked(said, MARKS) }).toEqual({ args, exitCode: 2, found: [] });
    }
  });

  it('what kops says when it fails, or prints half of what it should', async () => {
    const asset = (specWith(NOW.all)['fileAssets'] as JsonObject[])[1]!;
    const old = OLD.marks[0]!;
    const stderr = `W1126 10:00:00.000000 7 x.go:1] token=${old}\nError: error in spec.fileAssets: {"content":${JSON.stringify(asset['content'])},"token":"${old}"} https://me:${old}@x/y\n`;
    let failures = 0;
    for (const at of ['get cluster', 'get instancegroups', 'update cluster', 'replace', 'version'])
      for (const stdout of ['', `{"kind":"Cluster","spec":{"fileAssets":[{"content":"${old}`]) {
        reset(true);
        mkdirSync(join(dir, 'kops', 'fails'));
        for (const [name, text] of Object.entries({ at: `${at}\n`, stderr, stdout, exit: stdout === '' ? '1' : '0' }))
          writeFileSync(join(dir, 'kops', 'fails', name), text);
        for (const args of [
          ['disable', ...LIVE, '--yes', '--include-pending', '--verbose'],
          ['status', '--all', '-o', 'json'],
        ]) {
          const { said } = await run(args);
          expect({ at, args, found: leaked(said, MARKS) }).toEqual({ at, args, found: [] });
          if (said.includes('error in spec.fileAssets')) failures += 1;
        }
      }
    expect(failures).toBeGreaterThan(5);
    expect(leaked((await run(['history', '-o', 'json'])).said, MARKS)).toEqual([]);
  });
});
