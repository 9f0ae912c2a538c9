import type { AuditEvent, LoggedEvent, LogSource } from '../../../src/events/event.ts';
import { checkedLog } from '../../../src/events/complete/check.ts';
import { ReportCollector, type EvidenceSink } from '../../../src/events/report/collector.ts';
import { COUNTED } from '../../../src/events/report/counted.ts';
import { type AuditReport, auditReport } from '../../../src/events/report/data.ts';
import { SECTIONS } from '../../../src/events/report/sections.ts';
import { LogTally } from '../../../src/events/tally.ts';
import type { Policy } from '../../../src/policy/types.ts';

/** An event of alice reading a pod, but for what is given. */
export function anEvent(more: Partial<AuditEvent> & { code?: number } = {}): AuditEvent {
  const { code = 200, ...given } = more;
  return {
    level: 'Metadata',
    auditID: `id-${Math.trunc(made++)}`,
    stage: 'ResponseComplete',
    verb: 'get',
    requestURI: '/api/v1/namespaces/shop/pods/web',
    user: { username: 'alice', groups: ['system:authenticated'] },
    sourceIPs: ['10.0.0.9'],
    userAgent: 'kubectl/v1.36.3 (linux/amd64)',
    objectRef: { resource: 'pods', namespace: 'shop', name: 'web', apiVersion: 'v1' },
    requestReceivedTimestamp: '2026-11-23T10:00:00.000000Z',
    stageTimestamp: '2026-11-23T10:00:00.000000Z',
    responseStatus: { code },
    ...given,
  };
}

let made = 0;

function sourceOf(events: readonly AuditEvent[]): LogSource {
  const text = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  return {
    name: 'audit.log',
    server: '',
    async *open() {
      yield Buffer.from(text);
    },
  };
}

const NO_EVIDENCE: EvidenceSink = { add: () => 0 };

/** The report of a log of these events. */
export async function reportOf(
  events: readonly AuditEvent[],
  { policy = null, evidence = NO_EVIDENCE }: { policy?: Policy | null; evidence?: EvidenceSink } = {},
): Promise<AuditReport> {
  const collector = new ReportCollector(SECTIONS, COUNTED, evidence);
  const tally = new LogTally();
  const take = (event: LoggedEvent): undefined => void collector.add(event);
  const completeness = await checkedLog({ servers: [{ server: '', sources: [sourceOf(events)] }], tally }, [], take);
  collector.end();
  const { lines, bytes, from, to, damaged } = tally;
  const log = {
    servers: [''],
    files: 1,
    lines,
    bytes,
    events: tally.events,
    from,
    to,
    damaged,
    missing: [],
    only: '',
    completeness,
  };
  const named = policy && { name: 'mine', policy };
  return auditReport(collector, {
    log,
    sections: SECTIONS,
    counted: COUNTED,
    policy: named,
    news: null,
    asksNews: true,
  });
}

/** What was found of a section. */
export function sectionIn(report: AuditReport, id: string): AuditReport['sections'][number] {
  const found = report.sections.find(({ section }) => section.id === id);
  if (!found) throw new Error(`no section ${id}`);
  return found;
}
