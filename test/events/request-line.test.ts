import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { readRequestLine } from '../../src/events/request-line.ts';
import type { AuditedRequest } from '../../src/events/event.ts';
import { requestOf } from '../../src/events/request.ts';
import { linesOf } from '../replay/logs.ts';

describe('a line of JSON as a request', () => {
  it('is a request, for a resource where it names one', () => {
    const request = { user: 'alice', groups: ['dev'], verb: 'get', resource: 'pods' };
    expect(readRequestLine(JSON.stringify(request))).toEqual({ ...request, isResourceRequest: true });
    expect(readRequestLine('{"verb":"get","path":"/x"}')).toEqual({
      verb: 'get',
      path: '/x',
      isResourceRequest: false,
    });
    expect(readRequestLine('{"resource":"pods","isResourceRequest":false}').isResourceRequest).toBe(false);
  });

  it('is an audit event', () => {
    const lines = linesOf('API traffic').slice(0, 200);
    expect(lines).toHaveLength(200);
    expect(lines.map(readRequestLine)).toEqual(lines.map((line) => requestOf(JSON.parse(line) as AuditedRequest)));
  });

  it.each<[string, RegExp]>([
    ['get pods', /^is not JSON: Each line is an audit event/],
    ['[]', /^is not a JSON object/],
    ['null', /^is not a JSON object/],
    ['{"namespce":"x"}', /^a request has no field "namespce": Did you mean namespace\?$/],
    ['{"toString":"x"}', /^a request has no field "toString": It has user, groups, /],
    ['{"user":1}', /^user must be text/],
    ['{"groups":["a",1]}', /^groups must be a list of strings/],
    ['{"isResourceRequest":"yes"}', /^isResourceRequest must be true or false/],
    ['{"requestURI":1}', /^is not an audit event/],
    ['{"requestURI":"/x","verb":"get","objectRef":"pods"}', /^is not an audit event/],
  ])('is neither: %s', (line, expected) => {
    expect(() => readRequestLine(line)).toThrow(UserError);
    try {
      readRequestLine(line);
    } catch (error) {
      expect(`${(error as UserError).message}: ${(error as UserError).hint}`).toMatch(expected);
    }
  });
});
