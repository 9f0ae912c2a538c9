import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { LogsFlags } from '../../../src/commands/logs/flags.ts';
import { logs } from '../../../src/commands/logs/logs.ts';
import type { AuditEvent } from '../../../src/events/event.ts';
import { processIo } from '../../../src/terminal/io.ts';
import { eventOf } from '../../events/event-of.ts';
import { NO_FILTER } from '../../../src/commands/logs/filter-flags.ts';
import { temporaryFolder } from '../../input/temporary.ts';

const NONE: LogsFlags = {
  ...NO_FILTER,
  masters: [],
  node: [],
  set: [],
  output: 'text',
  utc: true,
};

/** What `logs` prints of events, each a second after the one before. */
async function printed(
  events: readonly Partial<AuditEvent>[],
  flags: Partial<LogsFlags>,
  interrupt: AbortSignal = new AbortController().signal,
) {
  const file = join(temporaryFolder(), 'audit.log');
  const lines = events.map((said, at) => {
    const time = `2026-11-24T10:00:${String(at).padStart(2, '0')}.000000Z`;
    const event = eventOf({ stageTimestamp: time, requestReceivedTimestamp: `2026-${said.auditID ?? at}`, ...said });
    return Buffer.from(event.bytes()).toString();
  });
  writeFileSync(file, `${lines.join('\n')}\n`);
  const said = { stdout: '', stderr: '' };
  const io = {
    ...processIo({ color: false }),
    input: Readable.from([]),
    columns: 1000,
    stdoutColumns: 60,
    stdout: async (text: string | Uint8Array) => void (said.stdout += String(text)),
    stderr: (text: string) => void (said.stderr += text),
  };
  const context = { io, env: {}, now: () => new Date(0), interrupt };
  const status = await logs({ words: [file], request: [] }, { ...NONE, ...flags }, context);
  return { ...said, status };
}

const ALICE = { user: { username: 'alice' }, responseStatus: { code: 200 } };
const shell = (auditID: string, stage: string): Partial<AuditEvent> => ({
  ...ALICE,
  auditID,
  stage,
  objectRef: { resource: 'pods', subresource: 'exec', namespace: 'shop', name: 'web' },
});

describe('logs --count, --top and --by', () => {
  const REQUESTS = [
    { ...ALICE, auditID: '1', stage: 'RequestReceived', responseStatus: {} },
    { ...ALICE, auditID: '1', stage: 'ResponseComplete' },
    { auditID: '2', stage: 'ResponseStarted', responseStatus: { code: 401 } },
    shell('3', 'ResponseStarted'),
    shell('4', 'ResponseStarted'),
    shell('3', 'ResponseComplete'),
  ];

  it('count each request once, and those that are still open', async () => {
    expect(await printed(REQUESTS, { count: true })).toMatchObject({
      stdout: '4, 1 of them still open at the end of the log\n',
      status: 0,
    });
    expect((await printed(REQUESTS, { count: true, status: ['4xx'] })).stdout).toBe('1\n');
  });

  it('count the events of a stage where one is asked for', async () => {
    expect((await printed(REQUESTS, { count: true, stage: ['ResponseStarted'] })).stdout).toBe('3\n');
  });

  it('are told apart, in time as well', async () => {
    const { stdout } = await printed(REQUESTS, { top: 'user', by: 'hour', output: 'csv' });
    expect(stdout).toBe('from,user,as,requests\r\n2026-11-24T10:00:00Z,alice,,3\r\n2026-11-24T10:00:00Z,,,1\r\n');
  });

  it('begin an hour where the clock of this machine does', async () => {
    const { stdout } = await printed(REQUESTS, { by: 'hour', output: 'csv', utc: false });
    const wall = new Date('2026-11-24T10:00:00Z');
    wall.setMinutes(0);
    expect(stdout).toBe(`from,requests\r\n${wall.toISOString().slice(0, 19)}Z,4\r\n`);
  });

  it('say why nothing is counted where no request ends', async () => {
    const { stdout, stderr } = await printed(REQUESTS.slice(0, 1), { count: true });
    expect(stdout).toBe('0\n');
    expect(stderr).toContain('Fix: count the events of another stage, with --stage RequestReceived.');
  });

  it('end where they are interrupted', async () => {
    const reason = new Error('Interrupted.');
    await expect(printed(REQUESTS, { top: 'user' }, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('refuse what nothing is counted by, before they read', async () => {
    await expect(printed([], { top: 'users' })).rejects.toMatchObject({
      hint: expect.stringContaining('Did you mean user?'),
    });
  });
});

describe('logs --object', () => {
  const DB = { ...ALICE, objectRef: { resource: 'secrets', namespace: 'shop', name: 'db' } };
  const WEB = { ...ALICE, objectRef: { resource: 'deployments', apiGroup: 'apps', namespace: 'shop', name: 'web' } };

  it('tells only of the object, and what would have to be recorded', async () => {
    const { stdout, stderr } = await printed(
      [
        { ...WEB, verb: 'patch' },
        { ...DB, verb: 'update' },
      ],
      { object: 'deploy/web', namespace: ['shop'] },
    );
    expect(stdout).toContain('patch deployments');
    expect(stdout).not.toContain('secrets');
    expect(stderr).toContain('Of one change the log has no bodies');
    expect(stderr).toContain('kops-audit policy explain update deployments.apps/web -n shop');
  });

  it('advises nobody to record secrets', async () => {
    const { stderr } = await printed([{ ...DB, verb: 'update' }], { object: 'secrets/db', namespace: ['shop'] });
    expect(stderr).toContain('That is as it should be');
    expect(stderr).not.toContain('RequestResponse');
  });

  it('compares with what was before also where a filter hides it', async () => {
    const body = (replicas: number) => ({ metadata: { name: 'web' }, spec: { replicas } });
    const { stdout } = await printed(
      [
        { ...WEB, verb: 'create', responseObject: body(1) },
        { ...WEB, verb: 'update', responseObject: body(2) },
      ],
      { object: 'deployments/web', verb: ['update'] },
    );
    expect(stdout).not.toContain('create');
    expect(stdout).toContain('-  replicas: 1');
  });

  it('prints its events as they are with -o json', async () => {
    const { stdout } = await printed(
      [
        { ...WEB, verb: 'get' },
        { ...DB, verb: 'get' },
      ],
      { object: 'deploy/web', output: 'json' },
    );
    expect(JSON.parse(stdout)).toMatchObject({ objectRef: { name: 'web' } });
  });

  it.each([
    [{ object: 'web' }, 'Write TYPE/NAME'],
    [{ object: 'deploy/web', namespace: ['a', 'b'] }, 'Write it in full'],
    [{ object: 'deploy/web', namespace: ['sh*'] }, 'Write it in full'],
    [{ object: 'deplyments/web' }, 'Did you mean deployments?'],
  ])('refuses %j', async (flags, hint) => {
    await expect(printed([], flags)).rejects.toMatchObject({ hint: expect.stringContaining(hint) });
  });

  it('says that nothing changed it', async () => {
    expect((await printed([], { object: 'deploy/web' })).stderr).toContain(
      'Nothing in this log changed deployments.apps/web.',
    );
  });
});
