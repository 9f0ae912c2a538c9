import { expect, it } from 'vitest';
import { Talkers } from '../../src/replay/talkers.ts';

const request = (resource: string) => ({ verb: 'get', isResourceRequest: true, resource });

it('takes from elsewhere only those who were there by then', () => {
  const [here, elsewhere] = [new Talkers(1, 2), new Talkers(1, 10)];
  const add = (talkers: Talkers, user: string): void =>
    talkers.add(talkers.numberOf(talkers.userOf(user), talkers.askedOf(request('pods'))), 0, 7);
  add(elsewhere, 'ann');
  const counted = elsewhere.counted();
  add(elsewhere, 'bob');
  here.merge(counted);
  add(here, 'eve');
  add(here, 'bob');
  expect(here.costliest(0, 9).map(({ user }) => user)).toEqual(['ann', 'eve', 'all others']);
});
