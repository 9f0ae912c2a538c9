import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../docs/markdown.ts';

const folder = mkdtempSync(join(tmpdir(), 'kops-audit-completion-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A kops that counts how often it is asked: only that it is asked, and how often, is of interest here. */
const KOPS = `#!/bin/sh
echo asked >> '${folder}/asked'
case "$*" in
*version*) echo '1.36.0' ;;
*) printf '[{"apiVersion":"kops.k8s.io/v1alpha2","kind":"Cluster","metadata":{"name":"%s"},"spec":{}},{"apiVersion":"kops.k8s.io/v1alpha2","kind":"Cluster","metadata":{"name":"%s"},"spec":{}}]' prod.example.com dev.example.com ;;
esac
`;
writeFileSync(join(folder, 'kops'), KOPS, { mode: 0o755 });
writeFileSync(join(folder, 'kops-audit'), `#!/bin/sh\nexec '${process.execPath}' '${ROOT}/dist/cli.cjs' "$@"\n`, {
  mode: 0o755,
});

const env = {
  PATH: [folder, dirname(process.execPath), '/usr/bin', '/bin'].join(':'),
  HOME: folder,
  XDG_CACHE_HOME: join(folder, 'cache'),
  KOPS_STATE_STORE: 'file:///store',
};

/** What bash offers for the last of these words. */
async function offered(...words: string[]): Promise<string[]> {
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const script = `source <(kops-audit completion bash)
COMP_WORDS=(kops-audit ${quoted}); COMP_CWORD=${words.length}; COMP_LINE="kops-audit ${words.join(' ')}"; COMP_POINT=\${#COMP_LINE}
spec=$(complete -p kops-audit); [[ $spec =~ -F\\ ([^ ]+) ]]; \${BASH_REMATCH[1]} kops-audit; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await execa('bash', ['-c', script], { env, extendEnv: false, cwd: folder });
  return stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

describe('completion in bash', () => {
  it('knows commands, flags and policies', async () => {
    expect(await offered('dis')).toEqual(['disable']);
    expect(await offered('policy', 'ex')).toEqual(['explain']);
    expect(await offered('enable', '--log-max-')).toEqual(['--log-max-age', '--log-max-backups', '--log-max-size']);
    expect(await offered('enable', '--policy', 'k')).toEqual(['kops']);
  });

  it('knows the clusters of the store, and asks kops once', async () => {
    expect((await offered('enable', '--cluster', '')).toSorted()).toEqual(['dev.example.com', 'prod.example.com']);
    expect(await offered('status', '--cluster', 'p')).toEqual(['prod.example.com']);
    const { stdout } = await execa('sort', ['-u', join(folder, 'asked')]);
    const { stdout: all } = await execa('cat', [join(folder, 'asked')]);
    expect(stdout).toBe('asked');
    expect(all.split('\n').length).toBeLessThanOrEqual(2);
  });
});

it.each([
  [['enable', '--cluster', '']],
  [['policy', 'show', './none.yaml', '--set', '']],
  [['rollback', '']],
  [['\u001b[2J', '--']],
  [[]],
])('says nothing on stderr of %s, whatever goes wrong', async (words) => {
  await writeFile(join(folder, 'file'), '');
  const run = await execa(process.execPath, [join(ROOT, 'dist/cli.cjs'), '__offer', ...words], {
    env: {
      PATH: '/nonexistent',
      HOME: join(folder, 'file'),
      XDG_STATE_HOME: join(folder, 'file'),
      XDG_CACHE_HOME: '/dev/null',
    },
    extendEnv: false,
    cwd: folder,
  });
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  expect(run.stdout).toMatch(/^words/);
});

it('still answers what the scripts of 0.1.0 ask', async () => {
  const { stdout } = await execa(join(folder, 'kops-audit'), ['__complete', 'clusters'], {
    env,
    extendEnv: false,
    cwd: folder,
  });
  expect(stdout.split('\n').toSorted()).toEqual(['dev.example.com', 'prod.example.com']);
});
