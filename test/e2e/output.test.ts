import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import jsonpatch from 'fast-json-patch';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { KOPS_VERSIONS } from './kops-cache.ts';
import { CLUSTER, openScene, type CliRun, type Scene } from './scene.ts';

const ENABLE = ['enable', '--cluster', CLUSTER];
const TOKEN = 'c2VjcmV0-token-of-the-webhook';
const FOLDER = '/srv/kubernetes/kube-apiserver/audit';

/** A kubeconfig as a collector of audit events hands it out; the token stands in it twice. */
const KUBECONFIG = `apiVersion: v1
kind: Config
clusters:
- name: collector
  cluster:
    server: https://collector.example.com/audit
    certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJTakNCL2FBREFnRUNBaFJPallwdFhDYktCYUo0NG5CYmwvYzJQTkR0ZERBRkJnTXJaWEF3R2pFWU1CWUcKQTFVRUF3d1BhMjl3Y3kxaGRXUnBkQzEwWlhOME1DQVhEVEkyTVRFeU16QTRORE0wTmxvWUR6SXhNall4TURNdwpNRGcwTXpRMldqQWFNUmd3RmdZRFZRUUREQTlyYjNCekxXRjFaR2wwTFhSbGMzUXdLakFGQmdNclpYQURJUUJOCkhCdGxnOFRTcjFQTk1UVzJLRlQzZW9KTVovdGtFclNwWkpTOHpVSnpacU5UTUZFd0hRWURWUjBPQkJZRUZCWXUKR1hEWEhPWGJEYmM4Slk1Tlo1U3FpTjdFTUI4R0ExVWRJd1FZTUJhQUZCWXVHWERYSE9YYkRiYzhKWTVOWjVTcQppTjdFTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3QlFZREsyVndBMEVBYW9KdHhwajd1QmRUby9NcCtQeitZL3dVCjh3NjFWUTZRUXdUa0trR2gzWENJUjdlemd4OW55cEdrWW9OVDV0b2h4R0dnN3liak5PbFlzN0piYTNPWkRBPT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=
users:
- name: apiserver
  user:
    token: ${TOKEN}
contexts:
- name: default
  context: {cluster: collector, user: apiserver}
current-context: default
`;

