import { describe, expect, it } from 'vitest';
import { nearest, editDistance } from '../../src/policy/nearest.ts';

describe('nearest', () => {
  const known = ['users', 'userGroups', 'verbs', 'resources', 'level'];

  it.each([
    ['verb', 'verbs'],
    ['resource', 'resources'],
    ['Users', 'users'],
    ['lvl', undefined],
    ['levle', 'level'],
    ['usergroup', 'userGroups'],
    ['banana', undefined],
    ['', undefined],
  ])('finds for %j %j', (word, meant) => {
    expect(nearest(word, known)).toBe(meant);
  });

  it('prefers the nearer word', () => {
    expect(nearest('abcdef', ['abxdef', 'abcdef'])).toBe('abcdef');
    expect(nearest('abcdefg', ['abxxefg', 'abcdefx'])).toBe('abcdefx');
  });
});

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
    ['ab', 'ba', 2],
  ])('%s to %s', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
    expect(editDistance(to, from)).toBe(distance);
  });
});
