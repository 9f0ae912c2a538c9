const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})(.*)$/s;
const TIME = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(.*)$/s;
const ZONE = /^(?:Z|[-+](\d\d):(\d\d))$/;

/**
 * Tells whether go-yaml v2.4.4 takes a text for a timestamp (`parseTimestamp` of `resolve.go`, with Go's `time.Parse`): a date; with `T` a time
 * and a zone; with a blank a time without one.
 */
export function isTimestamp(text: string): boolean {
  const [, year, month, day, rest] = DATE.exec(text) ?? [];
  if (rest === undefined || !isDay(Number(year), Number(month), Number(day))) return false;
  if (rest === '') return true;
  if (rest.startsWith(' ')) return isTime(rest.slice(1), (zone) => zone === '');
  return /^[Tt]/.test(rest) && isTime(rest.slice(1), isZone);
}

/**
 * Tells whether Go's `time.Parse` takes a text for a time of RFC 3339, as `metav1.Time` does: the hour may have one digit, the fraction a comma.
 */
export function isRfc3339(text: string): boolean {
  const [, year, month, day, rest] = /^(\d{4})-(\d\d)-(\d\d)(.*)$/s.exec(text) ?? [];
  if (rest === undefined || !isDay(Number(year), Number(month), Number(day))) return false;
  return /^T\d{1,2}:\d\d:\d\d(?!\d)/.test(rest) && isTime(rest.slice(1), isZone);
}

function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (month === 2 && leap ? 29 : ([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0));
}

function isTime(text: string, isRest: (text: string) => boolean): boolean {
  const [, hour, minute, second, rest] = TIME.exec(text) ?? [];
  return rest !== undefined && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60 && isRest(rest);
}

// Go lets 24 hours and 60 minutes pass.
function isZone(text: string): boolean {
  const zone = ZONE.exec(text);
  return zone !== null && Number(zone[1] ?? 0) <= 24 && Number(zone[2] ?? 0) <= 60;
}
