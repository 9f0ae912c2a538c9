import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { InterruptError } from '../../src/errors.ts';
import { createKubectl } from '../../src/live/kubectl.ts';
import type { Kubectl } from '../../src/live/types.ts';

/** Stands in for kubectl, for what the real one cannot be made to do. */
function fake(
  script: string,
  more: { timeoutMs?: number; signal?: AbortSignal; kubeconfig?: string } = {},
): {
  kubectl: Kubectl;
  dir: string;
} {
  const dir = mkdtempSync(join(tmpdir(), 'fake-kubectl-'));
  const binary = join(dir, 'kubectl');
  writeFileSync(binary, `#!/bin/sh\n${script}\n`);
  chmodSync(binary, 0o755);
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const signal = new AbortController().signal;
  return {
    kubectl: createKubectl({ binary, context: 'c', env: process.env, timeoutMs: 20_000, signal, ...more }),
    dir,
  };
}

describe('createKubectl', () => {
  it('names the context and the kubeconfig in each call, and only reads', async () => {
    const { kubectl, dir } = fake(`echo "$*" >> "$(dirname "$0")/calls"\necho '{"items":[]}'`, { kubeconfig: '/k' });
    expect(await kubectl.apiServerPods()).toEqual([]);
    await expect(kubectl.metrics()).rejects.toThrow('kubectl should have printed the metrics of an API server');
    expect(readFileSync(join(dir, 'calls'), 'utf8')).toBe(
      '--context=c --kubeconfig=/k get pods --namespace=kube-system --selector=k8s-app=kube-apiserver --output=json\n' +
        '--context=c --kubeconfig=/k get --raw=/metrics\n',
    );
  });

  it.each([
    ['printf "\\033[31mwhat?\\033[0m"', 'a list of pods as JSON, but printed'],
    ['true', 'a list of pods as JSON, but printed nothing'],
    ['echo "error: context \\"c\\" does not exist" >&2; exit 1', 'the kubeconfig has no context c'],
    [
      'echo "Error from server (Forbidden): pods is forbidden" >&2; exit 1',
      'the user of the context c may not do that',
    ],
    ['echo "error: You must be logged in to the server (Unauthorized)" >&2; exit 1', 'does not know the user'],
    ['echo "The connection to the server 127.0.0.1:1 was refused" >&2; exit 1', 'kubectl failed: The connection to'],
    ['kill -9 $$', 'kubectl failed: it was ended by SIGKILL'],
  ])('tells what is wrong: %s', async (script, message) => {
    const error = await fake(script)
      .kubectl.apiServerPods()
      .catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: 'ExternalError', message: expect.stringContaining(message) });
    expect((error as Error).message).not.toContain('\u001B');
  });

  it('stops one that hangs', async () => {
    const { kubectl } = fake('sleep 60', { timeoutMs: 200 });
    await expect(kubectl.apiServerPods()).rejects.toMatchObject({
      message: 'kubectl did not finish within 0.2 s',
      hint: expect.stringContaining('--timeout'),
    });
  });

  it('stops at an interrupt, with its reason', async () => {
    const stop = new AbortController();
    stop.abort(new InterruptError('Interrupted.'));
    await expect(fake('sleep 60', { signal: stop.signal }).kubectl.metrics()).rejects.toBe(stop.signal.reason);
  });

  it('says that there is none', async () => {
    const signal = new AbortController().signal;
    const none = createKubectl({
      binary: 'no-such-kubectl',
      context: 'c',
      env: process.env,
      timeoutMs: 20_000,
      signal,
    });
    await expect(none.apiServerPods()).rejects.toMatchObject({
      name: 'ExternalError',
      message: 'no-such-kubectl was not found on PATH',
      hint: '--live needs kubectl: put it on PATH.',
    });
  });
});
