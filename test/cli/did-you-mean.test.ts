import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runWarmCli as runCli } from '../helpers/warm-cli.ts';

/** A store with two clusters, neither of which is the one that is asked for. */
const KOPS = `#!/bin/sh
case "$*" in
version*) echo 1.36.0 ;;
'get clusters -o json')
  echo '[{"apiVersion":"kops.k8s.io/v1alpha2","kind":"Cluster","metadata":{"name":"prod.example.com"},"spec":{}}]' ;;
*) echo 'Error: cluster not found "prdo.example.com"' >&2; exit 1 ;;
esac
`;
const SPEC =
  'apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata:\n  name: a.example.com\nspec:\n  kubernetesVersion: 1.30.0\n';
const POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: None
  verbs: [get, gte] # kops-audit-ignore unknown-vreb it is meant
- level: metadata
`;
const TEST = 'policy: gce\ncases:\n- name: a\n  request: get scerets/db\n  expect: Metadata\n';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kops-audit-mean-'));
  await writeFile(join(dir, 'kops'), KOPS);
  await chmod(join(dir, 'kops'), 0o755);
  await writeFile(join(dir, 'c.yaml'), SPEC);
  await writeFile(join(dir, 'two.yaml'), `${SPEC}---\n${SPEC.replace('a.', 'b.')}`);
  await writeFile(join(dir, 'p.yaml'), POLICY);
  await writeFile(join(dir, 't.yaml'), TEST);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** What is misspelt, where, and what is meant. */
const MISSPELT: readonly [string, string, string][] = [
  ['a command', 'enabel', 'enable'],
  ['a command', 'histroy', 'history'],
  ['a command', 'completoin', 'completion'],
  ['a template', 'policy show gec', 'gce'],
  ['a subcommand', 'policy expalin', 'explain'],
  ['a flag', 'enable --clustr x', '--cluster'],
  ['a flag', 'status --al', '--all'],
  ['a flag', 'policy diff --exit-cod', '--exit-code'],
  ['a cluster in a store', 'enable --cluster prdo.example.com', 'prod.example.com'],
  ['a cluster in a store', 'status --cluster prdo.example.com', 'prod.example.com'],
  ['a cluster in a store', 'lint --cluster prdo.example.com', 'prod.example.com'],
  ['a cluster in a store', 'policy diff --cluster prdo.example.com gce', 'prod.example.com'],
  ['a cluster in a file', 'enable -f c.yaml --cluster a.exmple.com', 'a.example.com'],
  ['a cluster in a file', 'disable -f two.yaml --cluster b.exmple.com', 'b.example.com'],
  ['a policy', 'enable -f c.yaml --policy kopss', 'kops'],
  ['a policy', 'policy show metdata', 'metadata'],
  ['a policy', 'policy diff gcee kops', 'gce'],
  ['a parameter', 'enable -f c.yaml --policy kops --set readLevel=None', 'readsLevel'],
  ['a parameter', 'policy show kops --set raedsLevel=None', 'readsLevel'],
  ['a value of a parameter', 'policy show kops --set readsLevel=Metdata', 'Metadata'],
  ['a rule', 'enable -f c.yaml --allow key-droped', 'key-dropped'],
  ['a rule to leave out', 'lint p.yaml', 'unknown-verb'],
  ['a level', 'lint p.yaml', 'Metadata'],
  ['a resource', 'policy explain get scerets', 'secrets'],
  ['a verb', 'policy explain gett pods', 'get'],
  ['a resource of a test', 'policy test t.yaml', 'secrets'],
];

describe('did you mean', () => {
  it.each(MISSPELT)('%s: kops-audit %s → %s', async (_, line, meant) => {
    const { stdout, stderr, exitCode } = await runCli(line.split(' '), {
      env: { PATH: `${dir}:/usr/bin:/bin`, HOME: dir, KOPS_STATE_STORE: 's3://x' },
      cwd: dir,
    });
    expect(`${stdout}${stderr}`.replaceAll(/\s+/g, ' ')).toContain(`Did you mean ${meant}?`);
    expect([1, 2]).toContain(exitCode);
  });
});
