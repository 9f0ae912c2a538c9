import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ExternalError, UserError } from '../../src/errors.ts';
import { createKops, type Kops, type KopsOptions } from '../../src/kops/kops.ts';
import { fakeKops, until } from './fake-kops.ts';

const CLUSTER = { apiVersion: 'kops.k8s.io/v1alpha2', kind: 'Cluster', metadata: { name: 'x.io' }, spec: {} };

function kopsThat(script: string, options: Partial<KopsOptions> = {}): Kops {
  return createKops({ binary: fakeKops(script).binary, timeoutMs: 10_000, ...options });
}

describe('a kops that is not there', () => {
  it('is a UserError that says how to install it', async () => {
    const kops = createKops({ timeoutMs: 1000, env: { PATH: '/nowhere' } });
    await expect(kops.version()).rejects.toMatchObject({
      name: 'UserError',
      message: 'kops was not found on PATH',
      hint: expect.stringContaining('Install kops'),
    });
  });

  it('is a UserError if it cannot be run', async () => {
    const { binary } = fakeKops('');
    chmodSync(binary, 0o644);
    await expect(createKops({ binary, timeoutMs: 1000 }).version()).rejects.toMatchObject({
      name: 'UserError',
      message: `${binary} cannot be run: permission denied`,
    });
  });

  it('fails a write without throwing', async () => {
    const run = await createKops({ binary: '/nowhere/kops', timeoutMs: 1000 }).replace(CLUSTER);
    expect(run).toMatchObject({ failed: true, exitCode: undefined, error: 'there is no program /nowhere/kops' });
  });
});

describe('a kops that prints rubbish', () => {
  it.each([
    ['no JSON', 'echo "<html>oops"', 'kops should have printed one Cluster as JSON, but printed "<html>oops"'],
    ['nothing', 'true', 'kops should have printed one Cluster as JSON, but printed nothing'],
    [
      'another kind',
      `echo '${JSON.stringify({ ...CLUSTER, kind: 'InstanceGroup' })}'`,
      'kops should have printed one Cluster',
    ],
    [
      'two clusters',
      `echo '[${JSON.stringify(CLUSTER)},${JSON.stringify(CLUSTER)}]'`,
      'kops should have printed one Cluster',
    ],
    [
      'another cluster',
      `echo '${JSON.stringify(CLUSTER).replace('x.io', 'y.io')}'`,
      'kops should have printed the cluster x.io, but printed "the cluster y.io"',
    ],
  ])('%s', async (_, script, message) => {
    const failure = kopsThat(script).getCluster('x.io');
    await expect(failure).rejects.toThrow(ExternalError);
    await expect(failure).rejects.toThrow(message);
  });

  it('never lets its control characters through', async () => {
    const error: unknown = await kopsThat(String.raw`printf 'Error: \033[2Jboom\007\n' >&2; exit 1`)
      .getCluster('x.io')
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ExternalError);
    expect(String(error)).toContain('kops failed: �[2Jboom�');
  });

  it('in place of a version is an ExternalError, an old version a UserError', async () => {
    await expect(kopsThat('echo hello').version()).rejects.toThrow(
      'kops should have printed its version, but printed "hello"',
    );
    await expect(kopsThat('echo 1.18.2').version()).rejects.toMatchObject({
      name: 'UserError',
      message: 'kops 1.18.2 is too old: 1.19 is the oldest release this works with',
    });
    await expect(kopsThat('echo "Error: unknown flag: --short" >&2; exit 1').version()).rejects.toThrow(UserError);
    await expect(kopsThat('echo v1.27.3').version()).resolves.toBe('1.27.3');
  });

  it('takes one instance group, an array, or none', async () => {
    const group = JSON.stringify({ ...CLUSTER, kind: 'InstanceGroup' });
    await expect(kopsThat(`echo '${group}'`).getInstanceGroups('x.io')).resolves.toHaveLength(1);
    await expect(kopsThat(`echo '[${group},${group}]'`).getInstanceGroups('x.io')).resolves.toHaveLength(2);
    await expect(
      kopsThat('echo "Error: no InstanceGroup objects found" >&2; exit 1').getInstanceGroups('x.io'),
    ).resolves.toEqual([]);
  });
});

