import { Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UserError } from '../errors.ts';

const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];
/** With this mark a write is done only when all that came of it was read, be it little. */
const DECODING = { chunkSize: 1024 * 1024, readableHighWaterMark: 1 };

type Hint = (file: string, reader: string | undefined) => string;

/** What is no log, by its first bytes or text in it, and what to do. */
const OTHERS: readonly { begins: readonly number[] | RegExp; is: string; hint: Hint }[] = [
  {
    begins: [...Buffer.from('PAR1')],
    is: 'is a Parquet file, which is not read here',
    hint: (file) => `Make it lines of JSON first: duckdb -c "COPY (FROM '${file}') TO 'audit.jsonl'"`,
  },
  { begins: [0xfd, 0x37, 0x7a, 0x58, 0x5a], is: 'is compressed with xz', hint: piped('xz -dc') },
  { begins: [0x42, 0x5a, 0x68], is: 'is compressed with bzip2', hint: piped('bzip2 -dc') },
  { begins: [0x50, 0x4b, 0x03, 0x04], is: 'is a zip archive', hint: piped('unzip -p') },
  {
    begins: /^\S+ AUDIT: id="/,
    is: 'is in the format `legacy` of kube-apiserver, which leaves out most of an event',
    hint: () => 'Have the API server write JSON: in kOps leave auditLogFormat out, or set it to json.',
  },
  { begins: /^.{257}ustar/s, is: 'is a tar archive', hint: piped('tar -xOf') },
  { begins: [0xff, 0xfe], is: 'is UTF-16', hint: piped('iconv -f UTF-16 -t UTF-8') },
];

function piped(command: string): Hint {
  return (file, reader) =>
    reader === undefined
      ? `Pipe it through ${command}, or put what that gives into a file first.`
      : `Give what is in it: ${command} ${file} | kops-audit ${reader} -`;
}

/** Whether bytes begin as a .gz does. */
export function isGzip(head: Uint8Array): boolean {
  return beginsWith(head, GZIP);
}

/** Whether bytes begin as those that are decompressed do. */
export function isCompressed(head: Uint8Array): boolean {
  return isGzip(head) || beginsWith(head, ZSTD);
}

/**
 * Throws UserError for bytes that are known not to begin a log.
 *
 * @param reader the command that would read what is in the file from stdin, as `LogOptions` has it.
 */
export function refuseOtherFormats(head: Uint8Array, file: string, reader?: string): void {
  const text = Buffer.from(head.subarray(0, 512)).toString('latin1');
  const other = OTHERS.find(({ begins }) => (begins instanceof RegExp ? begins.test(text) : beginsWith(head, begins)));
  if (other !== undefined) throw new UserError(other.is, { place: { file }, hint: other.hint(file, reader) });
  if (beginsWith(head, ZSTD) && !('createZstdDecompress' in process.getBuiltinModule('node:zlib')))
    throw noZstd(file, reader);
}

function noZstd(file: string, reader: string | undefined): UserError {
  return new UserError(`is compressed with zstd, which Node.js reads from 22.15 on; this is ${process.versions.node}`, {
    place: { file },
    hint: `Run it with a newer Node.js. Or: ${piped('zstd -dc')(file, reader)}`,
  });
}

function beginsWith(head: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => head[index] === byte);
}

/**
 * Bytes as they were before they were compressed: whether they were is told by the first of them, not by a name. Several .gz one behind
 * the other are one. A chunk is only good until the next one is asked for.
 *
 * @param bytes a piece of them is good until the next but one is asked for.
 * @param onMissing gets a sentence where the compressed data break off or are damaged; what came before is given.
 * @throws UserError for another format, with what to do; what reading throws.
 */
export async function* decompressed(
  bytes: AsyncIterable<Uint8Array | string>,
  file: string,
  onMissing: (text: string) => void,
): AsyncGenerator<Uint8Array> {
  const pieces = bytes[Symbol.asyncIterator]();
  const head = await firstBytes(pieces);
  refuseOtherFormats(head, file);
  const decoder = decoderOf(head);
  const rest = chunks(head, pieces);
  if (decoder === null) return yield* rest;
  const fed = feed(decoder, rest);
  const free = freeing();
  try {
    for await (const chunk of decoder) {
      yield chunk;
      free(chunk);
    }
    await fed;
  } catch (error) {
    const said = damageOf(error);
    if (said === undefined) throw error;
    onMissing(`${file} ${said}`);
  } finally {
    decoder.destroy();
    await pieces.return?.();
  }
}

/**
 * Gives the memory of a chunk back at once, by sending it where nobody is. Left to V8, all objects are looked through for each 20 MiB of it:
 * measured, a quarter of the time. Where a chunk does not reach to the end of its memory, the decoder still writes to the rest.
 */
function freeing(): (chunk: Uint8Array) => void {
  const { port1: nowhere } = new MessageChannel();
  nowhere.close();
  return ({ buffer, byteOffset, length }) => {
    if (buffer instanceof ArrayBuffer && byteOffset + length === buffer.byteLength) nowhere.postMessage(null, [buffer]);
  };
}

const DAMAGE: Readonly<Record<string, string>> = {
  Z_BUF_ERROR: 'breaks off: the compressed file is not whole, and what is behind that is missing',
  Z_DATA_ERROR: 'is damaged: it cannot be decompressed from there on, and the rest of it is missing',
  ZSTD_error_corruption_detected: 'is damaged: it cannot be decompressed from there on, and the rest of it is missing',
};

function damageOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return DAMAGE[code];
}

function decoderOf(head: Uint8Array): Transform | null {
  if (isGzip(head)) return createGunzip(DECODING);
  return beginsWith(head, ZSTD) ? zstdDecoder() : null;
}

/** Asked for by its name: Node.js 20 has none. */
function zstdDecoder(): Transform | null {
  const make: unknown = Reflect.get(process.getBuiltinModule('node:zlib'), 'createZstdDecompress');
  const decoder: unknown = typeof make === 'function' ? make(DECODING) : null;
  return decoder instanceof Transform ? decoder : null;
}

/** Enough to tell what it is. */
async function firstBytes(pieces: AsyncIterator<Uint8Array | string>): Promise<Uint8Array> {
  let head: Uint8Array = Buffer.alloc(0);
  while (head.length < ENOUGH) {
    const { done, value } = await pieces.next();
    if (done) break;
    if (head.length === 0 && value.length >= ENOUGH) return bytesOf(value);
    head = Buffer.concat([head, bytesOf(value)]);
  }
  return head;
}

const ENOUGH = 4;

async function* chunks(head: Uint8Array, pieces: AsyncIterator<Uint8Array | string>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield bytesOf(next.value);
}

function bytesOf(piece: Uint8Array | string): Uint8Array {
  return typeof piece === 'string' ? Buffer.from(piece) : piece;
}

/**
 * Gives the decoder two pieces at a time, so that it goes on with the second by itself. The end and an error would take away what was not
 * read yet: they wait until the writes are done.
 */
async function feed(decoder: Transform, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  let before: Promise<void> | undefined;
  try {
    for await (const chunk of bytes) {
      const writing = written(decoder, chunk);
      await before;
      before = writing;
    }
    await before;
    decoder.end();
  } catch (error) {
    await before;
    decoder.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Waits for no error: that comes to who reads. */
async function written(decoder: Transform, chunk: Uint8Array): Promise<void> {
  await new Promise<void>((resolve) => decoder.write(chunk, () => resolve()));
}
