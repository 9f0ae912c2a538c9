import { describe, expect, it } from 'vitest';
import { nearNames } from '../../src/kops/failure.ts';

describe('nearNames', () => {
  const names = ['prod.example.com', 'test.example.com', 'prod-eu.example.com', 'minikube', 'prod.example.org'];

  it('gives the nearest first, and no stranger', () => {
    expect(nearNames('prd.example.com', names)).toEqual([
      'prod.example.com',
      'test.example.com',
      'prod-eu.example.com',
    ]);
    expect(nearNames('zzz', names)).toEqual([]);
  });

  it('takes a start for the whole', () => {
    expect(nearNames('prod', names)).toEqual(['prod.example.com', 'prod-eu.example.com', 'prod.example.org']);
  });
});