describe('a kops that fails', () => {
  it.each([
    [
      'got an error while querying for valid regions (verify your AWS credentials?): x',
      'kops was refused access: got an error',
    ],
    ['error reading s3://b/x/config: AccessDenied: Access Denied', 'kops was refused access: error reading'],
    ['HCLOUD_TOKEN is required', 'kops was refused access'],
    ['something new', 'kops failed: something new'],
  ])('%s', async (text, message) => {
    const failure = kopsThat(`echo "Error: ${text}" >&2; exit 1`).previewUpdate('x.io');
    await expect(failure).rejects.toThrow(ExternalError);
    await expect(failure).rejects.toThrow(message);
  });

  it('without a word, or by a signal, says so', async () => {
    await expect(kopsThat('exit 3').getCluster('x.io')).rejects.toThrow(
      'kops failed: it exited with status 3 and printed nothing',
    );
    await expect(kopsThat('kill -9 $$').getCluster('x.io')).rejects.toThrow('kops failed: it was killed by SIGKILL');
  });
});

describe('a kops that hangs', () => {
  it('is stopped with its children by the timeout, and the error says what it waited for', async () => {
    const said: string[] = [];
    const log =
      'W1123 06:53:13.892795   20043 executor.go:141] error running task \\"Network/x\\" (9m59s remaining to succeed): no route';
    const kops = kopsThat(`echo "${log}" >&2; sleep 60; echo`, { timeoutMs: 500, onWait: (text) => said.push(text) });
    const started = Date.now();
    const error: unknown = await kops.previewUpdate('x.io').catch((thrown: unknown) => thrown);
    expect(Date.now() - started).toBeLessThan(50_000);
    expect(error).toBeInstanceOf(ExternalError);
    expect(String(error)).toMatch(/did not finish within 0\.5 s: .* \(kops is trying again for 9m59s: no route\)/);
    expect(error).toHaveProperty('hint', expect.stringContaining('--timeout'));
    expect(said).toEqual(['kops is trying again for 9m59s: no route']);
  });

  it('is stopped by the signal, whose reason is thrown', async () => {
    const control = new AbortController();
    const { binary, dir } = fakeKops('touch "$(dirname "$0")/started"; sleep 60; echo');
    const reading = createKops({ binary, timeoutMs: 60_000, signal: control.signal }).getCluster('x.io');
    await until(() => existsSync(join(dir, 'started')));
    control.abort(new Error('Ctrl-C'));
    await expect(reading).rejects.toThrow('Ctrl-C');
  });

  it('is killed if it does not listen', { timeout: 15_000 }, async () => {
    const kops = kopsThat("trap '' TERM; while :; do sleep 1; done", { timeoutMs: 300 });
    await expect(kops.version()).rejects.toThrow(ExternalError);
  });

  it('is stopped while it replaces after five times the timeout', async () => {
    const run = await kopsThat('sleep 60; echo', { timeoutMs: 100 }).replace(CLUSTER);
    expect(run).toMatchObject({
      failed: true,
      timedOut: true,
      interrupted: false,
      error: 'it took too long and was stopped',
    });
    expect(run.durationMs).toBeGreaterThanOrEqual(500);
  });
});

