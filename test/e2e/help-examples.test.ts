import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asExpected, layOut, WITH_KOPS } from '../cli/example-scene.ts';
import { openScene, type Scene } from './scene.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene({ version: '1.36.0', clusters: ['prod.example.com'], update: true });
});
afterAll(() => scene.close());

function typed(line: string): Promise<{ exitCode?: number | undefined; stdout: string; stderr: string }> {
  return execa('bash', ['-c', `set -o pipefail; ${line}`], {
    env: scene.env,
    extendEnv: false,
    cwd: scene.desk,
    reject: false,
    input: '',
  });
}

/** The commands whose examples mean something only where auditing is on. */
const NEED_A_CHANGE: readonly string[] = [
  'disable',
  'rollback',
  'history',
  'history show',
  'policy explain',
  'policy show',
  'policy diff',
  'ship apply',
];

const COMMANDS = [...new Set(WITH_KOPS.map(({ command }) => command))];

describe.each(COMMANDS)('the examples of kops-audit %s', (command) => {
  beforeAll(async () => {
    await scene.restore();
    await scene.installCli();
    await layOut(scene.desk);
    if (NEED_A_CHANGE.includes(command)) {
      const { exitCode, stderr } = await typed('kops-audit enable prod.example.com --yes');
      if (exitCode !== 0) throw new Error(stderr);
    }
  });

  it.each(WITH_KOPS.filter((each) => each.command === command))('$line', async (example) => {
    const [, id = ''] = /"id": "([^"]+)"/.exec((await typed('kops-audit history -o json')).stdout) ?? [];
    const line = example.line.replace('0a1b2c3d', id);
    const { stderr, exitCode } = await typed(line);
    expect({ exitCode, stderr }).toEqual(asExpected(example));
  });
});
