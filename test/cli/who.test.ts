import { describe, expect, it } from 'vitest';
import { runWarmCli } from '../helpers/warm-cli.ts';

describe('who', () => {
  it('says that a type and a name are one word, where the second is no log', async () => {
    const { exitCode, stderr } = await runWarmCli(['who', 'delete', 'pod', 'web-1'], { env: {} });
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      'error: web-1: cannot be read: there is no such file\n  hint: Type and name are one word: pod/web-1. What follows is the log.\n',
    );
    const whole = await runWarmCli(['who', 'delete', 'pods/web-1', 'nothing'], { env: {} });
    expect(whole.stderr).toBe('error: nothing: cannot be read: there is no such file\n');
  });

  it('counts what lies in the time that is asked for', async () => {
    const asked = ['who', 'delete', 'pods/none', '--sample', '--until', '2020-01-01'];
    const { exitCode, stdout } = await runWarmCli(asked, { env: {} });
    expect(exitCode).toBe(1);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      ' None of them are in the time that was asked for. What the policy',
    );
  });
});
