/** The largest policy that is read, in bytes: kube-apiserver has no limit, but kOps stores the text inside the cluster spec. */
export const MAX_POLICY_BYTES: number = 1024 * 1024;

/** The length of a text in bytes of UTF-8; of one that is surely above the limit only that it is. */
export function byteLength(text: string): number {
  return text.length > MAX_POLICY_BYTES ? text.length : new TextEncoder().encode(text).length;
}
