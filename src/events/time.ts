const FORM = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** Writes microseconds since 1970 in UTC, to the millisecond as a Date has it; null for what is no time. */
export function isoTime(microseconds: number): string | null {
  const date = new Date(microseconds / 1000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** Reads an RFC 3339 time, as Go writes it; gives microseconds since 1970, or NaN for what is none. */
export function microseconds(text: string | undefined): number {
  const [, whole = '', fraction = '', zone = ''] = FORM.exec(text ?? '') ?? [];
  return Date.parse(`${whole}${zone}`) * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}
