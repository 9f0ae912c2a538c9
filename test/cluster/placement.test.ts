import { describe, expect, it } from 'vitest';
import type { Distribution } from '../../src/cluster/groups.ts';
import { layoutsFor } from '../../src/cluster/kops-releases.ts';
import { logPathProblems, policyPathProblems, type Place } from '../../src/cluster/placement.ts';

function at(version: string | null, distribution: Distribution = 'other'): Place {
  return { layouts: layoutsFor(version), distribution };
}

function policyIds(path: string, place: Place): string[] {
  return policyPathProblems(path, place).map(({ id }) => id);
}

function logIds(path: string, place: Place): string[] {
  return logPathProblems(path, place).map(({ id }) => id);
}

describe('policyPathProblems', () => {
  it.each(['1.19.0', '1.21.5', '1.22.0', '1.25.4', '1.26.5', '1.26.6', '1.27.0', '1.36.0', null])(
    'takes our own path with kOps %s',
    (version) => {
      expect(policyIds('/srv/kubernetes/kube-apiserver/audit/policy.yaml', at(version))).toEqual([]);
    },
  );

  it.each([
    ['/etc/kubernetes/audit/policy.yaml', '1.26.5', ['policy-path-unreadable']],
    ['/etc/kubernetes/audit/policy.yaml', '1.26.6', []],
    ['/etc/kubernetes/audit/policy.yaml', null, ['policy-path-unreadable']],
    ['/srv/kubernetes/audit/policy.yaml', '1.21.5', []],
    ['/srv/kubernetes/audit/policy.yaml', '1.22.0', ['policy-path-unreadable']],
    ['/srv/kubernetes/kube-apiserver/policy.yaml', '1.25.4', []],
    ['/srv/kubernetes/kube-apiserver/policy.yaml', '1.26.6', ['mount-clash']],
    ['/srv/kubernetes/kube-apiserver/policy.yaml', '1.27.0', []],
    ['/etc/ssl/policy.yaml', '1.32.0', ['mount-clash']],
    ['/etc/kubernetes/manifests/policy.yaml', '1.32.0', ['mount-clash']],
    ['/srv/kubernetes/kube-apiserver/server.crt', '1.32.0', ['kops-file']],
    ['/srv/kubernetes/ca.crt/policy.yaml', '1.32.0', ['kops-file', 'mount-clash']],
    ['policy.yaml', '1.32.0', ['path-not-clean']],
    ['/etc/audit/../policy.yaml', '1.32.0', ['path-not-clean']],
    ['/etc//audit/policy.yaml', '1.32.0', ['path-not-clean']],
    ['/etc/audit/', '1.32.0', ['path-not-clean']],
    ['/usr/local/policy.yaml', '1.32.0', ['mount-clash']],
    ['/etc/kubernetes/manifests/a/policy.yaml', '1.32.0', ['mount-clash']],
    ['/var/lib/kube-scheduler/kubeconfig', '1.32.0', ['kops-file']],
    ['/var/lib/kubelet/audit/policy.yaml', '1.32.0', ['kops-file']],
    ['/etc/kubernetes/pki/etcd-manager-main/policy.yaml', '1.32.0', ['kops-file']],
    ['/srv/kubernetes/kube-apiserver/encryptionconfig.yaml', '1.32.0', ['kops-file']],
    ['/opt/audit/policy.yaml', '1.32.0', []],
  ])('%s with kOps %s: %j', (path, version, ids) => {
    expect(policyIds(path, at(version))).toEqual(ids);
  });

  it.each([
    ['/srv/kubernetes/audit.yaml', 'kOps 1.22.0 to before 1.26.6, which mounts only /srv/kubernetes/kube-apiserver'],
    [
      '/etc/kubernetes/audit/policy.yaml',
      'kOps 1.19.0 to before 1.26.6, which mounts only /srv/kubernetes, from 1.22.0 on only /srv/kubernetes/kube-apiserver',
    ],
    ['/srv/kubernetes/kube-apiserver/policy.yaml', 'kOps 1.26.6 to before 1.27.0'],
    ['/etc/ssl/policy.yaml', 'kOps 1.26.6 and later'],
  ])('names for %s every release that cannot have it', (path, releases) => {
    expect(policyPathProblems(path, at(null)).map(({ message }) => message)).toContainEqual(
      expect.stringMatching(new RegExp(`${releases.replaceAll('.', '[.]')}$`)),
    );
  });

  it('wants /etc/srv on Container-Optimized OS', () => {
    expect(policyIds('/etc/srv/kubernetes/kube-apiserver/audit/policy.yaml', at(null, 'cos'))).toEqual([]);
    expect(policyIds('/srv/kubernetes/kube-apiserver/audit/policy.yaml', at('1.32.0', 'cos'))).toEqual([
      'policy-path-unreadable',
    ]);
    expect(policyIds('/etc/kubernetes/audit/policy.yaml', at('1.32.0', 'cos'))).toEqual([]);
  });
});

describe('logPathProblems', () => {
  it.each([
    ['-', []],
    ['/var/log/kube-audit/audit.log', []],
    ['/var/log/kube-apiserver-audit.log', []],
    ['/var/log/kube-apiserver.log', ['log-path']],
    ['/var/log/kube-scheduler.log', ['log-path']],
    ['/audit.log', ['log-path']],
    ['/usr/local/bin/audit.log', ['log-path']],
    ['/usr/local/audit.log', ['log-path']],
    ['/usr/bin/audit.log', ['log-path']],
    ['/lib64/audit.log', ['log-path']],
    ['/boot/audit.log', ['log-path']],
    ['/go-runner/audit.log', ['log-path']],
    ['/usr/local/bin/kube-apiserver/audit.log', ['log-path']],
    ['/dev/stdout', ['log-path']],
    ['/proc/1/audit.log', ['log-path']],
    ['/etc/logrotate.d/audit.log', ['kops-file']],
    ['/var/lib/kubelet/audit.log', ['kops-file']],
    ['/mnt/audit.log', []],
    ['/data/audit.log', []],
    ['/opt/audit/audit.log', []],
    ['/tmp/audit.log', []],
    ['/usr/local/bin/audit/audit.log', []],
    ['/var/log/kube-apiserver.log/audit.log', ['kops-file']],
    ['/srv/kubernetes/kube-apiserver/audit.log', ['mount-clash']],
    ['/etc/ssl/audit.log', ['mount-clash']],
    ['/var/log/kube-audit/', ['path-not-clean']],
    ['audit.log', ['path-not-clean']],
  ])('%s: %j', (path, ids) => {
    expect(logIds(path, at('1.32.0'))).toEqual(ids);
  });

  it('names every release that has a mount there', () => {
    expect(logPathProblems('/srv/kubernetes/audit.log', at(null))[0]?.message).toBe(
      '/srv/kubernetes is already mounted by kOps 1.19.0 to before 1.22.0',
    );
    expect(logPathProblems('/etc/ssl/audit.log', at('1.32.0'))[0]?.message).toBe(
      '/etc/ssl is already mounted by kOps 1.19.0 and later',
    );
  });

  it('knows what only old releases mount', () => {
    expect(logIds('/srv/kubernetes/audit.log', at('1.21.0'))).toEqual(['mount-clash']);
    expect(logIds('/srv/kubernetes/audit.log', at('1.22.0'))).toEqual([]);
    expect(logIds('/etc/kubernetes/pki/kube-apiserver/audit.log', at(null))).toEqual(['mount-clash']);
  });
});
