import { isoTime } from '../../events/time.ts';
import type { AuditReport } from '../../events/report/data.ts';
import type { JsonObject } from '../../json.ts';
import { completenessJson } from '../completeness.ts';
import type { TextOptions } from './text.ts';
import { type ToldSection, toldSections, toldTops } from './told.ts';

/** A report as a document for programs, its version in `formatVersion`. Times are RFC 3339, null where there is none. */
export function reportJson(
  report: AuditReport,
  options: Pick<TextOptions, 'rows' | 'files' | 'isRevealed'> & { made: Date; version: string },
): object {
  const { log, requests, policy, activity } = report;
  return {
    kind: 'AuditReport',
    formatVersion: 1,
    made: options.made.toISOString(),
    madeBy: `kops-audit ${options.version}`,
    log: {
      servers: [...log.servers],
      files: log.files,
      lines: log.lines,
      bytes: log.bytes,
      events: log.events,
      requests,
      from: isoTime(log.from),
      to: isoTime(log.to),
      damaged: { ...log.damaged },
      missing: [...log.missing],
      only: log.only,
      complete: log.completeness.verdict,
    },
    completeness: completenessJson(log.completeness),
    policy,
    sections: toldSections(report, options).map(sectionJson),
    busiest: Object.fromEntries(
      Object.entries(toldTops(report, options)).map(([kind, counts]) => [kind, counts.map((count) => ({ ...count }))]),
    ),
    activity: {
      seconds: activity.width / 1_000_000,
      buckets: activity.buckets.map(({ from, ...counts }) => ({ from: isoTime(from), ...counts })),
    },
  };
}

function sectionJson({ rows, notes, blind, evidenceFor, file, ...section }: ToldSection): JsonObject {
  return {
    ...section,
    rows: rows.map((row) => ({ ...row })),
    notes: [...notes],
    blind: [...blind],
    evidenceFor: [...evidenceFor],
    file: file === null ? null : { ...file },
  };
}
