import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { KOPS_VERSIONS } from './kops-cache.ts';
import { CLUSTER, openScene, type Scene } from './scene.ts';

const NEW = 'new.k8s.local';
const PLANNED = {
  auditLogPath: '/var/log/kube-audit/audit.log',
  auditPolicyFile: '/srv/kubernetes/kube-apiserver/audit/policy.yaml',
};

interface Shell {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

describe.each(KOPS_VERSIONS)('the ways that edit a text, kops %s', (version) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene({ version, update: true });
  });
  beforeEach(async () => {
    await scene.restore();
    await scene.installCli();
  });
  afterAll(() => scene.close());

  /** Runs a line in bash as a script would, kops-audit on PATH. */
  async function bash(line: string, env: Record<string, string> = {}): Promise<Shell> {
    const options = {
      env: { ...scene.env, ...env },
      cwd: scene.desk,
      extendEnv: false,
      reject: false,
      stripFinalNewline: false,
    } as const;
    const { exitCode, stdout, stderr } = await execa('bash', ['-c', `set -euo pipefail\n${line}`], options);
    return { exitCode, stdout, stderr };
  }

  function create(): string {
    const words = scene.box.createArgs(NEW).map((word) => `'${word}'`);
    return `KOPS_FEATURE_FLAGS=Metal kops ${words.join(' ')} --dry-run -o yaml`;
  }

  it('bootstraps a cluster by pipe', async () => {
    const made = await bash(`${create()} | kops-audit enable -f - --policy gce | kops create -f -`);
    expect(made.stderr).toContain('+  kubeAPIServer:');
    expect(made.exitCode).toBe(0);
    expect((await scene.stored(NEW)).spec['kubeAPIServer']).toMatchObject(PLANNED);
    expect(
      await scene.box.kops('update', 'cluster', `--name=${NEW}`, '--yes', '--create-kube-config=false'),
    ).toMatchObject({ exitCode: 0 });
    expect((await scene.box.kops('update', 'cluster', `--name=${NEW}`)).stdout).toMatch(
      /No changes need to be applied\n$/,
    );
    expect(await scene.cli('enable', '--cluster', NEW, '--dry-run', '--exit-code')).toMatchObject({ exitCode: 0 });
  });

  it('changes the Cluster of the stream and nothing else', async () => {
    const before = await bash(create());
    const after = await bash(`${create()} | kops-audit enable -f -`);
    const [cluster, ...rest] = parseAllDocuments(after.stdout).map((document) => document.toJS());
    const [clusterBefore, ...restBefore] = parseAllDocuments(before.stdout).map((document) => document.toJS());
    const { fileAssets, kubeAPIServer, ...others } = cluster.spec;
    const { creationTimestamp: _, ...metadata } = cluster.metadata;
    expect(metadata).toEqual({ ...clusterBefore.metadata, creationTimestamp: undefined });
    expect(others).toEqual(clusterBefore.spec);
    expect(kubeAPIServer).toMatchObject(PLANNED);
    expect(fileAssets).toHaveLength(1);
    expect(rest.map(({ kind }) => kind)).toEqual(['InstanceGroup', 'InstanceGroup', 'SSHCredential']);
    expect(rest.map(({ spec }) => spec)).toEqual(restBefore.map(({ spec }) => spec));
  });

  it('gives not one byte of a refused stream, so that the pipe fails', async () => {
    const refused = await bash(
      `${create()} | sed 's/^spec:/spec:\\n  fileAssets: none/' | kops-audit enable -f - > out`,
    );
    expect(refused).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^error: stdin:\d+:15: spec.fileAssets is a string, not a list$/m),
    });
    expect(await readFile(join(scene.desk, 'out'), 'utf8')).toBe('');
    const unsafe = '  kubeAPIServer:\\n    auditDynamicConfiguration: true';
    const blocked = await bash(`${create()} | sed 's/^spec:/spec:\\n${unsafe}/' | kops-audit enable -f - > out`);
    expect(blocked).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('auditDynamicConfiguration is set') });
    expect(await readFile(join(scene.desk, 'out'), 'utf8')).toBe('');
    const piped = await bash(`${create()} | kops-audit enable -f - --policy gec | kops create -f -`);
    expect(piped.exitCode).not.toBe(0);
    expect(piped.stderr).toContain('gce');
    expect((await scene.box.kops('get', 'cluster', `--name=${NEW}`)).exitCode).toBe(1);
  });

  it("is kOps' own editor", async () => {
    const editor = { EDITOR: 'kops-audit enable --policy gce --yes -f' };
    const before = await scene.stored();
    const edited = await bash(`kops edit cluster ${CLUSTER}`, editor);
    expect(edited).toMatchObject({ exitCode: 0 });
    const { kubeAPIServer, fileAssets, ...others } = (await scene.stored()).spec;
    expect(others).toEqual(before.spec);
    expect(kubeAPIServer).toMatchObject(PLANNED);
    expect(fileAssets).toHaveLength(1);
    const text = await scene.storedText();
    const again = await bash(`kops edit cluster ${CLUSTER}`, editor);
    expect(again.exitCode).toBe(0);
    expect(await scene.storedText()).toBe(text);
  });

  it('a refusal inside `kops edit` leaves the spec as it was', async () => {
    const before = await scene.storedText();
    const edited = await bash(`kops edit cluster ${CLUSTER}`, { EDITOR: 'kops-audit enable --policy gec --yes -f' });
    expect(edited.exitCode).not.toBe(0);
    expect(edited.stderr).toContain('gce');
    expect(await scene.storedText()).toBe(before);
  });

  it('edits the file of `kops get all`, which `kops replace` takes', async () => {
    const file = join(scene.desk, 'cluster.yaml');
    const got = await scene.box.kops('get', 'all', `--name=${CLUSTER}`, '-o', 'yaml');
    await writeFile(file, `# kept in git\n${got.stdout}`);
    await chmod(file, 0o640);
    expect(await scene.cli('enable', '-f', file, '--policy', 'metadata', '--yes')).toMatchObject({ exitCode: 0 });
    const text = await readFile(file, 'utf8');
    expect(
      text.split('\n').filter((line) => `# kept in git\n${got.stdout}`.split('\n').includes(line)).length,
    ).toBeGreaterThanOrEqual(got.stdout.split('\n').length);
    expect((await stat(file)).mode & 0o777).toBe(0o640);

    expect(await scene.box.kops('replace', '-f', file)).toMatchObject({ exitCode: 0 });
    const { spec } = JSON.parse((await scene.box.kops('get', 'cluster', `--name=${CLUSTER}`, '-o', 'json')).stdout);
    expect(spec.kubeAPIServer).toMatchObject(PLANNED);
    expect(spec.fileAssets).toEqual([
      expect.objectContaining({ content: expect.stringMatching(/^# kops-audit \{"policy":"metadata"/) }),
    ]);
    expect(await scene.cli('enable', '--cluster', CLUSTER, '--dry-run', '--exit-code')).toMatchObject({
      exitCode: 1,
      said: expect.stringContaining('`kops update` is still to be run'),
    });
    expect(await scene.cli('enable', '-f', file, '--yes')).toMatchObject({ exitCode: 0 });
    expect(await readFile(file, 'utf8')).toBe(text);
  });
});
