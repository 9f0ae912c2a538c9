import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { openLog, type OpenFlags, readAll, sayWhatWasRead, statusOf } from '../../../src/commands/logs/open.ts';
import type { Context } from '../../../src/context.ts';
import { processIo } from '../../../src/terminal/io.ts';
import { temporaryFolder } from '../../input/temporary.ts';
import { linesOf } from '../../replay/logs.ts';

const [FIRST = '', SECOND = ''] = linesOf('API traffic').filter((line) => line.includes('"objectRef"'));

function contextOf(stdin: NodeJS.ReadableStream & { isTTY?: boolean }, stderr: (text: string) => void): Context {
  const io = { ...processIo({ color: false }), input: stdin, stderr, columns: 1000 };
  return { io, env: {}, now: () => new Date(0), interrupt: new AbortController().signal };
}

interface Said {
  lines: string[];
  status: number;
}

async function read(log: string, flags: OpenFlags = {}): Promise<Said> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'audit.log'), log);
  let said = '';
  const context = contextOf(Readable.from([]), (more) => (said += more));
  const opened = await openLog([folder], flags, context, 'logs');
  for await (const _ of readAll(opened, () => undefined));
  sayWhatWasRead(opened, { utc: true, ...flags }, context);
  return { lines: said.replaceAll(`${folder}/`, '').trimEnd().split('\n'), status: statusOf(opened, flags) };
}

describe('openLog', () => {
  it('takes no stdin for an empty log that had a policy in it', async () => {
    const stdin = Readable.from(['rules: []']);
    const context = contextOf(stdin, () => {});
    expect((await openLog([], {}, context, 'logs')).servers).toHaveLength(1);
    await text(stdin);
    await expect(openLog([], {}, context, 'logs')).rejects.toThrow('no log is named');
  });

  it('tells once what is missing, also where it is read again', async () => {
    const file = join(temporaryFolder(), 'audit.log');
    writeFileSync(file, `${FIRST}\n`);
    const context = contextOf(Readable.from([]), () => {});
    const opened = await openLog([file], {}, context, 'logs');
    rmSync(file);
    for (const _ of [1, 2]) for await (const __ of readAll(opened, () => undefined));
    expect(opened.missing).toEqual([`${file} cannot be read: there is no such file`]);
  });
});

describe('what is said of a log', () => {
  it('is one line where all is well', async () => {
    expect(await read(`${FIRST}\n${SECOND}\n`)).toEqual({
      lines: [expect.stringMatching(/^2 events in 1 file, 2026-11-23 05:55:\d\dZ to 05:55:\d\dZ$/)],
      status: 0,
    });
  });

  it('names what events are wrapped in, and those that were there twice', async () => {
    const wrapped = `{"labels":{},"line":${JSON.stringify(FIRST)},"timestamp":"t"}\n`;
    const { lines } = await read(wrapped + wrapped);
    expect(lines[0]).toMatch(/^1 event in 1 file \(Loki\), /);
    expect(lines).toContain('1 event was there twice, and counts once.');
    expect(lines).toContainEqual(expect.stringMatching(/^warning: Loki gives the newest first/));
  });

  it('tells of lines that hold more than one event', async () => {
    const { lines, status } = await read(`${FIRST}${SECOND}\n`);
    expect(lines).toEqual([
      expect.stringMatching(/^2 events in 1 file, /),
      '1 line holds more than one event: each of them counts.',
    ]);
    expect(status).toBe(0);
  });

  it('counts what is damaged, with places, what is left of it, and 1 where it is asked for', async () => {
    const uri = '/api/v1/pods?access_token=abcdef0123456789';
    const cut = `{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"x","requestURI":"${uri}","verb":"list","user":{"username":"eve`;
    const text = `${FIRST}\n${cut}\nI1123 text\n${SECOND}\n`;
    const { lines, status } = await read(text);
    const at = Buffer.byteLength(FIRST) + 1;
    expect(lines.slice(1)).toEqual([
      `warning: 1 line begins like an event and breaks off: audit.log:2 (byte ${at})`,
      `warning: 1 line is no audit event: audit.log:3 (byte ${at + cut.length + 1})`,
      'warning: Of the event in audit.log:2 is left: list /api/v1/pods?access_token=‹secret›, audit ID x',
    ]);
    expect(status).toBe(0);
    expect((await read(text, { strict: true, quiet: true })).status).toBe(1);
    expect((await read(text, { quiet: true })).lines).toEqual(lines.slice(1));
  });

  it('takes a last line that is being written for no damage', async () => {
    const { lines, status } = await read(`${FIRST}\n${SECOND.slice(0, 300)}`, { strict: true });
    expect(lines[1]).toMatch(
      /^The last line is only begun in audit.log:2 \(byte \d+\): it is being written, or was cut off\.$/,
    );
    expect(status).toBe(0);
  });

  it('shows no control character of a log', async () => {
    const cut =
      '{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"\u001b[2J","requestURI":"/\u202e","verb":"get","x":"';
    expect((await read(`${cut}\n`)).lines.join('\n')).not.toMatch(/[\u001b\u202e]/);
  });
});

it('turns an export around whose newest event comes first', async () => {
  const folder = temporaryFolder();
  const lines = linesOf('API traffic');
  writeFileSync(join(folder, 'export.json'), `${lines.toReversed().join('\n')}\n`);
  const opened = await openLog(
    [folder],
    {},
    contextOf(Readable.from([]), () => {}),
    'logs',
  );
  const seen: string[] = [];
  for await (const some of readAll(opened, (event) => Buffer.from(event.bytes()).toString())) seen.push(...some);
  expect(seen).toEqual(lines);
});

it('reads stdin where nothing is named, and asks for a name at a terminal', async () => {
  const piped = contextOf(Readable.from([`${FIRST}\n`]), () => {});
  const opened = await openLog([], {}, piped, 'logs');
  for await (const _ of readAll(opened, () => undefined));
  expect(opened.tally.events).toBe(1);
  const terminal = contextOf(Object.assign(Readable.from([]), { isTTY: true }), () => {});
  await expect(async () => openLog([], {}, terminal, 'logs')).rejects.toThrow('no log is named');
  await expect(async () => openLog(['-'], {}, terminal, 'logs')).rejects.toThrow('stdin is a terminal');
});
