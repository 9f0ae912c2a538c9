import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStamp, restamped, stampText, withoutStamp } from '../../../src/policy/render/stamp.ts';

const TEXT = 'apiVersion: audit.k8s.io/v1\nrules:\n- level: Metadata\n';

describe('the stamp', () => {
  it('is one line in front of the text', () => {
    const stamped = stampText(TEXT, {
      policy: 'gce',
      version: '0.1.0',
      set: { b: '1', a: 'x,y' },
      made: ['/spec/fileAssets'],
    });
    const [line, ...rest] = stamped.split('\n');
    expect(line).toMatch(
      /^# kops-audit \{"policy":"gce","version":"0\.1\.0","set":\{"a":"x,y","b":"1"\},"made":\["\/spec\/fileAssets"\],"sha256":"[\da-f]{64}"\}$/,
    );
    expect(rest.join('\n')).toBe(TEXT);
  });

  it('gives back what was put in, whatever the name', () => {
    const words = fc.string({ unit: 'binary' }).filter((word) => word !== '__proto__');
    fc.assert(
      fc.property(words, words, fc.dictionary(words, words), fc.array(words), (policy, version, set, made) => {
        const stamped = stampText(TEXT, { policy, version, set, made });
        expect(readStamp(stamped)).toEqual({ policy, version, set: { ...set }, made, edited: false });
        expect(stamped.split('\n')[0]).toMatch(/^[ -~]+\}$/);
        expect(withoutStamp(stamped)).toBe(TEXT);
      }),
    );
  });

  it('tells when the text was edited', () => {
    const stamped = stampText(TEXT, { policy: 'gce', version: '0.1.0', set: {}, made: [] });
    expect(readStamp(stamped)?.edited).toBe(false);
    expect(readStamp(stamped.replace('Metadata', 'Request'))?.edited).toBe(true);
    expect(readStamp(`${stamped}\n`)?.edited).toBe(true);
  });

  it('is put in the place of another, and is that of the text all the same', () => {
    const text = `${TEXT}# another\n`;
    const other = { policy: 'kops', version: '0.2.0', set: {}, made: ['/spec/x'] };
    const stamped = stampText(text, { policy: 'gce', version: '0.1.0', set: {}, made: [] });
    expect(restamped(stamped, other)).toBe(stampText(text, other));
    expect(readStamp(restamped(stamped, other))).toEqual({ ...other, edited: false });
  });

  it.each([
    '',
    TEXT,
    '# kops-audit',
    '# kops-audit {',
    '# kops-audit []',
    '# kops-audit null',
    '# kops-audit {"policy":1}',
    '# kops-audit {"policy":"a","version":"b"}',
    'x\n# kops-audit {"policy":"a","version":"b","sha256":"c"}',
  ])('is not seen in %j', (text) => {
    expect(readStamp(text)).toBe(null);
    expect(withoutStamp(text)).toBe(text);
  });
});
