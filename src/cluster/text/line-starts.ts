/** Where each line of a text begins. Numbers of four bytes: there may be millions. */
export function lineStarts(text: string): Uint32Array {
  const starts = new Uint32Array(countNewlines(text) + 1);
  for (let at = text.indexOf('\n'), line = 1; at !== -1; at = text.indexOf('\n', at + 1)) starts[line++] = at + 1;
  return starts;
}

export function countNewlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
