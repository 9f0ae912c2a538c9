import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

const run = (script: string, ...args: string[]) =>
  execa(process.execPath, [fileURLToPath(new URL(`../../${script}`, import.meta.url)), ...args], { reject: false });

describe('the library', () => {
  it('exports what test/library/api.txt says', async () => {
    const { stdout, exitCode } = await run('scripts/api-report.mjs', '--check');
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 });
  });

  it('is documented: every export in its docstring, every function, class and constant on the page', () => {
    const report = readFileSync(new URL('../library/api.txt', import.meta.url), 'utf8');
    const page = readFileSync(new URL('../../docs/library.md', import.meta.url), 'utf8');
    const [, values = ''] = report.split('\n## ');
    const names = [...values.matchAll(/^(?:function|class|const) (\w+)/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !new RegExp(`\`${name}\\b`).test(page))).toEqual([]);
    expect(report).not.toContain('// undocumented');
  });

  it('does nothing on import: no listener, output, file, global', async () => {
    const { stdout, stderr } = await run('test/library/watch-import.mjs');
    const { exports, ...effects } = JSON.parse(stdout) as { exports: number; files: string[]; changed: string[] };
    expect(exports).toBeGreaterThan(20);
    expect({ ...effects, stderr }).toEqual({ files: [], changed: [], stderr: '' });
  });
});
