import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runWarmCli as runCli } from '../helpers/warm-cli.ts';

const SPEC = new URL('../fixtures/field/31-tf-templatefile/cluster.tpl.yaml', import.meta.url);

it.each(['${name}', '"{{ name }}"', '$NAME', '"<%= name %>"'])(
  'enable -f names no command with the placeholder %s',
  async (name) => {
    const dir = await mkdtemp(join(tmpdir(), 'kops-audit-template-'));
    try {
      const text = await readFile(SPEC, 'utf8');
      await writeFile(
        join(dir, 'c.yaml'),
        text.replace('name: ${name}', () => `name: ${name}`),
      );
      const env = { PATH: '/nonexistent', HOME: join(dir, 'home') };
      const { exitCode, stderr } = await runCli(['enable', '-f', 'c.yaml', '--yes'], { cwd: dir, env });
      expect(exitCode).toBe(0);
      expect(stderr).not.toContain(name.replaceAll('"', ''));
      expect(stderr).not.toMatch(/^\s*kops (?:replace|update)/m);
      expect(stderr.replaceAll(/\s+/g, ' ')).toContain('It is a template: render it');
    } finally {
      await rm(dir, { recursive: true });
    }
  },
);
