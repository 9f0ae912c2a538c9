import type { AuditReport } from '../../events/report/data.ts';
import { headRows, incompleteText } from './head.ts';
import type { TextOptions } from './text.ts';
import { LAST_WORD, oneLine, TOPS, type ToldRow, type ToldSection, toldSections, toldTops } from './told.ts';
import { counted, number } from '../text.ts';

/** A report as Markdown that GitHub renders. Nothing of the log is taken for markup. */
export function reportMarkdown(
  report: AuditReport,
  options: Pick<TextOptions, 'rows' | 'files' | 'evidence' | 'isRevealed'>,
): string {
  const sections = toldSections(report, options);
  return `${[
    '# Audit report',
    table(
      [' ', ' '],
      headRows(report).map(([label, text]) => [`**${label}**`, plain(text)]),
    ),
    ...fenced(incompleteText(report)),
    summary(sections),
    ...sections.filter(({ verdict }) => verdict === 'found').map((section) => sectionText(section, options.evidence)),
    busiest(toldTops(report, options)),
    LAST_WORD,
  ].join('\n\n')}\n`;
}

/** Text as it is; what could end it from inside does not. */
function fenced(text: string): string[] {
  return text === '' ? [] : [`\`\`\`\`text\n${text.replaceAll('`', "'")}\n\`\`\`\``];
}

function summary(sections: readonly ToldSection[]): string {
  const rows = sections.map(({ id, title, verdict, figure, blind }) => [
    verdict === 'found' ? `[${title}](#${id})` : title,
    `\`${id}\``,
    [figure, ...blind.map((text) => `could not be seen: ${text}`)].map(plain).join('<br>'),
  ]);
  return table(['Section', 'Id', 'Found'], rows);
}

function sectionText(section: ToldSection, evidence: string): string {
  const { id, title, asks, figure, rows, more, untold, blind, evidenceFor, file } = section;
  const notes = [
    ...(more > 0 ? [`And ${counted(more, 'more row')}.`] : []),
    ...(untold > 0 ? [`And ${counted(untold, 'request')} of too many different kinds for rows of their own.`] : []),
    ...blind.map((text) => `Could not be seen: ${plain(text)}.`),
    ...(file === null
      ? []
      : [
          `Events: [${file.name}](<${evidence}/${file.name}>), ${counted(file.lines, 'line')}, SHA-256 \`${file.sha256}\`.`,
        ]),
    `Evidence for: ${evidenceFor.join(', ')}.`,
  ];
  return [
    `<a id="${id}"></a>\n\n## ${title}`,
    `${asks} ${figure}.`,
    table(['Time', 'Requests', 'Who', 'What', 'Outcome', 'From'], rows.map(cells)),
    notes.join('\n\n'),
  ].join('\n\n');
}

function cells({ time, requests, who, what, outcome, from }: ToldRow): string[] {
  return [time, number(requests), who, what, outcome, from].map(plain);
}

function busiest(tops: AuditReport['tops']): string {
  const tables = TOPS.filter(([kind]) => tops[kind].length > 0).map(([kind, head]) =>
    table(
      [head, 'Requests', 'Denied'],
      tops[kind].map(({ name, requests, denied }) => [plain(oneLine(name)), number(requests), number(denied)]),
    ),
  );
  return ['## The busiest', ...tables].join('\n\n');
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  return [line(heads), `|${heads.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** Every character that Markdown or HTML could take for its own gets a backslash or is an entity. */
function plain(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;')
    .replaceAll(/[\\`*_{}[\]()#+!|~$:]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
