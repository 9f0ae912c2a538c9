import { expect } from 'vitest';

/**
 * Holds a check against each of many rows, in one test: a test for each row takes several times as long as what it looks at. All rows of
 * which it does not hold are told, by their names.
 */
export function expectOfEvery<Row>(
  rows: readonly (readonly [name: string | number, row: Row])[],
  check: (row: Row) => void,
): void {
  const wrong = rows.flatMap(([name, row]) => {
    try {
      check(row);
      return [];
    } catch (error) {
      return [`${name}: ${error instanceof Error ? error.message : String(error)}`];
    }
  });
  expect(wrong).toEqual([]);
}
