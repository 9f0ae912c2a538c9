import { describe, expect, it } from 'vitest';
import { asObject, asStatus, asTextMap, asTexts, asUser } from '../../src/events/shapes.ts';

describe('the maps of an event', () => {
  it('are taken as they are where all is of its type, with members that nobody knows', () => {
    const user = { username: 'a', groups: ['b'], extra: { c: ['d'] }, more: 1 };
    expect(asUser(user)).toBe(user);
    const status = { code: 403, message: 'no', metadata: {} };
    expect(asStatus(status)).toBe(status);
  });

  it('lose what is of a wrong type', () => {
    expect(asUser({ username: ['a'], groups: 'b', uid: 'c', extra: { d: 'e' } })).toEqual({ uid: 'c' });
    expect(asUser({ groups: ['a', 1] })).toEqual({});
    expect(asObject({ resource: 'pods', name: 1, namespace: null })).toEqual({ resource: 'pods' });
    expect(asStatus({ code: '403', reason: 'Forbidden' })).toEqual({ reason: 'Forbidden' });
    expect(asTextMap({ a: 'b', c: 1 })).toEqual({ a: 'b' });
    expect(asTexts(['a', 1, null])).toEqual(['a']);
  });

  it('are none where there is no map, and no list', () => {
    for (const value of [undefined, null, 'a', 1, ['a']])
      expect([asUser(value), asTextMap(value)]).toEqual([undefined, undefined]);
    expect(asTexts('a')).toBeUndefined();
  });
});
