import { expect, it } from 'vitest';
import { shipStatusView } from '../../src/report/ship-status.ts';
import { plainStyle } from '../../src/report/text.ts';
import type { NodeShipping, ShipStatus } from '../../src/ship/status.ts';

const WELL: NodeShipping = {
  node: 'ip-10-0-0-1.eu-central-1.compute.internal',
  pod: 'audit-exporter-abcde',
  state: 'shipping',
  restarts: 0,
  queueBytes: 1_000_000,
  queueCapacity: 268_435_456,
  sent: 1_234_567,
  failed: 0,
  refused: 0,
  writtenMeanwhile: 40,
  sentMeanwhile: 38,
  behind: 2,
  lastError: null,
  problem: null,
};

const LOSING: NodeShipping = {
  ...WELL,
  node: 'i-0abc',
  state: 'failing',
  failed: 6,
  refused: 1,
  queueBytes: null,
  queueCapacity: null,
  behind: null,
  lastError: { time: '2026-11-27T05:00:00Z', text: `Dropping\u001b[31m data: ${'401 '.repeat(30)}` },
  problem: {
    why: 'the store refused 6 events for good',
    fix: 'Put the right one in.\nkubectl create role ship-status',
  },
};

function view(nodes: NodeShipping[], writtenUnknown: string | null = null): string {
  const status: ShipStatus = {
    kind: 'ShipStatus',
    formatVersion: 1,
    context: 'c',
    namespace: 'kops-audit',
    watchedSeconds: 10,
    isWell: false,
    writtenUnknown,
    nodes,
  };
  return shipStatusView(status, plainStyle, 80, 80);
}

it('fits 80 columns, and says what is wrong below the table', () => {
  const text = view([WELL, LOSING], 'nobody may ask');
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(text).toMatch(/^i-0abc +failing .*1,234,567 +7 +unknown$/m);
  expect(text).toContain(
    'i-0abc: the store refused 6 events for good\n  last error, 2026-11-27T05:00:00Z: Dropping\\x1b[31m data',
  );
  expect(text).toContain('  Fix: Put the right one in.\n    kubectl create role ship-status\n');
  expect(text).toContain('that were not sent, within 10\nseconds.');
  expect(text).toContain('BEHIND is not known: nobody may ask');
});

it('says no more where all is well', () => {
  const text = view([{ ...WELL, node: 'cp-1' }]);
  expect(text.split('\n\n')).toHaveLength(2);
  expect(text).toMatch(/^cp-1 +shipping +0 +0 % +1,234,567 +0 +2$/m);
});
