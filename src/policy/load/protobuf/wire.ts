/** One field of a protobuf message: a number, or bytes; neither for what is only passed over. */
export interface Field {
  number: number;
  varint?: bigint;
  bytes?: Uint8Array;
}

interface Reading {
  readonly bytes: Uint8Array;
  at: number;
}

/** The fields of a protobuf message, in their order; undefined where it is broken. */
export function readFields(bytes: Uint8Array): Field[] | undefined {
  const reading: Reading = { bytes, at: 0 };
  const fields: Field[] = [];
  while (reading.at < bytes.length) {
    const field = readField(reading);
    if (!field || reading.at > bytes.length) return undefined;
    fields.push(field);
  }
  return fields;
}

function readField(reading: Reading): Field | undefined {
  const tag = readVarint(reading);
  const number = tag === undefined ? 0 : Number(BigInt.asIntN(32, tag >> 3n));
  if (tag === undefined || number <= 0) return undefined;
  const reader = WIRE_TYPES[Number(tag & 7n)];
  const value = reader?.(reading);
  return value && { number, ...value };
}

type WireReader = (reading: Reading) => Omit<Field, 'number'> | undefined;

const WIRE_TYPES: Readonly<Record<number, WireReader>> = {
  0: (reading) => {
    const varint = readVarint(reading);
    return varint === undefined ? undefined : { varint };
  },
  1: (reading) => passOver(reading, 8),
  2: (reading) => {
    const length = readVarint(reading);
    if (length === undefined || length > BigInt(reading.bytes.length - reading.at)) return undefined;
    const start = reading.at;
    passOver(reading, Number(length));
    return { bytes: reading.bytes.subarray(start, reading.at) };
  },
  5: (reading) => passOver(reading, 4),
};

function passOver(reading: Reading, count: number): Omit<Field, 'number'> {
  reading.at += count;
  return {};
}

function readVarint(reading: Reading): bigint | undefined {
  let value = 0n;
  for (let shift = 0n; shift < 64n; shift += 7n) {
    const byte = reading.bytes[reading.at++];
    if (byte === undefined) return undefined;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  return undefined;
}
