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

/**
 * The nanoseconds that Go's `time.ParseDuration` (`time/format.go`, Go 1.26) reads from a text; null where it refuses it: the whole must fit
 * in 64 bits, about 292 years.
 */
export function readDuration(text: string): bigint | null {
  const [, sign = '', body = ''] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  if (body === '0') return 0n;
  if (!/^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(body)) return null;
  let total = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of body.matchAll(/(\d*)(?:\.(\d*))?([a-zµμ]+)/g)) {
    total += nanoseconds(whole, fraction, UNITS[unit] ?? 0n);
    if (total > MOST) return null;
  }
  if (sign === '-') return -total;
  return total < MOST ? total : null;
}

// Go keeps as many digits of a fraction as fit in 63 bits.
function nanoseconds(whole: string, fraction: string, unit: bigint): bigint {
  const digits = whole.replace(/^0+/, '');
  if (digits.length > 19) return MOST + 1n;
  const part = fraction.slice(0, 18);
  return BigInt(digits || '0') * unit + (BigInt(part || '0') * unit) / 10n ** BigInt(part.length);
}

/** Nanoseconds as kOps writes them back after it stored them (Go's `Duration.String`): `1m30s`, `1m0s`, `1.5ms`. */
export function durationText(nanoseconds: bigint): string {
  if (nanoseconds < 0n) return `-${durationText(-nanoseconds)}`;
  if (nanoseconds === 0n) return '0s';
  const small = SMALL.find(([, unit]) => nanoseconds < unit * 1000n);
  if (small) return `${decimal(nanoseconds, small[1])}${small[0]}`;
  const minutes = nanoseconds / MINUTE;
  const seconds = `${decimal(nanoseconds % MINUTE, SECOND)}s`;
  if (minutes === 0n) return seconds;
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;

const SMALL: readonly (readonly [string, bigint])[] = [
  ['ns', 1n],
  ['µs', 1000n],
  ['ms', 1_000_000n],
];

function decimal(nanoseconds: bigint, unit: bigint): string {
  const rest = `${nanoseconds % unit}`.padStart(`${unit}`.length - 1, '0').replace(/0+$/, '');
  return `${nanoseconds / unit}${rest === '' ? '' : `.${rest}`}`;
}

/** The exponent of ten or two that a suffix stands for (`suffix.go` of k8s.io/apimachinery/pkg/api/resource, 0.36). */
const SUFFIXES: ReadonlyMap<string, readonly [base: 2 | 10, exponent: number]> = new Map([
  ['', [10, 0]],
  ['n', [10, -9]],
  ['u', [10, -6]],
  ['m', [10, -3]],
  ['k', [10, 3]],
  ['M', [10, 6]],
  ['G', [10, 9]],
  ['T', [10, 12]],
  ['P', [10, 15]],
  ['E', [10, 18]],
  ['Ki', [2, 10]],
  ['Mi', [2, 20]],
  ['Gi', [2, 30]],
  ['Ti', [2, 40]],
  ['Pi', [2, 50]],
  ['Ei', [2, 60]],
]);

const MAX_INT64 = 2n ** 63n - 1n;

/** Go works a power of ten out in full: from some millions of digits on kOps does not come to an end. */
const MOST_DIGITS = 100_000;

/**
 * The number that `resource.ParseQuantity` of k8s.io/apimachinery 0.36 reads from a text, as near as JavaScript can hold it (Infinity where it
 * can't); undefined where that refuses the text, or would not come to an end. A sign or a point alone is 0, as it is there.
 */
export function readQuantity(text: string): number | undefined {
  const parts = /^(?<sign>[-+]?)(?<whole>\d*)(?:\.(?<fraction>\d*))?(?<suffix>[eEinumkKMGTP]*[-+]?\d*)$/.exec(
    text,
  )?.groups;
  const scale = text === '' || !parts ? undefined : scaleOf(parts['suffix'] ?? '');
  if (!parts || !scale) return undefined;
  const [base, exponent] = scale;
  // Without a digit it is 0 only where Go needs no big number.
  if (!/\d/.test((parts['whole'] ?? '') + (parts['fraction'] ?? '')) && (base === 2 ? exponent >= 50 : exponent < -9))
    return undefined;
  const number = `${parts['whole'] || '0'}.${parts['fraction'] || '0'}`;
  const value = base === 2 ? Math.min(Number(number) * 2 ** exponent, 2 ** 63) : Number(`${number}e${exponent}`);
  // A part above 0 is rounded up to the smallest that is held, 1n.
  const held = /[1-9]/.test(number) ? Math.max(value, 1e-9) : 0;
  return parts['sign'] === '-' ? -held : held;
}

function scaleOf(suffix: string): readonly [base: 2 | 10, exponent: number] | undefined {
  const known = SUFFIXES.get(suffix);
  if (known) return known;
  const [, digits] = /^[eE]([-+]?\d+)$/.exec(suffix) ?? [];
  if (digits === undefined) return undefined;
  const exponent = BigInt(digits.replace('+', ''));
  if (exponent > MAX_INT64 || exponent < -MAX_INT64 - 1n) return undefined;
  const held = Number(BigInt.asIntN(32, exponent));
  return Math.abs(held) > MOST_DIGITS ? undefined : [10, held];
}
