/** Nanoseconds of the units that Go knows. */
const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const MOST = 2n ** 63n;

/** Whether Go's `time.ParseDuration` (`time/format.go`, Go 1.26) reads a text: the whole must fit in 64 bits of nanoseconds, about 292 years. */
export function isDuration(text: string): boolean {
  const [, sign = '', body = ''] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  if (body === '0') return true;
  if (!/^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(body)) return false;
  let total = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of body.matchAll(/(\d*)(?:\.(\d*))?([a-zµμ]+)/g)) {
    total += nanoseconds(whole, fraction, UNITS[unit]!);
    if (total > MOST) return false;
  }
  return total < MOST || sign === '-';
}

// Go keeps as many digits of a fraction as fit in 63 bits.
function nanoseconds(whole: string, fraction: string, unit: bigint): bigint {
  const digits = whole.replace(/^0+/, '');
  if (digits.length > 19) return MOST + 1n;
  const part = fraction.slice(0, 18);
  return BigInt(digits || '0') * unit + (BigInt(part || '0') * unit) / 10n ** BigInt(part.length);
}
