import { describe, expect, it } from 'vitest';
import { groupRole } from '../../src/cluster/groups.ts';

describe('groupRole', () => {
  it.each([
    ['Master', 'ControlPlane'],
    ['control-plane', 'ControlPlane'],
    ['ControlPlane', 'ControlPlane'],
    ['APIServer', 'APIServer'],
    ['Node', 'Node'],
    ['Etcd', 'other'],
    ['constructor', 'other'],
    [undefined, 'other'],
  ])('%s is %s', (word, role) => {
    expect(groupRole(word)).toBe(role);
  });
});
