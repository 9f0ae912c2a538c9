import { describe, expect, it } from 'vitest';
import { loadPolicyBytes } from '../../src/policy/load/load.ts';

const POLICY = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n  users: [é😀]\n';
const RULES = [{ level: 'None', users: ['é😀'] }];

function utf16(text: string, swapped = false): Buffer {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');
  return swapped ? bytes.swap16() : bytes;
}

describe('loadPolicyBytes', () => {
  it.each([
    ['UTF-8', Buffer.from(POLICY)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${POLICY}`)],
    ['UTF-16LE', utf16(POLICY)],
    ['UTF-16BE', utf16(POLICY, true)],
  ])('reads %s', (_name, bytes) => {
    expect(loadPolicyBytes(bytes)).toMatchObject({ policy: { rules: RULES }, diagnostics: [] });
  });

  it('gives the text that its places count in', () => {
    const { text, locate } = loadPolicyBytes(utf16(POLICY));
    const range = locate(['rules', 0, 'level']);
    expect(text.slice(range?.start.offset, range?.end.offset)).toBe('None');
  });

  it('tells the byte that is not UTF-8, and where', () => {
    const bytes = Buffer.concat([Buffer.from(`${POLICY}# caf`), Buffer.from([0xe9, 10])]);
    expect(loadPolicyBytes(bytes, { file: 'a.yaml' })).toMatchObject({
      policy: null,
      diagnostics: [{ code: 'not-utf-8', message: 'the byte 0xE9 is not UTF-8', file: 'a.yaml', line: 6, column: 6 }],
    });
  });

  it('tells a control character', () => {
    expect(loadPolicyBytes(Buffer.from('a: 1\nb: \u0007\n')).diagnostics).toMatchObject([
      { code: 'forbidden-character', message: 'the character U+0007 is not allowed in YAML', line: 2, column: 4 },
    ]);
  });

  it('lets pass what stands behind the first document, beyond the block that go-yaml has read', () => {
    const far = Buffer.concat([Buffer.from(`${POLICY}---\n#${'x'.repeat(600)}`), Buffer.from([0xff])]);
    expect(loadPolicyBytes(far).policy).toEqual({ rules: RULES });
    const near = Buffer.concat([Buffer.from(`${POLICY}---\n#`), Buffer.from([0xff])]);
    expect(loadPolicyBytes(near).policy).toBe(null);
  });

  it('mends such a byte in a text of JSON, as Go does', () => {
    const json = '{"apiVersion":"audit.k8s.io/v1","rules":[{"level":"None","users":["a';
    const bytes = Buffer.concat([Buffer.from(json), Buffer.from([0xe2, 0x82]), Buffer.from('\\ud800"]}]}')]);
    expect(loadPolicyBytes(bytes).policy).toEqual({ rules: [{ level: 'None', users: ['a\uFFFD\uFFFD\uFFFD'] }] });
  });

  it('refuses more than 1 MiB unread', () => {
    const { policy, diagnostics } = loadPolicyBytes(Buffer.alloc(1024 * 1024 + 1, 0x20));
    expect(policy).toBe(null);
    expect(diagnostics).toMatchObject([{ code: 'too-large', message: 'the policy is larger than 1 MiB', line: 1 }]);
  });

  it('says of protobuf what it is and what to do', () => {
    const whole =
      'azhzAAoZCg9hdWRpdC5rOHMuaW8vdjESBlBvbGljeRInChAKABIAGgAiACoAMgA4AEIAEhEKCE1ldGFkYXRhEgVhbGljZSAAGgAiAA==';
    const { policy, diagnostics } = loadPolicyBytes(Buffer.from(whole, 'base64'));
    expect(policy).toBe(null);
    expect(diagnostics).toMatchObject([
      {
        severity: 'error',
        code: 'protobuf-syntax',
        message: "the policy is in Kubernetes' protobuf encoding, which kops-audit does not read",
        hint: 'Write it as YAML: kOps can only keep a policy that is text.',
        line: 1,
      },
    ]);
  });
});
