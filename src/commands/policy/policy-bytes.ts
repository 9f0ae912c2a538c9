import { isUtf8 } from 'node:buffer';
import { decodeText } from '../../input/read.ts';
import { sectionsOf } from '../../lint/kinds.ts';
import { decodeBytes } from '../../yaml/bytes.ts';

/**
 * Bytes of a file that may hold a policy, as text. kube-apiserver also reads UTF-16, and tells where a policy is no UTF-8: so what is no
 * UTF-8 is decoded as `loadPolicyBytes` does it where it is a policy. kOps reads its specs as UTF-8 only.
 *
 * @throws UserError as `decodeText` does, for all that is no policy.
 */
export function decodePolicy(bytes: Uint8Array, file: string): string {
  if (isUtf8(bytes)) return decodeText(bytes, file);
  const { text } = decodeBytes(bytes);
  const sections = sectionsOf(text.replace(/^\uFEFF/, ''));
  return sections.length > 0 && sections.every(({ kind }) => kind === 'policy') ? text : decodeText(bytes, file);
}