describe.each(KOPS_VERSIONS)('what is printed, kops %s', (version) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene({ version, update: true });
  });
  beforeEach(async () => {
    await scene.restore();
    await writeFile(join(scene.desk, 'webhook.yaml'), KUBECONFIG);
  });
  afterAll(() => scene.close());

  it('-o patch: only the patch on stdout, and it makes the stored spec the planned one', async () => {
    const before = await scene.stored();
    const run = await scene.cli(...ENABLE, '--dry-run', '-o', 'patch');
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('+  kubeAPIServer:') });
    const patch = JSON.parse(run.stdout);
    expect(patch[0]).toEqual({ op: 'test', path: '/metadata/name', value: CLUSTER });
    const { newDocument } = jsonpatch.applyPatch(structuredClone(before), patch, true);
    expect(await scene.cli(...ENABLE, '--yes', '--no-update')).toMatchObject({ exitCode: 0 });
    expect((await scene.stored()).spec).toEqual(newDocument.spec);
  });

  it('-o json: the whole plan, on stdout alone', async () => {
    const run = await scene.cli(...ENABLE, '--dry-run', '-o', 'json');
    expect(run.exitCode).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({
      kind: 'Plan',
      formatVersion: 2,
      command: 'enable',
      cluster: CLUSTER,
      kopsVersion: version,
      kubernetesVersion: '1.32.4',
      changes: true,
      blocked: false,
      policy: { name: 'kops', path: `${FOLDER}/policy.yaml` },
      groups: [
        { name: 'control-plane-main', outdated: true, rolled: true },
        { name: 'nodes-main', outdated: false, rolled: false },
      ],
    });
  });

  it('-o json tells a blocked plan too, with exit status 2', async () => {
    await scene.editStored((spec) => (spec['kubeAPIServer'] = { auditDynamicConfiguration: true }));
    const run = await scene.cli(...ENABLE, '--dry-run', '-o', 'json');
    expect(run.exitCode).toBe(2);
    const { blocked, findings } = JSON.parse(run.stdout);
    expect(blocked).toBe(true);
    expect(findings).toContainEqual(
      expect.objectContaining({ severity: 'error', rule: 'audit-dynamic-configuration' }),
    );
  });

  it('-o yaml: the patched spec, which `kops replace` takes', async () => {
    const run = await scene.cli(...ENABLE, '--dry-run', '-o', 'yaml');
    expect(run.exitCode).toBe(0);
    expect(parseAllDocuments(run.stdout)).toHaveLength(1);
    expect(parse(run.stdout)).toMatchObject({
      kind: 'Cluster',
      metadata: { name: CLUSTER },
      spec: { kubeAPIServer: { auditLogMaxAge: 30 } },
    });
    expect(await scene.box.kopsWithInput(run.stdout, 'replace', '-f', '-')).toMatchObject({ exitCode: 0 });
    expect(await scene.cli(...ENABLE, '--dry-run', '--exit-code')).toMatchObject({
      exitCode: 1,
      said: expect.stringContaining('`kops update` is still to be run'),
    });
  });

  it.each(['yaml', 'patch'])('-o %s needs --dry-run', async (output) => {
    const before = await scene.storedText();
    const run = await scene.cli(...ENABLE, '--yes', '-o', output);
    expect(run).toMatchObject({ exitCode: 2, stdout: '', said: expect.stringContaining('needs --dry-run') });
    expect(await scene.storedText()).toBe(before);
  });

  it('embeds a webhook beside the policy, and shows its token nowhere', async () => {
    const args = [
      ...ENABLE,
      '--webhook-config',
      'webhook.yaml',
      '--webhook-mode',
      'batch',
      '--webhook-initial-backoff',
      '90s',
    ];
    const json = await scene.cli(...args, '--dry-run', '-o', 'json');
    const run = await scene.cli(...args, '--yes', '--verbose');
    expect(run).toMatchObject({ exitCode: 0, said: expect.stringContaining('`kops update` is finished') });
    for (const shown of [json, run]) expectNoSecret(shown);
    expect(run.stdout).toContain('in clear in the state store');

    const { kubeAPIServer, fileAssets } = (await scene.stored()).spec;
    expect(kubeAPIServer).toMatchObject({
      auditWebhookConfigFile: expect.stringMatching(new RegExp(`^${FOLDER}/`)),
      auditWebhookMode: 'batch',
      auditWebhookInitialBackoff: '1m30s',
      auditLogPath: '/var/log/kube-audit/audit.log',
    });
    expect(fileAssets).toHaveLength(2);
    expect(fileAssets).toContainEqual(
      expect.objectContaining({
        path: (kubeAPIServer as Record<string, unknown>)['auditWebhookConfigFile'],
        content: KUBECONFIG,
        roles: ['Master', 'ControlPlane', 'APIServer'],
      }),
    );
    const text = await scene.storedText();
    const again = await scene.cli(...args, '--yes');
    expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Nothing to do') });
    expect(await scene.storedText()).toBe(text);
  });

  it('gives another number to another secret, and shows neither, the preview included', async () => {
    await scene.cli(...ENABLE, '--webhook-config', 'webhook.yaml', '--yes');
    await writeFile(
      join(scene.desk, 'webhook.yaml'),
      KUBECONFIG.replace(TOKEN, 'another-token').replace('/audit', '/events'),
    );
    const run = await scene.cli(...ENABLE, '--webhook-config', 'webhook.yaml', '--yes');
    expect(run.exitCode).toBe(0);
    for (const token of [TOKEN, 'another-token']) expect(run.stdout + run.stderr).not.toContain(token);
    const before = /^- +- content: '(‹secret #\d+›)'$/m.exec(run.stdout)?.[1];
    const after = /^\+ +- content: '(‹secret #\d+›)'$/m.exec(run.stdout)?.[1];
    expect(before).toBeDefined();
    expect(after).toBeDefined();
    expect(after).not.toBe(before);
    const patch = await scene.cli(
      ...ENABLE,
      '--webhook-config',
      'webhook.yaml',
      '--log-max-age',
      '5',
      '--dry-run',
      '-o',
      'json',
    );
    expect(patch.stdout).not.toContain('another-token');
  });

  it('gives equal secrets the same number', async () => {
    const copy = { name: 'copy', path: '/etc/collector.yaml', content: KUBECONFIG };
    await scene.editStored((spec) => (spec['fileAssets'] = [copy]));
    const run = await scene.cli(...ENABLE, '--webhook-config', 'webhook.yaml', '--dry-run');
    const numbers = run.stdout
      .split('\n')
      .flatMap((line) => /^([ +]) +-? *content: '?‹secret #(\d+)›/.exec(line)?.slice(1).join(''));
    const [kept, added] = numbers.filter((found) => found !== undefined);
    expect(kept).toMatch(/^ \d/);
    expect(added).toBe(`+${kept?.trim()}`);
  });

  it('shows no token in the error of kops either', async () => {
    await scene.wrapKops(`[ "$1" = replace ] && { cat >&2; echo 'Error: no: ${TOKEN}' >&2; exit 1; }`);
    const run = await scene.cli(...ENABLE, '--webhook-config', 'webhook.yaml', '--yes', '--verbose');
    expect(run).toMatchObject({ exitCode: 4, said: expect.stringContaining('kops did not store the spec') });
    expectNoSecret(run);
  });
});

function expectNoSecret({ stdout, stderr }: CliRun): void {
  expect(stdout).not.toContain(TOKEN);
  expect(stderr).not.toContain(TOKEN);
}
