/**
 * Compares two keys as kOps' YAML printer does: runs of digits by their number, letters after everything else
 * (sigs.k8s.io/yaml, goyaml.v2/sorter.go, keyList.Less). It is no order for keys like `10`, `1a` and `2` together, where
 * kOps itself prints now one, now another.
 * @returns Below 0 where `a` comes first.
 */
export function compareKeys(a: string, b: string): number {
  const [one, two] = [[...a], [...b]];
  const at = one.findIndex((char, index) => char !== two[index]);
  if (at === -1 || at >= two.length) return one.length - two.length;
  const [left, right] = [one[at] ?? '', two[at] ?? ''];
  const [isLeftLetter, isRightLetter] = [isLetter(left), isLetter(right)];
  if (isLeftLetter && isRightLetter) return compareCodes(left, right);
  if (isLeftLetter || isRightLetter) return isRightLetter ? -1 : 1;
  return compareNumbers(one, two, at) || compareCodes(left, right);
}

function compareNumbers(one: string[], two: string[], at: number): number {
  const isInNumber = (one[at] === '0' || two[at] === '0') && endsInNumber(one.slice(0, at));
  const [left, right] = [digitsFrom(one, at), digitsFrom(two, at)];
  const number = (digits: string) => Number(`${isInNumber ? '1' : '0'}${digits}`);
  return number(left) - number(right) || left.length - right.length;
}

/** Whether the digits at the end are more than zeros: `10` and `1` then `0` are compared with the 1 before them. */
function endsInNumber(chars: string[]): boolean {
  return /[1-9][0-9]*$/.test(chars.join(''));
}

function digitsFrom(chars: string[], at: number): string {
  return /^[0-9]*/.exec(chars.slice(at).join(''))?.[0] ?? '';
}

function compareCodes(a: string, b: string): number {
  return (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0);
}

function isLetter(char: string): boolean {
  return /^\p{L}$/u.test(char);
}