describe('a write', () => {
  it('sends one document as JSON and is let finish when the signal comes', async () => {
    const control = new AbortController();
    const said: string[] = [];
    const { binary, dir } = fakeKops('cd "$(dirname "$0")"; cat >spec; echo "$*" >args; sleep 1; touch done');
    const replacing = createKops({
      binary,
      timeoutMs: 5000,
      signal: control.signal,
      onWait: (text) => said.push(text),
    }).replace(CLUSTER);
    await until(() => existsSync(join(dir, 'args')));
    control.abort();
    expect(await replacing).toMatchObject({ failed: false, exitCode: 0, interrupted: true, error: '' });
    expect(existsSync(join(dir, 'done'))).toBe(true);
    expect(JSON.parse(readFileSync(join(dir, 'spec'), 'utf8'))).toEqual(CLUSTER);
    expect(readFileSync(join(dir, 'args'), 'utf8')).toBe('replace --name=x.io -f -\n');
    expect(said).toEqual(['kops is storing the spec; it gets 30 seconds to finish.']);
  });

  it('is not begun after the signal', async () => {
    const { binary, dir } = fakeKops('touch "$(dirname "$0")/ran"');
    const run = await createKops({ binary, timeoutMs: 5000, signal: AbortSignal.abort() }).update('x.io');
    expect(run).toMatchObject({ failed: true, interrupted: true, error: 'it was interrupted before it started' });
    expect(existsSync(join(dir, 'ran'))).toBe(false);
  });

  it('gets one SIGINT and is waited for', async () => {
    const control = new AbortController();
    const { binary, dir } = fakeKops(
      `cd "$(dirname "$0")"; trap 'echo stopping; sleep 1; touch cleaned; exit 130' INT; touch started; while :; do sleep 0.1; done`,
    );
    const lines: string[] = [];
    const updating = createKops({ binary, timeoutMs: 100, signal: control.signal }).update('x.io', {}, (line) =>
      lines.push(line),
    );
    await until(() => existsSync(join(dir, 'started')));
    await new Promise((resolve) => setTimeout(resolve, 800));
    control.abort();
    expect(await updating).toMatchObject({ failed: true, exitCode: 130, interrupted: true, timedOut: false });
    expect(existsSync(join(dir, 'cleaned'))).toBe(true);
    expect(lines).toEqual(['stopping']);
  });

  it('streams its lines while it runs: clean, and logging told apart', async () => {
    const heard: [string, string, boolean][] = [];
    const log = 'I1123 06:53:14.705855   20110 executor.go:113] Tasks: 0 done';
    const { binary, dir } = fakeKops(
      String.raw`cd "$(dirname "$0")"; printf 'one\033\n'; echo "${log}" >&2; echo talk >&2; while [ ! -e heard ]; do sleep 0.05; done; touch ended; echo two`,
    );
    const run = await createKops({ binary, timeoutMs: 5000 }).rollingUpdate('x.io', { yes: true }, (line, from) => {
      heard.push([from, line, existsSync(join(dir, 'ended'))]);
      if (heard.length === 3) writeFileSync(join(dir, 'heard'), '');
    });
    expect(heard.slice(0, 3).toSorted()).toEqual([
      ['log', 'Tasks: 0 done', false],
      ['stderr', 'talk', false],
      ['stdout', 'one�', false],
    ]);
    expect(heard[3]).toEqual(['stdout', 'two', true]);
    expect(run).toMatchObject({ stderr: 'talk', failed: false });
  });

  it('has a process group of its own', async () => {
    const run = await kopsThat('ps -o pid=,pgid= -p $$').update('x.io');
    const [pid, group] = run.stdout.trim().split(/\s+/);
    expect(pid).toMatch(/^\d+$/);
    expect(group).toBe(pid);
  });
});

describe('the command', () => {
  it('gets the state store and not KOPS_CLUSTER_NAME, and is told before it runs', async () => {
    const commands: string[] = [];
    const { binary, dir } = fakeKops('cd "$(dirname "$0")"; echo "$*|$KOPS_CLUSTER_NAME|$KEPT" >args; echo 1.36.0');
    const env = { PATH: process.env['PATH'], KOPS_CLUSTER_NAME: 'other', KEPT: 'kept' };
    await createKops({
      binary,
      timeoutMs: 5000,
      state: 's3://b',
      env,
      onCommand: (line) => commands.push(line),
    }).lastApplied('x.io');
    expect(readFileSync(join(dir, 'args'), 'utf8')).toBe('version --short --server --name=x.io --state=s3://b||kept\n');
    expect(commands).toEqual([`${binary} version --short --server --name=x.io --state=s3://b`]);
  });
});
