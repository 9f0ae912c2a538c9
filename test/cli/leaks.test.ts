import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runWarmCli as runCli } from '../helpers/warm-cli.ts';

const SECRETS = ['HUNTER2SECRET', 'OTHERCLUSTERSECRET', 'OWNASSETSECRET'];

let dir = '';
let env: Record<string, string> = {};

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kops-audit-leaks-'));
  env = { HOME: dir, PATH: '/nowhere' };
});

afterEach(() => rm(dir, { recursive: true }));

function clusterWith(name: string, secret: string): object {
  const fileAssets = [{ name: 's', path: '/etc/s', content: `password=${secret}\n` }];
  return {
    apiVersion: 'kops.k8s.io/v1alpha2',
    kind: 'Cluster',
    metadata: { name },
    spec: { fileAssets, kubernetesVersion: '1.32.4' },
  };
}

function groupOf(cluster: string, secret: string): object {
  const metadata = { name: 'cp', labels: { 'kops.k8s.io/cluster': cluster } };
  const spec = {
    role: 'Master',
    image: 'ubuntu',
    fileAssets: [{ name: 's', path: '/etc/s', content: `password=${secret}\n` }],
  };
  return { apiVersion: 'kops.k8s.io/v1alpha2', kind: 'InstanceGroup', metadata, spec };
}

/** Short documents side by side, so that each is within the context of a change in the other. */
const OBJECTS = [
  groupOf('a.k8s.local', SECRETS[0]!),
  clusterWith('a.k8s.local', SECRETS[2]!),
  clusterWith('b.k8s.local', SECRETS[1]!),
];

const FORMS: Readonly<Record<string, string>> = {
  'a JSON list with an object on each line': `[\n${OBJECTS.map((object) => JSON.stringify(object)).join(',\n')}\n]\n`,
  'YAML documents of one line': `${OBJECTS.map((object) => JSON.stringify(object)).join('\n---\n')}\n`,
};

describe.each(Object.entries(FORMS))('%s', (_form, text) => {
  it.each([[[]], [['-o', 'json']], [['--policy', 'kops', '--verbose']]])(
    'shows no secret of any document with %j',
    async (more) => {
      await writeFile(join(dir, 'all.yaml'), text);
      const run = await runCli(['enable', '-f', 'all.yaml', '--cluster', 'a.k8s.local', '--dry-run', ...more], {
        env,
        cwd: dir,
      });
      // A list is refused, as kOps refuses it.
      const isList = text.startsWith('[');
      expect(run.exitCode).toBe(isList ? 2 : 0);
      expect(isList ? run.stderr : run.stdout).toContain(isList ? 'is a JSON list' : 'audit-policy');
      for (const secret of SECRETS) expect(run.stdout + run.stderr).not.toContain(secret);
    },
  );
});
