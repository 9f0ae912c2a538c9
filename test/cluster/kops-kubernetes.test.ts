import { describe, expect, it } from 'vitest';
import { kopsReleasesFor, kubernetesOf } from '../../src/cluster/kops-kubernetes.ts';
import { minorOf } from '../../src/cluster/release.ts';

function runs(kubernetes: string, kops: string): boolean {
  return kopsReleasesFor(kubernetes).some((release) => minorOf(release) === kops);
}

describe('kopsReleasesFor', () => {
  it.each([
    ['1.19', 11],
    ['1.20', 13],
    ['1.21', 15],
    ['1.22', 17],
    ['1.23', 18],
    ['1.24', 19],
    ['1.25', 20],
    ['1.26', 21],
    ['1.27', 22],
    ['1.28', 23],
    ['1.29', 24],
    ['1.30', 25],
    ['1.31', 25],
    ['1.32', 27],
    ['1.33', 27],
    ['1.34', 29],
    ['1.35', 29],
    ['1.36', 31],
  ])('kOps %s runs Kubernetes from 1.%i on, to the next minor of its own', (kops, oldest) => {
    const own = Number(kops.split('.')[1]);
    expect(runs(`1.${oldest - 1}.99`, kops)).toBe(false);
    expect(runs(`1.${oldest}.0`, kops)).toBe(true);
    expect(runs(`1.${own}.99`, kops)).toBe(true);
    expect(runs(`1.${own + 2}.0`, kops)).toBe(false);
  });

  it('keeps the patch in the upper bound', () => {
    const of = (kubernetes: string): string[] =>
      kopsReleasesFor(kubernetes).filter((release) => release.startsWith('1.26.'));
    expect(of('1.27.4')).toEqual(['1.26.5', '1.26.6']);
    expect(of('1.27.5')).toEqual(['1.26.6']);
    expect(of('1.27.6')).toEqual([]);
  });

  it('takes a pre-release for its release', () => {
    expect(kopsReleasesFor('1.31.0-beta.1')).toEqual(kopsReleasesFor('1.31.0'));
  });

  it('knows of no end for the releases to come, and of none before 1.19', () => {
    expect(kopsReleasesFor('1.99.3')).toEqual(['1.37.0']);
    expect(kopsReleasesFor('1.10.13')).toEqual([]);
  });
});

describe('kubernetesOf', () => {
  it.each([
    [null, '1.11.0', null],
    ['1.22.0', '1.17.0', '1.22.99'],
    ['1.22.6', '1.17.0', '1.23.5'],
    ['1.36.2', '1.31.0', '1.37.1'],
    ['1.37.0', '1.31.0', null],
    ['1.50.1', '1.31.0', null],
  ])('of kOps %s is %s to %s', (kops, oldest, newest) => {
    expect(kubernetesOf(kops)).toEqual({ oldest, newest });
  });
});
