import fc from 'fast-check';
import compare from 'semver/functions/compare.js';
import parse from 'semver/functions/parse.js';
import { describe, expect, it } from 'vitest';
import { compareVersions, readKubernetesVersion, readVersion } from '../../src/cluster/release.ts';

const identifier = fc.oneof(
  fc.constantFrom('0', '1', '01', '10', '9007199254740993', 'alpha', 'beta', 'rc', 'Beta', 'x-1', '-', '0a', '1.2', ''),
  fc.string({ unit: fc.constantFrom('0', '1', '9', 'a', 'Z', '-', '.', '+'), maxLength: 6 }),
);
const versionLike = fc
  .tuple(
    fc.constantFrom('', 'v', 'vv', '=', ' '),
    fc.array(fc.constantFrom('0', '1', '2', '10', '36', '00', '9007199254740992', 'x'), { minLength: 2, maxLength: 4 }),
    fc.option(identifier),
    fc.option(identifier),
    fc.constantFrom('', '\n', ' ', '-', '+'),
  )
  .map(([start, numbers, early, build, end]) => {
    return `${start}${numbers.join('.')}${early === null ? '' : `-${early}`}${build === null ? '' : `+${build}`}${end}`;
  });

describe('readVersion', () => {
  /** What it was made of before it read by itself. */
  function bySemver(text: string): string | null {
    const trimmed = text.trim().replace(/^v/, '');
    return parse(/^\d+\.\d+$/.test(trimmed) ? `${trimmed}.0` : trimmed)?.version ?? null;
  }

  it('reads what the package semver reads, and orders it so', () => {
    fc.assert(
      fc.property(versionLike, versionLike, (a, b) => {
        const [ours, theirs] = [readVersion(a), readVersion(b)];
        expect([ours, theirs]).toEqual([bySemver(a), bySemver(b)]);
        if (ours !== null && theirs !== null) expect(compareVersions(ours, theirs)).toBe(compare(ours, theirs));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['1.36.0', '1.36.0'],
    ['v1.36.0', '1.36.0'],
    ['1.32', '1.32.0'],
    ['1.37.0-alpha.1+build', '1.37.0-alpha.1'],
    [`1.0.0-${'a'.repeat(250)}`, `1.0.0-${'a'.repeat(250)}`],
    [`1.0.0-${'a'.repeat(251)}`, null],
    ['1.36', '1.36.0'],
    ['01.36.0', null],
    ['latest', null],
  ])('reads %s as %s', (text, version) => {
    expect(readVersion(text)).toBe(version);
  });

  it.each([
    ['1.9.0', '1.10.0', -1],
    ['1.36.0', '1.36.0-alpha.1', 1],
    ['1.36.0-alpha.2', '1.36.0-alpha.10', -1],
    ['1.36.0-alpha', '1.36.0-alpha.1', -1],
    ['1.36.0-alpha.1', '1.36.0-alpha.beta', -1],
    ['1.36.0-beta', '1.36.0-alpha.1', 1],
    ['1.36.0-a-b', '1.36.0-a-b', 0],
  ])('orders %s and %s: %i', (a, b, order) => {
    expect(compareVersions(a, b)).toBe(order);
  });
});

describe('readKubernetesVersion', () => {
  // What util.ParseKubernetesVersion of k8s.io/kops 1.36.0 gives for the same texts.
  it.each([
    ['1.31.2', '1.31.2'],
    ['v1.31.2', '1.31.2'],
    [' 1.31.2\n', '1.31.2'],
    ['1.31', '1.31.0'],
    ['v1.30', '1.30.0'],
    ['1', '1.0.0'],
    ['1.031.02', '1.31.2'],
    ['1.31.0-beta.1', '1.31.0-beta.1'],
    ['1.31.0+abc', '1.31.0'],
    ['https://distro.example.com/kubernetes-1-19/releases/1/artifacts/kubernetes/v1.19.6', '1.19.0'],
    ['https://example.com/v1.28.3/v1.30.1/', '1.28.0'],
    ['https://storage.googleapis.com/k8s-release-dev/ci/v1.37.0-alpha.0.12+ab/', '1.37.0'],
    ['https://example.com/kubernetes/v1.19', null],
    ['https://example.com/kubernetes/1.19.6/', null],
    ['1.31-alpha', null],
    ['1.31.0.5', null],
    ['vv1.31.2', null],
    ['latest', null],
    ['', null],
    ['${KUBERNETES_VERSION}', null],
    ['2.0.0', null],
    [1.31, null],
    [undefined, null],
    [null, null],
  ])('reads %j as %s', (text, version) => {
    expect(readKubernetesVersion(text)).toBe(version);
  });
});
