/** The largest policy that is read, in bytes: kube-apiserver has no limit, but kOps stores the text inside the cluster spec. */
export const MAX_POLICY_BYTES: number = 1024 * 1024;

/** The length of a text in bytes of UTF-8; of one that is surely above the limit only that it is. */
export function byteLength(text: string): number {
  return text.length > MAX_POLICY_BYTES ? text.length : new TextEncoder().encode(text).length;
}

/** Finds the first character that go-yaml refuses anywhere in a text, comments included; -1 where there is none. */
export function forbiddenCharacter(text: string): number {
  return text.search(/[^\t\n\r -~\u0085\u00a0-\ufffd\u{10000}-\u{10ffff}]|\p{Surrogate}/u);
}
