import { describe, expect, it } from 'vitest';
import { CONFIG_RULES } from '../../../src/lint/kubeadm/config.ts';
import { SERVER_RULES } from '../../../src/lint/kubeadm/lint-servers.ts';
import { cases, lintVerdict, readTable } from '../../kubeadm/verdicts.ts';

describe('what lint says of kubeadm, kind and static pods', () => {
  it.each(cases())('of $name is what the table beside the real programs has', async (one) => {
    const row = readTable().find(({ name }) => name === one.name);
    expect(await lintVerdict(one)).toBe(row?.lint);
  });

  it('is an error where a program refuses, and nothing that breaks passes unsaid', () => {
    const rows = readTable();
    expect(rows.length).toBeGreaterThan(80);
    const refused = rows.filter(({ kubeadm, kubelet, flags }) =>
      [kubeadm, kubelet, flags].some((said) => said === 'refused'),
    );
    expect(refused.length).toBeGreaterThan(25);
    expect(refused.filter(({ lint }) => !lint.startsWith('error'))).toEqual([]);
    expect(rows.filter(({ flags, lint }) => flags === 'none' && lint === '-')).toEqual([]);
    expect(rows.filter(({ name, lint }) => /^(\w+-)?bad-/.test(name) && lint === '-')).toEqual([]);
    expect(rows.filter(({ name, lint }) => /^(\w+-)?good/.test(name) && lint !== '-')).toEqual([]);
  });

  it('has a case for every rule', () => {
    const told = readTable()
      .map(({ lint }) => lint)
      .join();
    const missing = [...CONFIG_RULES, ...SERVER_RULES].filter(
      ({ id, severity }) => !told.includes(`${severity} ${id}`),
    );
    expect(missing.map(({ id }) => id)).toEqual([]);
  });
});
