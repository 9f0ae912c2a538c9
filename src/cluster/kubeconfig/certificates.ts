import { createPrivateKey, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { isTakenByGo, keyKind } from './go-certificate.ts';
import { pemBlocks } from './pem.ts';

/**
 * Whether a PEM text holds at least one certificate that can be read, as a CA must (`rootCertPool` in `transport/transport.go` of
 * client-go 0.37.2 and `AppendCertsFromPEM` in `crypto/x509/cert_pool.go` of Go 1.26).
 *
 * @param pem one character a byte.
 */
export function holdsCertificate(pem: string): boolean {
  return pemBlocks(pem).some(
    ({ type, hasHeaders, bytes }) => type === 'CERTIFICATE' && !hasHeaders && readCertificate(bytes) !== null,
  );
}

/** What is wrong with a client certificate or its key, and which of the two to look at. */
export interface PairProblem {
  part: 'certificate' | 'key';
  message: string;
}

/** Why a client certificate and its key cannot be used together; null where they can (`X509KeyPair` in `crypto/tls/tls.go` of Go 1.26). */
export function pairProblem(certificatePem: string, keyPem: string): PairProblem | null {
  const first = pemBlocks(certificatePem).find(({ type }) => type === 'CERTIFICATE');
  if (!first) return { part: 'certificate', message: `holds no certificate${insteadIn(certificatePem)}` };
  const block = pemBlocks(keyPem).find(({ type }) => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY'));
  if (!block) return { part: 'key', message: `holds no private key${insteadIn(keyPem)}` };
  const certificate = readCertificate(first.bytes);
  if (!certificate) return { part: 'certificate', message: 'holds a certificate that cannot be read' };
  const key = readKey(block.bytes);
  if (!key) return { part: 'key', message: 'holds a private key that cannot be read: it is broken, or encrypted' };
  return fits(certificate, key) ? null : { part: 'key', message: 'does not belong to the client certificate' };
}

function insteadIn(pem: string): string {
  const types = pemBlocks(pem).map(({ type }) => type);
  return types[0] === undefined ? '' : `, but a ${types[0]}`;
}

function readCertificate(bytes: Buffer): X509Certificate | null {
  try {
    const certificate = new X509Certificate(bytes);
    return certificate.raw.length === bytes.length && isTakenByGo(bytes) && hasReadableKey(certificate, bytes)
      ? certificate
      : null;
  } catch {
    return null;
  }
}

const CURVES: readonly (string | undefined)[] = ['secp224r1', 'prime256v1', 'secp384r1', 'secp521r1'];

/** A key of a kind that Go knows must be one it can read: a point on one of its curves. It passes over the kinds it does not know. */
function hasReadableKey(certificate: X509Certificate, bytes: Buffer): boolean {
  const kind = keyKind(bytes);
  if (kind === 'other') return true;
  const { asymmetricKeyDetails: details } = certificate.publicKey;
  return kind !== 'ec' || CURVES.includes(details?.namedCurve);
}

function readKey(der: Buffer): KeyObject | null {
  for (const type of ['pkcs1', 'pkcs8', 'sec1'] as const) {
    try {
      return createPrivateKey({ key: der, format: 'der', type });
    } catch {
      // It is of another type.
    }
  }
  return null;
}

/** The kinds of keys that Go's TLS knows. */
const KEY_TYPES: readonly (string | undefined)[] = ['rsa', 'ec', 'ed25519'];

function fits(certificate: X509Certificate, key: KeyObject): boolean {
  try {
    return KEY_TYPES.includes(key.asymmetricKeyType) && createPublicKey(key).equals(certificate.publicKey);
  } catch {
    return false;
  }
}
