import { describe, expect, it } from 'vitest';
import { readKubernetesVersion } from '../../src/cluster/release.ts';

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
