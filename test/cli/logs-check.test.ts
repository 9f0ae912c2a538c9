import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { runWarmCli } from '../helpers/warm-cli.ts';

const FOLDER = fileURLToPath(new URL('../samples/complete', import.meta.url));

async function check(...args: string[]) {
  return runWarmCli(['logs', '--check', ...args], { env: { TZ: 'UTC' } });
}

describe('logs --check', () => {
  it('ends with 1 where there is a gap, and says so for scripts too', async () => {
    const { exitCode, stdout } = await check(`${FOLDER}/cp-1.log.gz`, '-o', 'json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'LogCompleteness', formatVersion: 1, verdict: 'gap' });
    expect(await check(`${FOLDER}/cp-1.log.gz`, '--quiet')).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('The log is not complete') as unknown,
      stderr: '',
    });
  });

  it('ends with 0 where there is none, and looks for masters that are named', async () => {
    const { exitCode, stdout } = await check(`${FOLDER}/cp-2.log.gz`, '--masters', 'cp-2,cp-3');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Nobody can tell whether the log is complete: that of cp-3 is\snot here\./);
    expect(stdout).toContain('\ncp-2: complete (Kubernetes 1.36.3)\n');
  });

  it('tells the files of two servers apart by their names, and ends with 0 where nothing can be told', async () => {
    const { stdout } = await check(`${FOLDER}/cp-1.log.gz`, `${FOLDER}/cp-2.log.gz`);
    expect(stdout.match(/^cp-.*$/gm)).toEqual(['cp-1: gap (Kubernetes 1.36.3)', 'cp-2: complete (Kubernetes 1.36.3)']);
    const [first = ''] = gunzipSync(readFileSync(`${FOLDER}/cp-1.log.gz`))
      .toString()
      .split('\n');
    const unknown = await runWarmCli(['logs', '--check', '-'], { input: `${first}\n`, env: { TZ: 'UTC' } });
    expect(unknown).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Nobody can tell') as unknown });
  });

  it.each([
    [['--cluster', 'a.example.com', '--path', 'log'], '--path does not go with the log of a cluster'],
    [['--sample', '--user', 'alice'], '--check does not go with --user'],
    [['--sample', '-o', 'csv'], '--check does not go with -o csv'],
    [['--sample', '--', 'get', 'pods'], 'a request behind -- does not go with --check'],
  ])('refuses what leaves a part out: %j', async (args, message) => {
    const { exitCode, stderr } = await check(...args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(message) as unknown });
  });
});

it('logs refuses --envelope where no event is shown as it is', async () => {
  const { exitCode, stderr } = await runWarmCli(['logs', '--sample', '--envelope'], { env: {} });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: expect.stringContaining('goes with -o json') as unknown,
  });
});
