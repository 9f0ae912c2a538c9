import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { checkVersion, parseLastApplied, parseVersion, retryText } from '../../src/kops/answers.ts';

describe('versions', () => {
  it.each([
    ['1.36.0', '1.36.0'],
    ['v1.22.4\r', '1.22.4'],
    ['1.37.0-alpha.1+v1.37.0-alpha.1-5-gabc', '1.37.0-alpha.1+v1.37.0-alpha.1-5-gabc'],
    ['Version 1.22.0 (git-1)', undefined],
    ['1.36', undefined],
    ['', undefined],
  ])('reads %j', (line, version) => {
    expect(parseVersion(line)).toBe(version);
  });

  it.each([
    ['1.36.0\n1.35.1\n', '1.35.1'],
    ['1.36.0\ncould get cluster version\n', null],
    ['1.36.0\ncould not fetch cluster\n', null],
    ['1.36.0\n', null],
  ])('reads the last applied of %j', (stdout, version) => {
    expect(parseLastApplied(stdout)).toBe(version);
  });

  it('refuses what is older than 1.19', () => {
    for (const old of ['1.18.3', '0.9.1', '1.9.0']) expect(() => checkVersion(old)).toThrow(UserError);
    for (const fine of ['1.19.0', '1.100.0', '2.0.0']) expect(() => checkVersion(fine)).not.toThrow();
  });
});

describe('logging', () => {
  it('sees kops trying again', () => {
    const line = 'error running task "Network/x" (9m59s remaining to succeed): dial tcp: no route';
    expect(retryText(line)).toBe('kops is trying again for 9m59s: dial tcp: no route');
    expect(retryText('Tasks: 0 done / 33 total; 25 can run')).toBeUndefined();
  });
});
