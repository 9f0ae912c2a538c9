import { nodeCrypto } from './crypto.ts';

/** The SHA-256 of a text as UTF-8, in hexadecimal digits. */
export function sha256(text: string): string {
  return nodeCrypto().createHash('sha256').update(text).digest('hex');
}
