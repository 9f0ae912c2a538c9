/** So many values are remembered; a newer one takes the place of an older one. */
const PLACES = 1024;
/** Longer ones are hardly ever the same. */
const LONGEST = 1024;
/** So many of its bytes say where a value is to be found. */
const LOOKED_AT = 16;

interface Entry<Value> {
  bytes: Buffer;
  value: Value;
}

/** Remembers what bytes were read as: of users, verbs and answers a log has few that differ. Its memory does not grow. */
export class Memo<Value> {
  readonly #entries: (Entry<Value> | undefined)[] = Array.from({ length: PLACES });
  readonly #read: (bytes: Buffer, start: number, end: number) => Value;

  /** @param read gives what the bytes are; it is not asked again for the same. */
  constructor(read: (bytes: Buffer, start: number, end: number) => Value) {
    this.#read = read;
  }

  /** What `bytes[start..end)` are. */
  get(bytes: Buffer, start: number, end: number): Value {
    if (end - start > LONGEST) return this.#read(bytes, start, end);
    const place = placeOf(bytes, start, end);
    const entry = this.#entries[place];
    if (entry && isSame(entry.bytes, bytes, start, end)) return entry.value;
    const value = this.#read(bytes, start, end);
    this.#entries[place] = { bytes: Buffer.from(bytes.subarray(start, end)), value };
    return value;
  }
}

function placeOf(bytes: Buffer, start: number, end: number): number {
  const step = Math.max(1, (end - start) >> 4);
  let hash = end - start;
  for (let at = end - 1, left = LOOKED_AT; at >= start && left > 0; at -= step, left--)
    hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return (hash ^ (hash >>> 15)) & (PLACES - 1);
}

/** A call of `compare` takes longer than a few bytes do. */
function isSame(known: Buffer, bytes: Buffer, start: number, end: number): boolean {
  const length = end - start;
  if (known.length !== length) return false;
  if (length > 24) return known.compare(bytes, start, end) === 0;
  for (let at = 0; at < length; at++) if (known[at] !== bytes[start + at]) return false;
  return true;
}
