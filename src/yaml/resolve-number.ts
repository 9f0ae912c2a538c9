/** A YAML number. An integer is exact; a float as JavaScript has it. */
export type YamlNumber = { type: 'int' | 'uint'; value: bigint } | { type: 'float'; value: number };

const MAX_INT = 2n ** 63n - 1n;
const MIN_INT = -(2n ** 63n);
const MAX_UINT = 2n ** 64n - 1n;

/**
 * Reads a number as go-yaml v2.4.4 does (`resolve.go`): a text that begins with ".", a digit or a sign; undefined where it is none.
 * Integers are those of Go's `strconv.ParseInt` with base 0, without "_".
 */
export function resolveNumber(text: string): YamlNumber | undefined {
  if (text.startsWith('.')) return /^\.\d+(?:[eE][-+]?\d+)?$/.test(text) ? float(text) : undefined;
  const plain = text.replaceAll('_', '');
  return integer(plain) ?? float(plain) ?? signedBinary(plain);
}

function integer(text: string): YamlNumber | undefined {
  const [, sign = '', digits = ''] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  const magnitude = magnitudeOf(digits);
  if (magnitude === undefined) return undefined;
  const value = sign === '-' ? -magnitude : magnitude;
  if (value >= MIN_INT && value <= MAX_INT) return { type: 'int', value };
  return sign === '' && value <= MAX_UINT ? { type: 'uint', value } : undefined;
}

function magnitudeOf(digits: string): bigint | undefined {
  if (/^(?:0|[1-9]\d*)$/.test(digits)) return BigInt(digits);
  if (/^0[0-7]+$/.test(digits)) return BigInt(`0o${digits.slice(1)}`);
  if (/^0(?:[xX][\da-fA-F]+|[oO][0-7]+|[bB][01]+)$/.test(digits)) return BigInt(digits.toLowerCase());
  return undefined;
}

function float(text: string): YamlNumber | undefined {
  if (!/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? { type: 'float', value } : undefined;
}

// go-yaml reads what follows "0b" once more, so that a sign may stand there.
function signedBinary(text: string): YamlNumber | undefined {
  const [, sign, digits] = /^0b([-+])([01]+)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const value = BigInt(`0b${digits}`) * (sign === '-' ? -1n : 1n);
  return value >= MIN_INT && value <= MAX_INT ? { type: 'int', value } : undefined;
}
