import type * as crypto from 'node:crypto';

/** Node's cryptography, loaded where it is used first: that takes longer than much of what is started without it. */
export function nodeCrypto(): typeof crypto {
  return process.getBuiltinModule('node:crypto');
}

/** Random bytes, in hexadecimal digits. */
export function randomHex(bytes: number): string {
  return nodeCrypto().randomBytes(bytes).toString('hex');
}
