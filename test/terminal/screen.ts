/** What a terminal shows after some output, as lines of text without blanks at their ends. */
export interface Screen {
  /** Takes output as it came. */
  write(text: string): void;
  /** The lines on the screen; what has scrolled off comes first. */
  lines(): string[];
  /** Changes the size, as a terminal does that leaves the lines as they are. */
  resize(columns: number, rows: number): void;
}

// oxlint-disable-next-line no-control-regex
const PIECE = /\x1b\[([?\d;]*)([A-Za-z])|\x1b[78=>]|[\r\n\b\x07]|[^\x1b\r\n\b\x07]/gu;

/**
 * A small model of a terminal: text, line ends, and the cursor movements and erasures that inquirer, readline and kops-audit
 * write. Every character is one column wide.
 */
export function createScreen(columns: number, rows: number): Screen {
  const cells: string[][] = [[]];
  const size = { columns, rows };
  const at = { row: 0, column: 0 };
  const top = (): number => Math.max(0, cells.length - size.rows);
  const lineAt = (row: number): string[] => {
    while (cells.length <= row) cells.push([]);
    return cells[row]!;
  };
  const put = (char: string): void => {
    if (at.column >= size.columns) Object.assign(at, { row: at.row + 1, column: 0 });
    const line = lineAt(at.row);
    while (line.length < at.column) line.push(' ');
    line[at.column++] = char;
  };
  const moves: Readonly<Record<string, (count: number, text: string) => void>> = {
    A: (count) => (at.row = Math.max(top(), at.row - count)),
    B: (count) => (at.row = Math.min(Math.max(top() + size.rows - 1, at.row), at.row + count)),
    C: (count) => (at.column = Math.min(size.columns - 1, at.column + count)),
    D: (count) => (at.column = Math.max(0, at.column - count)),
    G: (count) => (at.column = count - 1),
    H: () => Object.assign(at, { row: top(), column: 0 }),
    J: () => {
      lineAt(at.row).length = Math.min(lineAt(at.row).length, at.column);
      cells.length = at.row + 1;
    },
    K: (_, text) => eraseLine(lineAt(at.row), text, at.column),
  };
  const control: Readonly<Record<string, () => void>> = {
    '\r': () => (at.column = 0),
    '\n': () => lineAt(++at.row),
    '\b': () => (at.column = Math.max(0, at.column - 1)),
    '\u0007': () => {},
  };
  return {
    write(text) {
      for (const [piece, parameter = '', final] of text.matchAll(PIECE)) {
        if (final !== undefined) moves[final]?.(Number.parseInt(parameter, 10) || 1, parameter);
        else if (!piece.startsWith('\u001b')) (control[piece] ?? (() => put(piece)))();
      }
    },
    lines: () => cells.map((line) => line.join('').trimEnd()),
    resize: (newColumns, newRows) => void Object.assign(size, { columns: newColumns, rows: newRows }),
  };
}

function eraseLine(line: string[], parameter: string, column: number): void {
  if (parameter === '2') line.length = 0;
  else if (parameter === '1') line.fill(' ', 0, column + 1);
  else line.length = Math.min(line.length, column);
}
