import { describe, expect, it } from 'vitest';
import { bodiesOf, meaningOf } from '../../../src/policy/explain/meaning.ts';
import type { Decision, Level, RequestAttributes } from '../../../src/policy/types.ts';
import { requestOf } from '../../../src/events/request.ts';
import type { AuditEvent } from '../../../src/replay/keep.ts';
import { linesOf, LOGS } from '../../replay/logs.ts';

describe('the bodies of genuine events at level RequestResponse', () => {
  it.each(Object.keys(LOGS))('%s', (log) => {
    const events = linesOf(log).map((line) => JSON.parse(line) as AuditEvent);
    const wrong = events.filter(isFinal).filter((event) => {
      const { request, response } = bodiesOf(requestOf(event));
      const isDelete = event.verb.startsWith('delete'); // sends options or nothing
      const asked = request === (event.requestObject !== undefined) || (isDelete && request);
      return !asked || response !== (event.responseObject !== undefined);
    });
    expect(events.filter(isFinal).length).toBeGreaterThan(500);
    expect(wrong.map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
  });
});

function isFinal({ stage, responseStatus }: AuditEvent): boolean {
  const { code = 0 } = (responseStatus ?? {}) as { code?: number };
  return stage === 'ResponseComplete' && code < 400;
}

function said(request: RequestAttributes, level: Level, omitManagedFields = false): string {
  const decision: Decision = { level, rule: 1, omitStages: [], omitManagedFields };
  return meaningOf({ user: 'alice', ...request }, decision, ['ResponseComplete']).join(' ');
}

const WHO = 'Recorded: who did what, when and from where, and how it ended';

describe('what a level means in plain words', () => {
  const secret: RequestAttributes = { verb: 'list', isResourceRequest: true, resource: 'secrets' };
  const exec: RequestAttributes = { verb: 'get', isResourceRequest: true, resource: 'pods', subresource: 'exec' };
  it.each<[string, string]>([
    [said(secret, 'None'), 'Nothing is recorded of this request.'],
    [said(secret, 'Metadata'), `${WHO}. No bodies.`],
    [said(secret, 'Request'), `${WHO}. No bodies. A list sends no object, so Request records no more than Metadata.`],
    [
      said(secret, 'RequestResponse', true),
      `${WHO}; the answer. Secret data is in the log in the clear. The answer is the full list, each time. Without managedFields.`,
    ],
    [
      said({ ...secret, verb: 'update' }, 'Request'),
      `${WHO}; the object sent. Secret data is in the log in the clear.`,
    ],
    [said({ ...secret, verb: 'delete' }, 'Request'), `${WHO}; the object sent.`],
    [
      said({ ...secret, resource: 'serviceaccounts', subresource: 'token', verb: 'create' }, 'Request'),
      `${WHO}; the object sent.`,
    ],
    [
      said({ ...secret, resource: 'serviceaccounts', subresource: 'token', verb: 'create' }, 'RequestResponse'),
      `${WHO}; the object sent and the answer. A token that works is in the log.`,
    ],
    [
      said({ ...secret, resource: 'pods', verb: 'create' }, 'RequestResponse'),
      `${WHO}; the object sent and the answer.`,
    ],
    [
      said(exec, 'RequestResponse'),
      `${WHO}. No bodies. What exec streams is never recorded, so RequestResponse records no more than Metadata. If it is refused or fails, the error is recorded.`,
    ],
    [
      said({ ...exec, verb: 'watch', subresource: '' }, 'Request'),
      `${WHO}. No bodies. What a watch streams is never recorded, so Request records no more than Metadata.`,
    ],
    [
      said({ verb: 'get', path: '/metrics' }, 'Request'),
      `${WHO}. No bodies. The bodies of this path are never recorded, so Request records no more than Metadata.`,
    ],
    [said({ verb: 'get', path: '/apis/apps' }, 'RequestResponse'), `${WHO}; the answer.`],
  ])('%s', (text, expected) => {
    expect(text).toBe(expected);
  });

  it('knows when every stage is omitted, and when there is no user', () => {
    const decision: Decision = { level: 'Request', rule: 1, omitStages: [], omitManagedFields: false };
    expect(meaningOf(secret, decision, [])).toEqual([
      'Nothing is recorded: every stage that this request goes through is omitted.',
    ]);
    expect(meaningOf(secret, decision, ['ResponseStarted'])[1]).toBe(
      'It fails to authenticate (401): there is no user, and no body is read.',
    );
  });
});
