import fc from 'fast-check';

interface Mutation {
  at: number;
  text?: string;
  cut?: number;
  byte?: number;
}

/** What damages a line, or only makes it unusual. */
export const MUTATION: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    text: fc.constantFrom(
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      ' ',
      '\t',
      '0',
      '1e5',
      '-',
      '.5',
      'null',
      'tru',
      '\\u00e4',
      '\\ud800',
      '\\x',
      '\0',
      '\x1f',
      'ä',
      '\u2028',
      '"verb":"get",',
      '"verb":1,',
      '"user":null,',
      '"user":{"username":["a"],"groups":"b"},',
      '"annotations":{"a":1,"b":"c"},',
      '"sourceIPs":[1,"a"],',
      '"Verb":"x",',
      '"ver\\u0062":"x",',
      '{"a":[1,{}]}',
    ),
  }),
  fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.integer({ min: 0, max: 255 }) }),
);

/** A line after a mutation. */
export function mutated(line: Buffer, mutation: Mutation): Buffer {
  const at = Math.floor(mutation.at * line.length);
  const added =
    mutation.byte === undefined
      ? Buffer.from(mutation.text ?? '')
      : Buffer.from([mutation.byte === 10 ? 32 : mutation.byte]);
  const skipped = mutation.cut ?? (mutation.byte === undefined ? 0 : 1);
  return Buffer.concat([line.subarray(0, at), added, line.subarray(at + skipped)]);
}
