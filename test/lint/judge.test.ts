import { describe, expect, it } from 'vitest';
import { CLUSTER_RULES } from '../../src/lint/lint-cluster.ts';
import type { Finding } from '../../src/lint/rule.ts';
import { allowableRules, judge } from '../../src/lint/judge.ts';

function finding(rule: string, more: Partial<Finding> = {}): Finding {
  return { rule, severity: 'error', fatal: false, subject: '', args: {}, pointer: '', ...more };
}

const none = (): Finding[] => [];

describe('judge', () => {
  it('blocks on errors and shows the rest', () => {
    const { blocking, others } = judge(
      none,
      [finding('key-dropped'), finding('log-unbounded', { severity: 'warning' })],
      [],
    );
    expect(blocking.map(({ rule }) => rule)).toEqual(['key-dropped']);
    expect(others.map(({ rule }) => rule)).toEqual(['log-unbounded']);
  });

  it('asks for what stood before only where that decides something', () => {
    const asked = (): Finding[] => {
      throw new Error('asked');
    };
    const after = [finding('key-dropped'), finding('asset-mode', { severity: 'warning' })];
    expect(judge(asked, after, []).others).toHaveLength(1);
    expect(judge(asked, [finding('asset-mode')], ['asset-mode']).others).toHaveLength(1);
    expect(() => judge(asked, [finding('asset-mode')], [])).toThrow('asked');
  });

  it('lets a rule pass with --allow, but not one that keeps the API server down', () => {
    const after = [finding('key-dropped'), finding('policy-path', { fatal: true })];
    const { blocking, others } = judge(none, after, ['key-dropped', 'policy-path']);
    expect(blocking.map(({ rule }) => rule)).toEqual(['policy-path']);
    expect(others).toMatchObject([{ rule: 'key-dropped', severity: 'warning' }]);
  });

  it('knows all that it stops a change for and may let pass', () => {
    const ids = CLUSTER_RULES.map(({ id }) => id);
    const judged = (rule: string, allow: string[]): number => {
      const { severity, fatal } = CLUSTER_RULES.find(({ id }) => id === rule) ?? finding(rule);
      return judge(none, [finding(rule, { severity, fatal })], allow).blocking.length;
    };
    const passes = ids.filter((id) => judged(id, []) === 1 && judged(id, [id]) === 0);
    expect(allowableRules().map(({ id }) => id)).toEqual(passes);
    expect(passes).toEqual(expect.arrayContaining(['key-dropped', 'policy-shadowed']));
  });

  it('only warns of what stood there before and is not about auditing', () => {
    const base64 = finding('asset-base64', { fatal: true });
    expect(judge(() => [base64], [base64], []).blocking).toEqual([]);
    expect(judge(none, [base64], []).blocking).toHaveLength(1);
    const path = finding('policy-path', { fatal: true });
    expect(judge(() => [path], [path], []).blocking).toHaveLength(1);
  });

  it('knows what stood before by its rule and what it is about, whatever else it says and wherever it stands', () => {
    const before = finding('asset-base64', { subject: 'theirs', args: { at: 3 }, pointer: '/spec/fileAssets/3' });
    const moved = { ...before, args: { at: 2 }, pointer: '/spec/fileAssets/2' };
    expect(judge(() => [before], [moved], []).blocking).toEqual([]);
    expect(judge(() => [before], [{ ...before, subject: 'ours' }], []).blocking).toHaveLength(1);
    expect(judge(() => [before], [{ ...before, rule: 'asset-key-dropped' }], []).blocking).toHaveLength(1);
  });
});
