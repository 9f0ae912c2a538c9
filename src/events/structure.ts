/** What a byte is to the values it stands in. */
export type Signal = 'read' | 'bad' | 'element' | 'element-ends' | 'ends';

/** What is given element by element: so the memory that a large export needs does not grow with it. */
const LISTS: ReadonlySet<string> = new Set([
  '[]',
  'items[]',
  'events[]',
  'logEvents[]',
  'records[]',
  'results[]',
  'data[]',
  'data.result[].values[]',
  'hits.hits[]',
  'resourceLogs[].scopeLogs[].logRecords[]',
]);

/** A list or an object that has begun. */
interface Frame {
  isList: boolean;
  /** Where it stands: `data.result[]`. */
  path: string;
}

const DEEPEST = 1000;
const NAMED = 6;

/**
 * Follows the brackets, strings, colons and commas of a JSON value byte by byte. It knows where a value ends and that one breaks off;
 * whether words and numbers are right is left to `JSON.parse`.
 */
export class Structure {
  #frames: Frame[] = [];
  #expects: 'value' | 'key' | 'colon' | 'comma' = 'value';
  #isFresh = true;
  #isInWord = false;
  #string: 'none' | 'value' | 'key' = 'none';
  #isEscaped = false;
  #key = '';
  #elementAt = -1;
  #list = '';

  /** Of the element that is read, or was read last: `items[]`. */
  get list(): string {
    return this.#list;
  }

  /** The next byte that has a meaning, from `at` on: most of a value is text in strings. */
  skip(bytes: Uint8Array, at: number): number {
    if (this.#string !== 'value' || this.#isEscaped) return at;
    let next = at;
    for (; next < bytes.length; next += 1) {
      const byte = bytes[next];
      if (byte === 0x22 || byte === 0x5c || byte === 0x0a) break;
    }
    return next;
  }

  step(byte: number): Signal {
    if (this.#string !== 'none') return this.#inString(byte);
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return this.#blank();
    if (this.#isInWord && isOfWord(byte)) return 'read';
    this.#isInWord = false;
    if (byte === 0x22) return this.#opensString();
    if (byte === 0x7b || byte === 0x5b) return this.#opens(byte === 0x5b);
    if (byte === 0x7d || byte === 0x5d) return this.#closes(byte === 0x5d);
    if (byte === 0x2c) return this.#comma();
    if (byte === 0x3a) return this.#moves('colon', 'value');
    if (!isOfWord(byte) || this.#expects !== 'value') return 'bad';
    this.#isInWord = true;
    this.#expects = 'comma';
    return 'read';
  }

  #blank(): Signal {
    this.#isInWord = false;
    return 'read';
  }

  #inString(byte: number): Signal {
    if (byte === 0x0a) return 'bad';
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === 0x5c) this.#isEscaped = true;
    else if (byte === 0x22) return this.#closesString();
    else if (this.#string === 'key' && this.#frames.length <= NAMED) this.#key += String.fromCharCode(byte);
    return 'read';
  }

  #opensString(): Signal {
    if (this.#expects === 'key') {
      this.#string = 'key';
      this.#key = '';
      this.#isFresh = false;
      return 'read';
    }
    if (this.#expects !== 'value') return 'bad';
    this.#string = 'value';
    this.#expects = 'comma';
    return this.#begins();
  }

  #closesString(): Signal {
    const isKey = this.#string === 'key';
    this.#string = 'none';
    if (!isKey) return this.#valueEnds();
    this.#expects = 'colon';
    return 'read';
  }

  #opens(isList: boolean): Signal {
    if (this.#expects !== 'value' || this.#frames.length >= DEEPEST) return 'bad';
    const signal = this.#begins();
    this.#frames.push({ isList, path: this.#childPath() });
    this.#expects = isList ? 'value' : 'key';
    this.#isFresh = true;
    return signal;
  }

  #closes(isList: boolean): Signal {
    const frame = this.#frames.at(-1);
    const isEmpty = this.#isFresh && this.#expects === (isList ? 'value' : 'key');
    if (frame?.isList !== isList || !(isEmpty || this.#expects === 'comma')) return 'bad';
    this.#frames.pop();
    this.#expects = 'comma';
    return this.#valueEnds();
  }

  #comma(): Signal {
    return this.#moves('comma', this.#frames.at(-1)?.isList ? 'value' : 'key');
  }

  #moves(from: 'comma' | 'colon', to: 'value' | 'key'): Signal {
    if (this.#expects !== from) return 'bad';
    this.#expects = to;
    this.#isFresh = false;
    return 'read';
  }

  #childPath(): string {
    const { isList, path } = this.#frames.at(-1) ?? { isList: false, path: '' };
    if (this.#frames.length === 0 || this.#frames.length > NAMED) return path;
    if (isList) return `${path}[]`;
    return path === '' ? this.#key : `${path}.${this.#key}`;
  }

  #begins(): Signal {
    const isElement = this.#elementAt < 0 && this.#frames.at(-1)?.isList === true && LISTS.has(this.#childPath());
    if (!isElement) return 'read';
    this.#elementAt = this.#frames.length;
    this.#list = this.#childPath();
    return 'element';
  }

  #valueEnds(): Signal {
    if (this.#frames.length === 0) return 'ends';
    if (this.#frames.length !== this.#elementAt) return 'read';
    this.#elementAt = -1;
    return 'element-ends';
  }
}

function isOfWord(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e ||
    byte === 0x45
  );
}
