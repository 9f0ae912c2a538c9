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
export function isTakenByGo(der: Buffer): boolean {
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
    elements.push({ tag: der[at]!, content, bytes: der.subarray(at, start + length) });
    at = start + length;
  }
  return elements;
}

/** Where the content of the element at a place begins, and its length. */
function bodyOf(der: Buffer, at: number): [number, number] {
  const first = der[at + 1]!;
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
export function keyKind(der: Buffer): 'ec' | 'rsa' | 'other' {
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
