import type { KeyObject, X509Certificate } from 'node:crypto';
import { nodeCrypto } from '../../crypto.ts';

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

/** Why a PEM text is none for a CA, said of its file; null where it is one. */
export function certificateProblem(pem: string): string | null {
  if (holdsCertificate(pem)) return null;
  const isThere = pemBlocks(pem).some(({ type }) => type === 'CERTIFICATE');
  return isThere ? 'holds a certificate that cannot be read' : `holds no certificate${insteadIn(pem)}`;
}

/** Whether there is a private key in a PEM text, readable or not. */
export function holdsPrivateKey(pem: string): boolean {
  return pemBlocks(pem).some(({ type }) => type.endsWith('PRIVATE KEY'));
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
    const certificate = new (nodeCrypto().X509Certificate)(bytes);
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
      return nodeCrypto().createPrivateKey({ key: der, format: 'der', type });
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
    return KEY_TYPES.includes(key.asymmetricKeyType) && nodeCrypto().createPublicKey(key).equals(certificate.publicKey);
  } catch {
    return false;
  }
}

/** An element of DER: its tag, its content, and all of its bytes. */
interface Element {
  tag: number;
  content: Buffer;
  bytes: Buffer;
}

/**
 * Whether Go takes a certificate that OpenSSL can read: Go is stricter about the serial number, the times, the names, the two signature
 * algorithms, extensions that stand twice, and points of a curve (`parseCertificate` in `crypto/x509/parser.go` of Go 1.26).
 */
function isTakenByGo(der: Buffer): boolean {
  const [tbs, outer] = elementsOf(elementsOf(der)[0]?.content ?? Buffer.alloc(0));
  const parts = elementsOf(tbs?.content ?? Buffer.alloc(0));
  const [serial, inner, issuer, validity, subject, key, ...rest] = parts[0]?.tag === 0xa0 ? parts.slice(1) : parts;
  if (!serial || !inner || !outer || !issuer || !validity || !subject || !key) return false;
  return (
    (serial.content[0] ?? 0) < 0x80 &&
    inner.content.equals(outer.content) &&
    [issuer, subject].every(isName) &&
    elementsOf(validity.content).every(isTime) &&
    isKey(key) &&
    areExtensionsOnce(rest.find(({ tag }) => tag === 0xa3))
  );
}

/** The elements of a DER text, as far as they are whole. */
function elementsOf(der: Buffer): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at + 2 <= der.length;) {
    const [start, length] = bodyOf(der, at);
    if (start + length > der.length) break;
    const content = der.subarray(start, start + length);
    elements.push({ tag: der.readUInt8(at), content, bytes: der.subarray(at, start + length) });
    at = start + length;
  }
  return elements;
}

/** Where the content of the element at a place begins, and its length. */
function bodyOf(der: Buffer, at: number): [number, number] {
  const first = der.readUInt8(at + 1);
  if (first < 0x80) return [at + 2, first];
  const size = first & 0x7f;
  if (size === 0 || size > 4 || at + 2 + size > der.length) return [der.length, 1];
  return [at + 2 + size, der.readUIntBE(at + 2, size)];
}

function isName(name: Element): boolean {
  return elementsOf(name.content)
    .flatMap((set) => elementsOf(set.content))
    .every((pair) => {
      const value = elementsOf(pair.content)[1];
      return value !== undefined && STRINGS[value.tag]?.(value.content) === true;
    });
}

const isAscii = (bytes: Buffer): boolean => bytes.every((byte) => byte < 0x80);

/** By the tag of the text. */
const STRINGS: Readonly<Record<number, (bytes: Buffer) => boolean>> = {
  0x0c: (bytes) => Buffer.from(bytes.toString('utf8')).equals(bytes),
  0x12: (bytes) => /^[\d ]*$/.test(bytes.toString('latin1')),
  0x13: (bytes) => /^[A-Za-z\d'-)+-/ :=?*&]*$/.test(bytes.toString('latin1')),
  0x14: () => true,
  0x16: isAscii,
  0x1e: (bytes) => bytes.length % 2 === 0 && !/[\uD800-\uDFFF\uFDD0-\uFDEF\uFFFE\uFFFF]/.test(wide(bytes)),
};

function wide(bytes: Buffer): string {
  return Buffer.from(bytes).swap16().toString('utf16le');
}

function isTime({ tag, content }: Element): boolean {
  const text = content.toString('latin1');
  const [, year, ...rest] = (tag === 0x17 ? UTC : tag === 0x18 ? GENERAL : /$.^/).exec(text) ?? [];
  if (year === undefined) return false;
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = rest.map((part) => Number(part ?? 0));
  const full = year.length === 4 ? Number(year) : Number(year) + (Number(year) >= 50 ? 1900 : 2000);
  const days = new Date(Date.UTC(2000 + (full % 400), month, 0)).getUTCDate();
  return month >= 1 && month <= 12 && day >= 1 && day <= days && hour < 24 && minute < 60 && second < 60;
}

const UTC = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:Z|[+-]\d{4})$/;
const GENERAL = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z|[+-]\d{4})$/;

