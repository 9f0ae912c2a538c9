const LONGEST = 100;

/** A text in double quotes for a message, its control characters as escapes; a long one is cut. */
export function quote(text: string): string {
  return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);
}
