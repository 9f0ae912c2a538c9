import type { PolicyRule } from '../types.ts';

/** The paths that requests can have, cut along every pattern of `nonResourceURLs`: one place a piece, the first for any other path. */
export interface Paths {
  pieces: readonly PathPiece[];
  /** The pieces that any of the patterns matches; they are from `from` on to before `to`. */
  rangeOf(pattern: string): { from: number; to: number };
  /** The piece a path is in. */
  placeOf(path: string): number;
}

/** A path as such, or all that begin with `text` and are in no smaller piece. */
interface PathPiece {
  text: string;
  exact: boolean;
}

/** In the order of their texts, so that all pieces of a prefix stand together. */
export function pathsOf(rules: readonly Pick<PolicyRule, 'nonResourceURLs'>[]): Paths {
  const patterns = new Set(['*', ...rules.flatMap(({ nonResourceURLs }) => nonResourceURLs ?? [])]);
  const pieces = [...patterns]
    .map(pieceOf)
    .toSorted((a, b) => order(a.text, b.text) || Number(a.exact) - Number(b.exact));
  const places = new Map(pieces.map(({ text, exact }, at) => [patternOf(text, exact), at]));
  return {
    pieces,
    rangeOf: (pattern) => range(pieces, places, pattern),
    placeOf: (path) => placeOf(places, path),
  };
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function pieceOf(pattern: string): PathPiece {
  return pattern.endsWith('*') ? { text: pattern.slice(0, -1), exact: false } : { text: pattern, exact: true };
}

function patternOf(text: string, exact: boolean): string {
  return exact ? text : `${text}*`;
}

function range(
  pieces: readonly PathPiece[],
  places: ReadonlyMap<string, number>,
  pattern: string,
): { from: number; to: number } {
  const from = places.get(pattern) ?? 0;
  const { text, exact } = pieceOf(pattern);
  if (exact) return { from, to: from + 1 };
  const length = pieces.slice(from).findIndex((piece) => !piece.text.startsWith(text));
  return { from, to: length < 0 ? pieces.length : from + length };
}

function placeOf(places: ReadonlyMap<string, number>, path: string): number {
  const exact = places.get(path);
  if (exact !== undefined) return exact;
  for (let length = path.length; length > 0; length -= 1) {
    const place = places.get(`${path.slice(0, length)}*`);
    if (place !== undefined) return place;
  }
  return 0;
}
