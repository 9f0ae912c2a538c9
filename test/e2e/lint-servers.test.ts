import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readStaticPod } from '../../src/kubeadm/static-pod.ts';
import { wholeOf } from '../../src/kubeadm/parts.ts';
import { readDocument } from '../../src/yaml/document.ts';
import { type Case, cases, lintVerdict, TABLE } from '../kubeadm/verdicts.ts';
import { BINARIES } from './kube-apiserver/build.ts';
import { type Lab, openLab } from './kube-apiserver/lab.ts';
import { kindConfig, kubeadmValidate, kubeletVerdict, staticPodOf } from './other-tools/programs.ts';

type Said = 'ok' | 'refused' | 'none' | '';

/**
 * What the real kube-apiserver says of the flags of a pod that are about auditing, or that it cannot read: it is started without an etcd,
 * so it stops in any case, and tells all that it does not take.
 */
async function flagsVerdict(pod: string): Promise<Said> {
  const { value } = readDocument(pod, 'yaml');
  const server = value && readStaticPod(wholeOf(value))?.server;
  if (!server) return '';
  const words = [
    ...server.flags
      .filter(({ word }) => /audit/i.test(word))
      .flatMap(({ word, value: next }) =>
        word.includes('=') || next === null || next === 'true' ? [word] : [word, next],
      ),
    ...server.words.map(({ word }) => word),
  ];
  if (words.length === 0) return 'none';
  const { all } = await execa(BINARIES.apiserver, words, { all: true, reject: false, timeout: 20_000 });
  if (!all.includes('etcd-servers must be specified')) return 'refused';
  return /audit-\S+ .*(?:can't|invalid)|invalid audit/.test(all) ? 'refused' : 'ok';
}

/** What kubeadm gets: of kind what that makes of the file, which it may refuse. */
async function configOf({ name, text }: Case): Promise<string | null> {
  if (!name.startsWith('kind-')) return text;
  const { ok, said } = await kindConfig(text, name.endsWith('1.35') ? '1.35.4' : '1.36.1');
  return ok ? said : null;
}

async function rowOf(one: Case): Promise<string> {
  const isPod = one.name.startsWith('pod-');
  const config = isPod ? null : await configOf(one);
  const kubeadm: Said = isPod ? '' : config !== null && (await kubeadmValidate(config)).ok ? 'ok' : 'refused';
  const pod = isPod ? one.text : config === null ? null : await staticPodOf(config).catch(() => null);
  const kubelet: Said = pod === null ? '' : (await kubeletVerdict(pod)).ok ? 'ok' : 'refused';
  const flags = pod === null ? '' : await flagsVerdict(pod);
  return `| ${one.name} | ${kubeadm} | ${kubelet} | ${flags} | ${await lintVerdict(one)} |`;
}

describe('lint beside the real programs', () => {
  it('says of every case what the table has', async () => {
    const rows: string[] = [];
    for (const one of cases()) rows.push(await rowOf(one));
    const head =
      '| case | kind, `kubeadm config validate` | kubelet | audit flags for kube-apiserver | lint |\n|---|---|---|---|---|';
    await expect(`${head}\n${rows.join('\n')}\n`).toMatchFileSnapshot(TABLE);
  }, 300_000);
});

describe('the real kube-apiserver', () => {
  let lab: Lab;
  let dir: string;
  beforeAll(async () => {
    lab = await openLab();
    dir = await mkdtemp(join(tmpdir(), 'lint-servers-'));
    await writeFile(
      join(dir, 'policy.yaml'),
      'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n',
    );
    await writeFile(join(dir, 'empty.yaml'), '');
  });
  afterAll(async () => {
    await lab.close();
    await rm(dir, { recursive: true, force: true });
  });

  it.each([
    [
      'policy-not-mounted: a policy that is not there',
      (at: string) => [`--audit-policy-file=${at}/none.yaml`],
      'no such file',
    ],
    [
      'file-mount-without-type: a directory in its place',
      (at: string) => [`--audit-policy-file=${at}`],
      'is a directory',
    ],
    [
      'file-mount: an empty file in its place',
      (at: string) => [`--audit-policy-file=${at}/empty.yaml`],
      'loading audit policy file',
    ],
    [
      'log-file-mount: a directory for the log',
      (at: string) => [`--audit-policy-file=${at}/policy.yaml`, `--audit-log-path=${at}`],
      'is a directory',
    ],
    [
      'log-mount-read-only: a log that cannot be opened',
      (at: string) => [`--audit-policy-file=${at}/policy.yaml`, '--audit-log-path=/proc/self/none/audit.log'],
      'ensureLogFile',
    ],
    [
      'webhook-not-mounted: a config that is not there',
      (at: string) => [`--audit-policy-file=${at}/policy.yaml`, `--audit-webhook-config-file=${at}/none.yaml`],
      'no such file',
    ],
  ])('does not start for %s', async (_, flags, said) => {
    await expect(lab.start(flags(dir))).rejects.toThrow(said);
  });

  it('takes _ for -, as no rule says otherwise', async () => {
    const server = await lab.start([`--audit_policy_file=${dir}/policy.yaml`, '--audit-log-path=-']);
    await server.stop();
  });
});
