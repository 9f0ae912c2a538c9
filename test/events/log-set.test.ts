import { describe, expect, it } from 'vitest';
import type { LogSource } from '../../src/events/event.ts';
import { isLogName, serverLogs } from '../../src/events/log-set.ts';

async function* nothing(): AsyncGenerator<Uint8Array> {}

function servers(paths: readonly string[], times: Readonly<Record<string, number>> = {}): Record<string, string[]> {
  const sources = paths.map((name): LogSource => ({ name, server: '', open: nothing }));
  const logs = serverLogs(sources, ({ name }) => times[name] ?? NaN);
  return Object.fromEntries(logs.map(({ server, sources: own }) => [server, own.map(({ name }) => name)]));
}

describe('the order of the files of a server', () => {
  it('is that of their rotation, with the one being written last, compressed or not', () => {
    const inOrder = [
      'a/audit-2026-11-22T23-55-18.123.log.gz',
      'a/audit-2026-11-23T05-55-18.099.log',
      'a/audit-2026-11-23T05-55-18.123.log.gz',
      'a/audit.log',
    ];
    expect(servers(inOrder.toReversed())).toEqual({ '': inOrder });
  });

  it('keeps the one being written last although its first event is older than the rotation', () => {
    const [rotated, current] = ['audit-2026-11-23T05-55-18.123.log', 'audit.log'];
    expect(servers([current, rotated], { [current]: 1 })).toEqual({ '': [rotated, current] });
  });

  it('is that of their first events where names do not tell, and what has none comes last', () => {
    const times = { 'x/audit.log': 3, 'x/audit.log.1': 2, 'x/audit.log.10.gz': 1 };
    expect(servers(['x/other.log', ...Object.keys(times)], times)).toEqual({
      '': ['x/audit.log.10.gz', 'x/audit.log.1', 'x/audit.log', 'x/other.log'],
    });
  });
});

describe('servers', () => {
  it('are told apart by what their folders differ in', () => {
    expect(Object.keys(servers(['s/cp-1/var/log/audit.log', 's/cp-2/var/log/audit.log']))).toEqual(['cp-1', 'cp-2']);
    expect(Object.keys(servers(['s/cp-1/audit.log', 's/cp-2/audit.log', 's/cp-1/audit.log.1']))).toEqual([
      'cp-1',
      'cp-2',
    ]);
    expect(Object.keys(servers(['s/audit.log', 's/cp-2/audit.log']))).toEqual(['s', 'cp-2']);
  });

  it('are told apart by the names of files in one folder', () => {
    const rotated = 'd/cp-1-audit-2026-11-23T05-55-18.123.log.gz';
    expect(servers(['d/cp-2-audit.log', 'd/cp-1-audit.log', rotated])).toEqual({
      'cp-2': ['d/cp-2-audit.log'],
      'cp-1': [rotated, 'd/cp-1-audit.log'],
    });
    expect(Object.keys(servers(['kube-apiserver-audit.a.log', 'kube-apiserver-audit.b.log']))).toEqual(['a', 'b']);
  });

  it('are one where names differ in numbers, dates, or in words that say nothing of a server', () => {
    for (const names of [
      ['audit-2026-11-23.log', 'audit-2026-11-24.log'],
      ['audit.log', 'audit.log.1', 'audit.log-20261123.gz'],
      ['part-1.json', 'part-2.json', 'export.jsonl'],
    ])
      expect(Object.keys(servers(names))).toEqual(['']);
  });
});

it('knows logs in a folder by their names', () => {
  const logs = [
    'audit.log',
    'audit.log.1',
    'audit.log.2.gz',
    'audit.log-20261123',
    'x.jsonl',
    '000000.gz',
    'a.json.zst',
  ];
  const others = ['.audit.log.swp', 'backup.tar.gz', 'audit.logrotate', 'notes.txt', 'policy.yaml', 'json'];
  expect([...logs, ...others].filter(isLogName)).toEqual(logs);
});
