import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/policy/types.ts';
import { downGrade, eventUnder, goJson, keptOf } from '../../src/replay/keep.ts';
import type { AuditEvent } from '../../src/replay/keep.ts';
import { linesOf, LOGS } from './logs.ts';

const EVENT: AuditEvent = {
  kind: 'Event',
  level: 'RequestResponse',
  stage: 'ResponseComplete',
  requestURI: '/api/v1/namespaces/d/pods',
  verb: 'create',
  user: { username: 'alice', groups: [] },
  objectRef: { resource: 'pods', namespace: 'd' },
  requestObject: { metadata: { name: 'p', managedFields: [1] }, spec: { managedFields: 'mine' } },
  responseObject: {
    metadata: { managedFields: [1] },
    items: [{ metadata: { managedFields: [1], name: 'a' } }],
    rows: [{ cells: [1], object: { metadata: { managedFields: [1] } } }],
  },
  annotations: { 'patch.webhook.admission.k8s.io/round_0_index_0': 'x', 'authorization.k8s.io/decision': 'allow' },
};

describe('downGrade', () => {
  it('drops bodies and patches below the level they belong to', () => {
    const { requestObject, responseObject: _responseObject, annotations: _annotations, ...metadata } = EVENT;
    const decision = { 'authorization.k8s.io/decision': 'allow' };
    expect(downGrade(EVENT, 'RequestResponse', false)).toEqual(EVENT);
    expect(downGrade(EVENT, 'Request', false)).toEqual({
      ...metadata,
      requestObject,
      annotations: EVENT.annotations,
      level: 'Request',
    });
    expect(downGrade(EVENT, 'Metadata', false)).toEqual({ ...metadata, annotations: decision, level: 'Metadata' });
  });

  it('drops managed fields from objects, list items and table rows', () => {
    expect(downGrade(EVENT, 'RequestResponse', true)).toMatchObject({
      requestObject: { metadata: { name: 'p' }, spec: { managedFields: 'mine' } },
      responseObject: {
        metadata: {},
        items: [{ metadata: { name: 'a' } }],
        rows: [{ cells: [1], object: { metadata: {} } }],
      },
    });
    expect(goJson(downGrade(EVENT, 'RequestResponse', true)).match(/managedFields/g)).toHaveLength(1);
  });

  it('leaves the managed fields in a patch, as it is written as it was sent', () => {
    const patched = downGrade({ ...EVENT, verb: 'patch' }, 'RequestResponse', true);
    expect(patched.requestObject).toEqual(EVENT.requestObject);
    expect(patched.responseObject).toMatchObject({ metadata: {} });
    expect(goJson(patched.responseObject)).not.toContain('managedFields');
  });

  it('leaves a patch that is a list alone, and the event it was given', () => {
    const patch = [{ op: 'remove', path: '/metadata/managedFields' }];
    expect(downGrade({ ...EVENT, requestObject: patch }, 'Request', true).requestObject).toEqual(patch);
    const copy = structuredClone(EVENT);
    downGrade(copy, 'Metadata', true);
    expect(copy).toEqual(EVENT);
  });

  it('does not raise a level', () => {
    expect(downGrade({ ...EVENT, level: 'Metadata' }, 'RequestResponse', false).level).toBe('Metadata');
  });

  it('leaves no empty annotations', () => {
    const annotations = { 'patch.webhook.admission.k8s.io/round_0_index_0': 'x' };
    expect('annotations' in downGrade({ ...EVENT, annotations }, 'Metadata', false)).toBe(false);
  });
});

describe('keptOf', () => {
  const line =
    '{"level":"RequestResponse","stage":"ResponseComplete","requestURI":"/a","verb":"get","user":{"username":"ü"},"responseObject":{"a":"\\u003c"}}';
  const all: Policy = { rules: [{ level: 'RequestResponse' }] };

  it('counts events and bytes with their line feeds', () => {
    const size = Buffer.byteLength(line) + 1;
    expect(keptOf(all, [line, '', line])).toEqual({ events: 2, bytes: 2 * size, ofEvents: 2, ofBytes: 2 * size });
    const shorter = size - ',"responseObject":{"a":"\\u003c"}'.length - 'RequestResponse'.length + 'Metadata'.length;
    expect(keptOf({ rules: [{ level: 'Metadata' }] }, [line]).bytes).toBe(shorter);
  });

  it('leaves out what is at None or at an omitted stage', () => {
    const nothing = { events: 0, bytes: 0, ofEvents: 1, ofBytes: Buffer.byteLength(line) + 1 };
    expect(keptOf({ rules: [{ level: 'None' }] }, [line])).toEqual(nothing);
    expect(keptOf({ rules: [{ level: 'Metadata' }], omitStages: ['ResponseComplete'] }, [line])).toEqual(nothing);
    expect(keptOf({ rules: [{ level: 'Metadata', users: ['bob'] }] }, [line])).toEqual(nothing);
  });

  it.each(Object.keys(LOGS))('writes each event of %s as large as kube-apiserver did', (log) => {
    const lines = linesOf(log);
    const kept = keptOf(all, lines);
    expect(kept.events).toBe(log === 'API traffic' ? 2240 : 3663);
    expect(kept.bytes).toBe(log === 'API traffic' ? 8_381_205 : 13_000_657);
    const different = lines.filter(
      (text) => Buffer.byteLength(goJson(eventUnder(all, JSON.parse(text) as AuditEvent))) !== Buffer.byteLength(text),
    );
    expect(different).toEqual([]);
  });
});
