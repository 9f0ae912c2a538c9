import { describe, expect, it } from 'vitest';
import type { NodePod } from '../../src/ship/on-nodes.ts';
import { isWell, nodeShipping, type SeenNode } from '../../src/ship/status.ts';

const POD: NodePod = {
  node: 'cp-1',
  pod: 'p',
  isReady: true,
  isCurrent: true,
  restarts: 0,
  hasCrashed: false,
  trouble: null,
};
const COUNTS = { sent: 100, failed: 0, refused: 0, queue: null };
const SEEN: SeenNode = {
  pod: POD,
  before: COUNTS,
  after: { ...COUNTS, sent: 110 },
  lastError: null,
  written: 15,
  failure: null,
};
const TROUBLE = { why: 'w', fix: 'f' };

describe('nodeShipping', () => {
  it('tells how much more was written than sent', () => {
    expect(nodeShipping(SEEN)).toMatchObject({ state: 'shipping', sentMeanwhile: 10, behind: 5, problem: null });
    expect(nodeShipping({ ...SEEN, written: 4 }).behind).toBe(0);
  });

  it.each<[string, Partial<SeenNode>]>([
    ['nobody knows what was written', { written: null }],
    ['it could not be asked before', { before: null }],
    ['it was restarted meanwhile', { after: { ...COUNTS, sent: 3 } }],
  ])('does not say how far behind it is where %s', (_why, more) => {
    expect(nodeShipping({ ...SEEN, ...more }).behind).toBeNull();
  });

  it.each<[string, Partial<SeenNode>]>([
    ['no pod', { pod: { ...POD, pod: null, isReady: false, trouble: { ...TROUBLE, isStillToCome: true } } }],
    ['not ready', { pod: { ...POD, isReady: false, trouble: { ...TROUBLE, isStillToCome: true } } }],
    ['old', { pod: { ...POD, isCurrent: false, trouble: { ...TROUBLE, isStillToCome: true } } }],
    ['unknown', { after: null, failure: TROUBLE }],
    ['failing', { after: { ...COUNTS, failed: 1 } }],
    ['failing', { after: { ...COUNTS, refused: 1 } }],
  ])('is %s', (state, more) => {
    const node = nodeShipping({ ...SEEN, ...more });
    expect(node.state).toBe(state);
    expect(Object.keys(node.problem ?? {})).toEqual(['why', 'fix']);
    expect(isWell([nodeShipping(SEEN), node])).toBe(false);
  });

  it.each([
    ['401 Unauthorized', 'The key is wrong'],
    ['HTTP Status Code 404', 'The address of the store is wrong'],
    ['413', 'smaller --max-event-bytes'],
    ['tls: bad', 'The last error of the collector tells why'],
  ])('says what to do where the last error is %s', (text, fix) => {
    const { problem } = nodeShipping({ ...SEEN, after: { ...COUNTS, failed: 7 }, lastError: { time: '', text } });
    expect(problem?.why).toContain('the store refused 7 events for good');
    expect(problem?.fix).toContain(fix);
  });
});

it('is not well without nodes', () => {
  expect(isWell([])).toBe(false);
  expect(isWell([nodeShipping(SEEN)])).toBe(true);
});