const EC = '06072a8648ce3d0201';
const RSA = '06092a864886f70d010101';

/** What kind of key a certificate is for, by the identifier of its algorithm. */
function keyKind(der: Buffer): 'ec' | 'rsa' | 'other' {
  const parts = elementsOf(elementsOf(elementsOf(der)[0]?.content ?? Buffer.alloc(0))[0]?.content ?? Buffer.alloc(0));
  const key = parts[parts[0]?.tag === 0xa0 ? 6 : 5];
  const algorithm = elementsOf(key?.content ?? Buffer.alloc(0))[0]?.content.toString('hex') ?? '';
  if (algorithm.startsWith(EC)) return 'ec';
  return algorithm.startsWith(RSA) ? 'rsa' : 'other';
}

/** Of a curve Go wants the whole point, which begins with 4. */
function isKey({ content }: Element): boolean {
  const [algorithm, point] = elementsOf(content);
  const isCurve = algorithm?.content.toString('hex').startsWith(EC) === true;
  return !isCurve || point?.content[1] === 4;
}

function areExtensionsOnce(extensions: Element | undefined): boolean {
  const list = elementsOf(elementsOf(extensions?.content ?? Buffer.alloc(0))[0]?.content ?? Buffer.alloc(0));
  const ids = list.map(({ content }) => elementsOf(content)[0]?.bytes.toString('hex'));
  return new Set(ids).size === ids.length;
}

/** A block of a PEM text: its type as `CERTIFICATE`, and its bytes. */
interface PemBlock {
  type: string;
  hasHeaders: boolean;
  bytes: Buffer;
}

/**
 * The blocks that Go's `encoding/pem` finds in a text (`pem.go` of Go 1.26, one character a byte). What is no whole block is passed over.
 */
function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  let from = 0;
  for (let end = text.indexOf(END); end >= 0; end = text.indexOf(END, from)) {
    const found = blockBefore(text, from, end);
    if (found) blocks.push(found.block);
    from = found?.next ?? end + END.length;
  }
  return blocks;
}

const BEGIN = '-----BEGIN ';
const END = '\n-----END ';
const DASHES = '-----';

/** The block whose END line begins (with the line break before it) at `end`, and where reading goes on. */
function blockBefore(text: string, from: number, end: number): { block: PemBlock; next: number } | null {
  const begin = text.slice(from, end).lastIndexOf(BEGIN) + from;
  if (begin < from || (begin > from && text[begin - 1] !== '\n')) return null;
  const typeLine = lineAt(text, begin + BEGIN.length);
  if (!typeLine.line.endsWith(DASHES)) return null;
  const type = typeLine.line.slice(0, -DASHES.length);
  const body = skipHeaders(text, typeLine.next);
  if (body >= text.length || (body > typeLine.next && body > end)) return null;
  const trailer = text.slice(end + END.length);
  const { line, next } = lineAt(trailer, 0);
  if (line !== `${type}${DASHES}`) return null;
  const bytes = decode(text.slice(body, Math.max(body, end)));
  return bytes && { block: { type, hasHeaders: body > typeLine.next, bytes }, next: end + END.length + next };
}

/** A line without the blanks at its end, and where the next one begins. */
function lineAt(text: string, start: number): { line: string; next: number } {
  const at = text.indexOf('\n', start);
  const end = at < 0 ? text.length : at;
  const line = text.slice(start, at > start && text[at - 1] === '\r' ? at - 1 : end);
  return { line: line.replace(/[ \t]+$/, ''), next: at < 0 ? text.length : at + 1 };
}

function skipHeaders(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    const { line, next } = lineAt(text, at);
    if (!line.includes(':')) return at;
    at = next;
  }
  return at;
}

/** Base64 as Go's `StdEncoding` reads it, blanks and line breaks passed over; null where it is none. */
function decode(text: string): Buffer | null {
  const packed = text.replaceAll(/[ \t\r\n]/g, '');
  return packed.length % 4 === 0 && /^[\d+/A-Za-z]*={0,2}$/.test(packed) ? Buffer.from(packed, 'base64') : null;
}
