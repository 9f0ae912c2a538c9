const VERBS = 'get|replace|update|rolling-update|validate|edit|create|delete|export|toolbox|version';
const OURS = 'enable|disable|status|rollback|history|apply|lint|policy';
const COMMAND = new RegExp(
  `(?:[A-Z_]+=\\S+ )*(?:kops (?:${VERBS})|kops-audit (?:${OURS})|kubectl \\S+|terraform \\S+|cd \\S+ &&).*$`,
);

/**
 * Breaks text at blanks so that no line is longer than `columns`, where that is possible. Line breaks in it stay. What is
 * meant to be pasted is never broken: code in backticks, a command at the end of a line (after ": "), a path or any other
 * word, and lines that are indented.
 */
export function wrap(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, columns))
    .join('\n');
}

function wrapLine(line: string, columns: number): string {
  if (line.length <= columns || /^\s/.test(line)) return line;
  const lines: string[] = [];
  let current = '';
  for (const piece of pieces(line)) {
    const longer = current === '' ? piece : `${current} ${piece}`;
    if (current !== '' && longer.length > columns) lines.push(current);
    current = current !== '' && longer.length > columns ? piece : longer;
  }
  return [...lines, current].join('\n');
}

function pieces(line: string): string[] {
  const at = line.startsWith('kops') ? 0 : line.indexOf(': ') + 2;
  const command = at === 1 ? undefined : COMMAND.exec(line.slice(at))?.[0];
  if (command === undefined || (!line.endsWith(`: ${command}`) && line !== command)) return words(line);
  return [...words(line.slice(0, line.length - command.length)), command];
}

function words(text: string): string[] {
  return text.match(/(?:`[^`]*`|\S)+/g) ?? [];
}
