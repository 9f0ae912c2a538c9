import { describe, expect, it } from 'vitest';
import { AUDIT_KEYS } from '../../src/cluster/audit-keys.ts';
import { auditFlags, flagDifferences, runsKubeApiserver } from '../../src/live/flags.ts';

describe('auditFlags', () => {
  it('reads them behind the go-runner, as kOps 1.23 and later write them', () => {
    const command = ['/go-runner'];
    const args = [
      '--log-file=/var/log/kube-apiserver.log',
      '--also-stdout',
      '/usr/local/bin/kube-apiserver',
      '--allow-privileged=true',
      '--audit-log-maxage=10',
      '--audit-log-path=/var/log/kube-audit/audit.log',
    ];
    expect(auditFlags({ command, args })).toEqual({
      '--audit-log-maxage': '10',
      '--audit-log-path': '/var/log/kube-audit/audit.log',
    });
  });

  it('reads them from the shell script of kOps up to 1.22', () => {
    const script =
      'mkfifo /tmp/pipe; (tee -a /var/log/kube-apiserver.log < /tmp/pipe & ) ; exec /usr/local/bin/kube-apiserver --audit-log-maxage=10 --audit-policy-file="/srv/kubernetes/audit.yaml" > /tmp/pipe 2>&1';
    expect(auditFlags({ command: ['/bin/sh', '-c', script] })).toEqual({
      '--audit-log-maxage': '10',
      '--audit-policy-file': '/srv/kubernetes/audit.yaml',
    });
  });

  it('keeps blanks and equal signs in a value, takes the last of two, and a value in a word of its own', () => {
    const args = [
      'kube-apiserver',
      '--audit-log-path=/a b=c',
      '--audit-log-maxage=1',
      '--audit-log-maxage=2',
      '--audit-log-format',
      'json',
      '--audit-webhook-batch-throttle-enable',
      '--v=2',
    ];
    expect(auditFlags({ args })).toEqual({
      '--audit-log-path': '/a b=c',
      '--audit-log-maxage': '2',
      '--audit-log-format': 'json',
      '--audit-webhook-batch-throttle-enable': 'true',
    });
  });

  it('finds none where there is no command line', () => {
    expect(auditFlags({})).toEqual({});
    expect(auditFlags({ command: 'x', args: [1, null] })).toEqual({});
  });
});

describe('runsKubeApiserver', () => {
  it('knows it by the name of the program', () => {
    expect(runsKubeApiserver({ args: ['--log-file=/x', '/usr/local/bin/kube-apiserver', '--v=1'] })).toBe(true);
    expect(runsKubeApiserver({ command: ['/bin/sh', '-c', 'exec kube-apiserver --v=1'] })).toBe(true);
    expect(runsKubeApiserver({ command: ['/kube-apiserver-healthcheck'] })).toBe(false);
  });
});

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
