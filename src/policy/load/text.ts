/** The largest policy that is read, in bytes: kube-apiserver has no limit, but kOps stores the text inside the cluster spec. */
export const MAX_POLICY_BYTES: number = 1024 * 1024;

/**
 * Decodes the bytes of a policy file as kube-apiserver does: UTF-8, or UTF-16 with a byte order mark; the mark is dropped.
 * Gives undefined where the bytes are no such text.
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Finds the first character that go-yaml refuses anywhere in a text, comments included; -1 where there is none. */
export function forbiddenCharacter(text: string): number {
  return text.search(/[^\t\n\r -~\u0085\u00a0-\ufffd\u{10000}-\u{10ffff}]|\p{Surrogate}/u);
}
