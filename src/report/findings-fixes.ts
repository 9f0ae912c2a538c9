import type { FixedPart } from '../lint/fix/harmless.ts';
import { wordsOf } from '../lint/rule.ts';
import { safeText, type ViewOptions, wrap } from './text.ts';

interface ChangesViewOptions extends ViewOptions {
  /** They are not made yet. */
  dryRun: boolean;
}

/** The changes of `lint --fix`, a place and what is written there now, then the reason. Ends with a newline. */
export function changesView(file: string, changes: readonly FixedPart[], options: ChangesViewOptions): string {
  return changes.map((change) => changeView(file, change, options)).join('');
}

function changeView(
  file: string,
  { finding, from, to }: FixedPart,
  { style, columns, clean, dryRun }: ChangesViewOptions,
): string {
  const { start } = finding.range;
  const place = `${safeText(file === '-' ? 'stdin' : file)}:${start.line}:${start.column}:`;
  const what = to === null ? `${from} removed` : `${from} → ${to}`;
  const head = wrap(`${place} ${dryRun ? 'would fix' : 'fixed'}: ${clean(what)}`, columns - 2);
  const reason = wrap(clean(`${wordsOf(finding).message} (${finding.rule})`), columns - 4);
  const lines = [head.replaceAll('\n', '\n  '), ...reason.split('\n').map((line) => `    ${line}`)];
  return `${lines.join('\n').replace(place, () => style.bold(place))}\n`;
}
