import { fileGates } from '../../change/gates.ts';
import type { ListedEntry } from '../../change/journal/entry.ts';
import { withPlaces } from '../../cluster/documents.ts';
import { editSpecText, type TextReading } from '../../change/spec-text.ts';
import { lineOf } from '../../cluster/sections.ts';
import { unifiedDiff } from '../../report/diff.ts';
import { maskSpecText } from '../../report/mask-spec.ts';
import type { ChangeRequest } from './request.ts';
import { planMasker } from './masking.ts';
import type { Shown } from './show.ts';

/** Plans a change of a cluster in a text, and works out its diff line by line as the text will change. */
export function shownText(
  request: ChangeRequest,
  reading: TextReading,
  source: 'file' | 'stdin',
  earlier: readonly ListedEntry[],
): Shown {
  const prepared = withPlaces(reading.document, () => request.prepare(reading, earlier));
  const { plan, blocking, others } = prepared;
  const masker = planMasker(plan, reading.groups);
  const text = prepared.textAfter ?? editSpecText(reading, plan);
  const label = reading.file === '-' ? 'stdin' : reading.file;
  const [before, after] = documentTexts(reading, text);
  const diff = unifiedDiff(maskSpecText(before, masker), maskSpecText(after, masker), {
    before: `${label} (now)`,
    after: `${label} (planned)`,
    firstLine: lineOf(reading.text, reading.document.start),
  });
  const findings = [...blocking, ...reading.halfRead, ...fileGates(reading, plan), ...others];
  return { prepared, findings, diff, masker, text: () => text, source, kopsVersion: reading.kopsVersion };
}

/** The edited document before and after. Its neighbours stay out of the diff: they may hold secrets that nobody looked for. */
function documentTexts({ text, document: { start, end } }: TextReading, edited: string): [string, string] {
  const tail = text.length - end;
  const newline = tail > 0 ? '\n' : '';
  return [text.slice(start, end) + newline, edited.slice(start, edited.length - tail) + newline];
}
