import type { Policy } from '../../policy/types.ts';
import type { Completeness } from '../complete/verdict.ts';
import type { DamageKind } from '../tally.ts';
import type { Bucket, Count, TopKind } from './activity.ts';
import { type BlindSpot, blindSpots } from './blind-spots.ts';
import type { ReportCollector } from './collector.ts';
import { type CountedSection, type FilledCount, filledCount } from './counted.ts';
import type { Group } from './groups.ts';
import type { NewcomerFinder } from '../questions/bursts.ts';
import type { Section } from './sections.ts';

/** What of the log was read. Times are microseconds since 1970; Infinity and -Infinity where there is no event. */
interface ReadLog {
  servers: readonly string[];
  files: number;
  lines: number;
  bytes: number;
  events: number;
  from: number;
  to: number;
  damaged: Readonly<Record<DamageKind, number>>;
  /** What should be there and could not be read, a sentence each. */
  missing: readonly string[];
  /** The flags that leave requests out; '' for none. */
  only: string;
  completeness: Completeness;
}

/** The file with the events behind the figures of a section. */
export interface EvidenceFile {
  name: string;
  lines: number;
  sha256: string;
}

/** A section with what was found. */
export interface FilledSection {
  section: Section;
  requests: number;
  byPeople: number;
  /** Requests of which no row tells, as there were too many different ones. */
  untold: number;
  groups: readonly Group[];
  /** What the policy could not have shown; null where the policy is not known. */
  blind: readonly BlindSpot[] | null;
}

/** All that a report tells, as values. */
export interface AuditReport {
  log: ReadLog;
  requests: number;
  /** The name of the policy in force; null where it is not known. */
  policy: string | null;
  sections: readonly FilledSection[];
  /** What is found by a count. */
  counted: readonly FilledCount[];
  /** Users, addresses and programs that the baseline does not have; null where there is no baseline. */
  news: ReturnType<NewcomerFinder['found']> | null;
  /** Whether it is asked at all who is new. */
  asksNews: boolean;
  tops: Readonly<Record<TopKind, readonly Count[]>>;
  activity: { width: number; buckets: readonly Bucket[] };
}

/** What a report is made of besides what was collected. */
interface Sources extends Pick<AuditReport, 'log' | 'news' | 'asksNews'> {
  sections: readonly Section[];
  counted: readonly CountedSection[];
  policy: { name: string; policy: Policy } | null;
}

const BUSIEST = 10;

/** Puts together what a collector found. Call its `end` first. */
export function auditReport(
  collector: ReportCollector,
  { log, sections, counted, policy, news, asksNews }: Sources,
): AuditReport {
  const { tops, activity } = collector;
  return {
    log,
    requests: collector.requests,
    policy: policy?.name ?? null,
    sections: sections.map((section) => filled(collector, section, policy?.policy)),
    counted: counted.map((section) => filledCount(section, collector.finderOf(section), policy?.policy)),
    news,
    asksNews,
    tops: {
      user: tops.top('user', BUSIEST),
      resource: tops.top('resource', BUSIEST),
      address: tops.top('address', BUSIEST),
      agent: tops.top('agent', BUSIEST),
    },
    activity: { width: activity.width, buckets: activity.buckets() },
  };
}

function filled(collector: ReportCollector, section: Section, policy: Policy | undefined): FilledSection {
  const groups = collector.groupsOf(section);
  return {
    section,
    requests: groups.requests,
    byPeople: groups.byPeople,
    untold: groups.untold,
    groups: groups.all(),
    blind: policy === undefined ? null : blindSpots(policy, section),
  };
}
