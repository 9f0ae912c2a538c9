import { PbfReader, PbfWriter } from 'pbf';
import { describe, expect, it } from 'vitest';
import { decodeAnswer, encodeRecord } from '../../src/ship/otlp.ts';
import { judge, type Outcome } from '../../src/ship/verdict.ts';

function answer(status: number, body: string | Uint8Array = '', contentType = 'text/plain', location = ''): Outcome {
  return { type: 'answer', status, contentType, location, body: Buffer.from(body) };
}

describe('what an answer of a store means', () => {
  it.each([
    [200, 'taken'],
    [204, 'taken'],
    [400, 'refused'],
    [401, 'refused'],
    [403, 'refused'],
    [404, 'refused'],
    [405, 'refused'],
    [413, 'refused'],
    [415, 'refused'],
    [418, 'refused'],
    [429, 'not reached'],
    [500, 'not reached'],
    [501, 'not reached'],
    [503, 'not reached'],
  ])('is for %i: %s', (status, outcome) => {
    expect(judge(answer(status)).outcome).toBe(outcome);
  });

  it('says that a collector drops what is refused, and tries again where the store is away', () => {
    const [refused, broken, busy, away] = [401, 500, 429, 503].map((status) => judge(answer(status)).means);
    expect([refused, broken]).toEqual([expect.stringContaining('would drop'), expect.stringContaining('would drop')]);
    expect([busy, away]).toEqual([expect.stringContaining('try again'), expect.stringContaining('try again')]);
  });

  it('is no success where records were rejected, a web page came, or a redirect', () => {
    const partial = answer(
      200,
      '{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"too old"}}',
      'application/json',
    );
    expect(judge(partial)).toMatchObject({ outcome: 'refused', said: 'too old' });
    expect(judge(answer(200, '<html>login', 'text/html')).outcome).toBe('refused');
    const moved = judge(answer(302, '', '', 'https://other.example.com/'));
    expect(moved).toMatchObject({ outcome: 'refused', fix: 'Use https://other.example.com/ itself.' });
    expect(moved.means).toContain('without the events');
    expect(judge(answer(308, '', '', 'x')).means).not.toContain('without the events');
  });

  it('is a success with a warning of the store, which is shown', () => {
    const warned = answer(200, '{"partialSuccess":{"errorMessage":"slow down"}}', 'application/json; charset=utf-8');
    expect(judge(warned)).toMatchObject({ outcome: 'taken', said: 'slow down' });
  });

  it.each([
    ['ENOTFOUND', 'name is not known'],
    ['EAI_AGAIN', 'name is not known'],
    ['ECONNREFUSED', 'refused'],
    ['TIMEOUT', 'in time'],
    ['EHOSTUNREACH', 'no way'],
    ['ECONNRESET', 'broke'],
    ['EPROTO', 'TLS'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'TLS'],
    ['CERT_HAS_EXPIRED', 'not valid now'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'another name'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'not trusted'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'not trusted'],
    ['HPE_INVALID_CONSTANT', 'HTTP'],
    ['', 'could not be reached'],
  ])('is for %s that it was not reached', (code, what) => {
    const verdict = judge({ type: 'failure', code, message: 'm' });
    expect(verdict.outcome).toBe('not reached');
    expect(verdict.what).toContain(what);
  });
});

describe('the words of an answer', () => {
  it('are read from protobuf', () => {
    const response = new PbfWriter();
    response.writeMessage(
      1,
      (_, out) => {
        out.writeVarintField(1, 3);
        out.writeStringField(2, 'no room');
      },
      null,
    );
    expect(decodeAnswer(response.finish(), 'application/x-protobuf', true)).toEqual({
      rejected: 3,
      message: 'no room',
    });
    const status = new PbfWriter();
    status.writeVarintField(1, 16);
    status.writeStringField(2, 'who are you');
    expect(decodeAnswer(status.finish(), 'application/x-protobuf', false).message).toBe('who are you');
  });

  it('are empty where the protobuf is broken', () => {
    expect(decodeAnswer(Buffer.from([0x0a, 0xff, 0xff]), 'application/x-protobuf', true)).toEqual({
      rejected: 0,
      message: '',
    });
  });

  it('are the text where it is no JSON, and nothing of an empty object', () => {
    expect(decodeAnswer(Buffer.from('{"a'), 'application/json', false).message).toBe('{"a');
    expect(decodeAnswer(Buffer.from('{}'), 'application/json', true).message).toBe('');
  });
});

describe('a record as protobuf', () => {
  it('has its time to the nanosecond as two halves', () => {
    const at = new Date('2026-11-27T06:00:00.123Z');
    const bytes = encodeRecord({ resource: { a: 'b' }, at, body: 'text', attributes: { key: 'v' } });
    const times: bigint[] = [];
    const read = (tag: number, path: number, from: PbfReader): void => {
      if (path < 2 && tag === path + 1 - (path === 0 ? 0 : 0))
        from.readMessage((inner, _, pbf) => read(inner, path + 1, pbf), null);
      else if (path === 2 && tag === 2) from.readMessage((inner, _, pbf) => read(inner, 3, pbf), null);
      else if (path === 3 && (tag === 1 || tag === 11))
        times.push(BigInt(from.readFixed32()) | (BigInt(from.readFixed32()) << 32n));
    };
    new PbfReader(bytes).readFields((tag, _, from) => read(tag, 0, from), null);
    expect(times).toEqual([1_795_759_200_123_000_000n, 1_795_759_200_123_000_000n]);
  });
});
