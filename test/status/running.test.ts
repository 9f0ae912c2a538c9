import { describe, expect, it } from 'vitest';
import { AUDIT_KEYS } from '../../src/cluster/audit-keys.ts';
import { flagDifferences } from '../../src/status/running.ts';

describe('flagDifferences', () => {
  it('finds none where the flags are what kOps makes of the spec', () => {
    const settings = {
      auditLogPath: '/var/log/a.log',
      auditLogMaxAge: 0,
      auditLogFormat: '',
      auditWebhookBatchThrottleEnable: false,
      auditWebhookInitialBackoff: '90s',
      auditWebhookBatchThrottleQps: '3140m',
    };
    expect(
      flagDifferences(settings, {
        '--audit-log-path': '/var/log/a.log',
        '--audit-log-maxage': '0',
        '--audit-webhook-batch-throttle-enable': 'false',
        '--audit-webhook-initial-backoff': '1m30s',
        '--audit-webhook-batch-throttle-qps': '3.140',
      }),
    ).toEqual([]);
  });

  it('names another value, a missing flag, and one the spec does not have', () => {
    const settings = { auditLogMaxAge: 10, auditLogPath: '/a', auditWebhookInitialBackoff: '1m' };
    const running = {
      '--audit-log-maxage': '7',
      '--audit-log-mode': 'blocking',
      '--audit-log-maxsize': '5',
      '--audit-webhook-initial-backoff': '1s',
    };
    expect(flagDifferences(settings, running)).toEqual([
      { flag: '--audit-log-maxage', spec: '10', running: '7' },
      { flag: '--audit-log-maxsize', spec: null, running: '5' },
      { flag: '--audit-log-path', spec: '/a', running: null },
      { flag: '--audit-webhook-initial-backoff', spec: '1m', running: '1s' },
      { flag: '--audit-log-mode', spec: null, running: 'blocking' },
    ]);
  });

  it('takes an empty flag for none', () => {
    expect(flagDifferences({}, { '--audit-log-path': '' })).toEqual([]);
    expect(flagDifferences({ auditLogPath: '/a' }, { '--audit-log-path': '' })).toHaveLength(1);
  });

  it.each(AUDIT_KEYS)('knows $name by its flag', ({ name, flag, type }) => {
    const [value, other] = { string: ['a', 'b'], integer: [1, 2], boolean: [true, false] }[type as 'string'] ?? [
      '1',
      '2',
    ];
    expect(flagDifferences({ [name]: value! }, { [flag]: String(value) })).toEqual([]);
    const wanted = type === 'duration' ? ['1s', '2s'] : [String(value), String(other)];
    expect(flagDifferences({ [name]: wanted[0]! }, { [flag]: wanted[1]! })).toEqual([
      { flag, spec: wanted[0], running: wanted[1] },
    ]);
  });
});
