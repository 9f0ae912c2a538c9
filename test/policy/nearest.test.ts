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
    ['lveel', 'level'],
    ['usergroup', 'userGroups'],
    ['banana', undefined],
    ['', undefined],
  ])('finds for %j %j', (word, meant) => {
    expect(nearest(word, known)).toBe(meant);
  });

  it.each([
    ['gec', 'gce'],
    ['gc', undefined],
    ['ge', undefined],
    ['kop', 'kops'],
    ['kpos', 'kops'],
    ['gke', 'gce'],
    ['aws', undefined],
    ['eks', undefined],
    ['GCE', 'gce'],
    ['metdaata', 'metadata'],
  ])('finds for the short %j %j', (word, meant) => {
    expect(nearest(word, ['kops', 'metadata', 'gce'])).toBe(meant);
  });

  it('finds what all distances together give, for words of every kind', () => {
    const words = [
      'user',
      'usres',
      'uesrs',
      'xsers',
      'xxers',
      'xxxrs',
      'verbsss',
      'levelxy',
      'LEVEL',
      'resorces',
      'groupsUser',
    ];
    for (const word of words) {
      const near = known.filter(
        (name) => editDistance(word.toLowerCase(), name.toLowerCase()) <= (word.length < 5 ? 1 : 2),
      );
      expect([word, nearest(word, known) !== undefined]).toEqual([word, near.length > 0]);
    }
  });

  it('finds nothing near for a word of two letters but its own in another case', () => {
    expect(nearest('po', ['pv', 'no', 'cs'])).toBeUndefined();
    expect(nearest('PO', ['po'])).toBe('po');
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
    ['ab', 'ba', 1],
    ['abc', 'cab', 2],
    ['gec', 'gce', 1],
    ['ca', 'abc', 3],
  ])('%s to %s', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
    expect(editDistance(to, from)).toBe(distance);
  });
});
