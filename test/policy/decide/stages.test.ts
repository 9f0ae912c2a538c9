import { describe, expect, it } from 'vitest';
import { stagesWritten } from '../../../src/policy/decide/stages.ts';
import type { Decision, Level, RequestAttributes, Stage } from '../../../src/policy/types.ts';

function decision(level: Level, omitStages: Stage[] = []): Decision {
  return { level, rule: 1, omitStages, omitManagedFields: false };
}

const SHORT = ['RequestReceived', 'ResponseComplete'];
const LONG = ['RequestReceived', 'ResponseStarted', 'ResponseComplete'];

// Lists of kube-apiserver, release 1.37; see also conformance.test.ts for what a running one wrote.
describe('stagesWritten', () => {
  it.each<[RequestAttributes, string[]]>([
    [{ verb: 'get', resource: 'pods', isResourceRequest: true }, SHORT],
    [{ verb: 'list', resource: 'pods', isResourceRequest: true }, SHORT],
    [{ verb: 'watch', resource: 'pods', isResourceRequest: true }, LONG],
    [{ verb: 'proxy', resource: 'pods', isResourceRequest: true }, LONG],
    [{ verb: 'get', resource: 'pods', subresource: 'log', isResourceRequest: true }, LONG],
    [{ verb: 'create', resource: 'pods', subresource: 'attach', isResourceRequest: true }, LONG],
    [{ verb: 'create', resource: 'pods', subresource: 'exec', isResourceRequest: true }, LONG],
    [{ verb: 'create', resource: 'pods', subresource: 'portforward', isResourceRequest: true }, LONG],
    [{ verb: 'create', resource: 'services', subresource: 'proxy', isResourceRequest: true }, LONG],
    [{ verb: 'get', resource: 'pods', subresource: 'status', isResourceRequest: true }, SHORT],
    [{ verb: 'get', resource: 'log', isResourceRequest: true, path: '/debug/pprof/x' }, SHORT],
    [{ verb: 'get', path: '/debug/pprof/profile' }, LONG],
    [{ verb: 'get', path: '/debug/pprof' }, SHORT],
    [{ verb: 'get', path: '/x', subresource: 'log' }, SHORT],
    [{}, SHORT],
  ])('of %j are %j', (request, stages) => {
    expect(stagesWritten({ user: 'alice', ...request }, decision('Metadata'))).toEqual(stages);
  });

  it('are none at level None', () => expect(stagesWritten({ user: 'alice' }, decision('None'))).toEqual([]));

  it('are without those that are omitted', () => {
    const watch = { user: 'alice', verb: 'watch' };
    expect(stagesWritten(watch, decision('Request', ['ResponseStarted', 'Panic']))).toEqual(SHORT);
    expect(
      stagesWritten(watch, decision('Request', ['RequestReceived', 'ResponseStarted', 'ResponseComplete'])),
    ).toEqual([]);
  });

  it('of a request without a user are those of its refusal, even for a watch', () => {
    expect(stagesWritten({ verb: 'watch' }, decision('Metadata'))).toEqual(['ResponseStarted']);
    expect(stagesWritten({ user: '', verb: 'get' }, decision('Metadata'))).toEqual(SHORT);
    expect(stagesWritten({}, decision('Metadata', ['ResponseStarted']))).toEqual([]);
    expect(stagesWritten({}, decision('None'))).toEqual([]);
  });
});
