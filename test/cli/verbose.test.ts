import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runWarmCli as runCli } from '../helpers/warm-cli.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kops-audit-verbose-'));
  await writeFile(join(dir, 'kops'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('--verbose', () => {
  it.each(['enable', 'disable', 'lint', 'policy explain get pods', 'policy diff gce'])(
    'of %s shows each kops command, without the credentials in a URL',
    async (command) => {
      const words = `${command} --cluster a.example.com --state vault://anna:hunter2@store/x`.split(' ');
      const env = { PATH: `${dir}:/usr/bin:/bin`, HOME: dir };
      const loud = await runCli([...words, '--verbose'], { env });
      const shown = loud.stderr.split('\n').filter((line) => line.startsWith('$ '));
      expect(shown).toContain('$ kops get cluster --name=a.example.com -o json --state=vault://‹secret #1›@store/x');
      expect(shown.join('\n')).not.toContain('hunter2');
      expect((await runCli(words, { env })).stderr).not.toMatch(/^\$ /m);
    },
  );
});
