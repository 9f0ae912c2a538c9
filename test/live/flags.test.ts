import { describe, expect, it } from 'vitest';
import { auditFlags, runsKubeApiserver } from '../../src/live/flags.ts';

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
