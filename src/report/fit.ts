import stringWidth from 'fast-string-truncated-width';

// oxlint-disable-next-line no-control-regex
const PLAIN = /^[\x20-\x7e]*$/;

/** How many columns a text takes on a terminal. */
export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text).width;
}

/** With blanks behind it, up to a width. */
export function padded(text: string, width: number): string {
  return `${text}${' '.repeat(Math.max(0, width - widthOf(text)))}`;
}

/** The beginning of a text that takes no more than so many columns. */
function headOf(text: string, width: number): string {
  if (PLAIN.test(text)) return text.slice(0, width);
  const letters = Array.from(text);
  return longest(letters.length, width, (length) => letters.slice(0, length).join(''));
}

/** The end of a text that takes no more than so many columns. */
function tailOf(text: string, width: number): string {
  if (PLAIN.test(text)) return text.slice(text.length - Math.max(0, width));
  const letters = Array.from(text);
  return longest(letters.length, width, (length) => letters.slice(letters.length - length).join(''));
}

// stringWidth 3.0.3 has a `limit`, but does not count letters such as `↑` right before Latin ones then.
/** Of the parts by length the longest that fits. */
function longest(most: number, width: number, part: (length: number) => string): string {
  let [fits, tooLong] = [0, most + 1];
  while (tooLong - fits > 1) {
    const length = Math.floor((fits + tooLong) / 2);
    if (widthOf(part(length)) <= width) fits = length;
    else tooLong = length;
  }
  return part(fits);
}

/** No wider than that: of what is too long the end is left. */
export function cutStart(text: string, width: number): string {
  return widthOf(text) <= width ? text : `…${tailOf(text, Math.max(0, width - 1))}`;
}

/** No wider than that. */
export function cutEnd(text: string, width: number): string {
  return widthOf(text) <= width ? text : `${headOf(text, Math.max(0, width - 1))}…`;
}

/** Of a long name the beginning and the end say most; of a service account its own name. */
export function cutMiddle(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const [, account] = /^sa:[^/ ]*(\/[^ ]+)$/.exec(text) ?? [];
  if (account !== undefined) return cutEnd(`sa:…${account}`, width);
  const head = headOf(text, Math.ceil((width - 1) / 2));
  return `${head}…${tailOf(text, width - 1 - widthOf(head))}`;
}
