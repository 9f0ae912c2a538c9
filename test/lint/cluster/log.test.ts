import { describe, expect, it } from 'vitest';
import { lintText } from '../../../src/lint/lint-text.ts';

const SAFE = '/srv/kubernetes/kube-apiserver/audit/policy.yaml';

/** The rules about the log that a spec with these keys breaks. */
async function broken(keys: string, kubernetesVersion = '1.35.0'): Promise<string[]> {
  const server = `  kubeAPIServer:\n    auditPolicyFile: ${SAFE}\n${keys.replaceAll(/^/gm, '    ')}\n`;
  const text = `apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata: {name: a.example.com}\nspec:\n  kubernetesVersion: ${kubernetesVersion}\n${server}`;
  const { findings, errors } = await lintText(text, 'a.yaml', { kopsVersion: null });
  expect(errors).toEqual([]);
  return findings.map(({ rule }) => rule).filter((rule) => /^(?:log|cis-log)-/.test(rule));
}

const LOG = 'auditLogPath: /var/log/kube-audit/audit.log';

describe('the settings that bound a log', () => {
  it.each([
    ['auditLogMaxAge: 30', ['log-unbounded', 'cis-log-max-size']],
    ['auditLogMaxAge: 30\nauditLogMaxBackups: 0\nauditLogMaxSize: 100', ['log-unbounded']],
    ['auditLogMaxAge: 30\nauditLogMaxBackups: 3\nauditLogMaxSize: 100', ['cis-log-max-backups']],
    ['auditLogMaxAge: 30\nauditLogMaxBackups: 10\nauditLogMaxSize: 100', []],
  ])('%s: one finding for one cause', async (keys, rules) => {
    expect(await broken(`${LOG}\n${keys}`)).toEqual(rules);
  });

  it('are told by CIS alone where the size is what is missing', async () => {
    const keys = `${LOG}\nauditLogMaxAge: 30\nauditLogMaxBackups: 10\nauditLogMaxSize: 0`;
    expect(await broken(keys, '1.36.0')).toEqual(['log-unbounded']);
    expect(await broken(keys, '1.35.0')).toEqual(['cis-log-max-size']);
  });
});

describe('auditLogMaxAge', () => {
  const age = (days: number): Promise<string[]> =>
    broken(`${LOG}\nauditLogMaxAge: ${days}\nauditLogMaxBackups: 10\nauditLogMaxSize: 100`);

  it('is told where its nanoseconds overflow, and not before', async () => {
    expect(BigInt(106_751) * 86_400_000_000_000n <= 2n ** 63n - 1n).toBe(true);
    expect(BigInt(106_752) * 86_400_000_000_000n <= 2n ** 63n - 1n).toBe(false);
    expect(await age(106_751)).toEqual([]);
    expect(await age(106_752)).toEqual(['log-age-overflow']);
  });

  it('is nothing to a log on standard output', async () => {
    expect(await broken('auditLogPath: "-"\nauditLogMaxAge: 106752')).toEqual([]);
  });
});
