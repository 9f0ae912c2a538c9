import type { AuditReport, EvidenceFile, FilledSection } from '../../events/report/data.ts';
import type { BlindSpot } from '../../events/report/blind-spots.ts';
import type { FilledCount } from '../../events/report/counted.ts';
import type { Group } from '../../events/report/groups.ts';
import { isHuman, shortName } from '../../events/people.ts';
import type { RequestAttributes } from '../../policy/types.ts';
import { type EventMask, eventMask, revealed } from '../events/mask-event.ts';
import { actionText, addressText, agentText, outcomeText, userText } from '../events/words.ts';
import { counted, number, safeText } from '../text.ts';

/** A row of a section. All texts are safe to show. */
export interface ToldRow {
  /** The first and the last time, in UTC; '' for one that is not known. */
  time: string;
  last: string;
  requests: number;
  who: string;
  what: string;
  outcome: string;
  from: string;
  agent: string;
  isPerson: boolean;
  isDenied: boolean;
  /** The line of the evidence that the first of them is on; 0 for none. */
  line: number;
}

/** Whether something was found, or could have been. */
type Verdict = 'found' | 'nothing' | 'not all could be seen' | 'not known';

/** A section in words. */
export interface ToldSection {
  id: string;
  title: string;
  asks: string;
  verdict: Verdict;
  requests: number;
  byPeople: number;
  /** `4 requests, 3 by people`. */
  figure: string;
  rows: readonly ToldRow[];
  /** How many rows there are besides those told here, and requests that are in no row. */
  more: number;
  untold: number;
  /** What is good to know when it is read. */
  notes: readonly string[];
  /** What the policy could not have shown, a sentence each. */
  blind: readonly string[];
  evidenceFor: readonly string[];
  file: EvidenceFile | null;
}

/** The id of the section on who is new. */
export const NEW_ID = 'new-identities';

interface Telling {
  /** So many rows of a section are told. */
  rows: number;
  /** Without the API group of what was asked for, where there is little room. */
  isShort?: boolean;
  /** Secrets in paths and commands are shown, not masked. */
  isRevealed?: boolean;
  /** The files with the events, by section. */
  files: ReadonlyMap<string, EvidenceFile>;
}

/** Puts the sections of a report into words, in their order: then those found by a count, and who is new. */
export function toldSections(report: AuditReport, telling: Telling): ToldSection[] {
  const told = [
    ...report.sections.map((section) => toldSection(section, telling)),
    ...report.counted.map((count) => toldCount(count, telling)),
  ];
  return report.asksNews ? [...told, toldNews(report, telling)] : told;
}

function toldSection(filled: FilledSection, telling: Telling): ToldSection {
  const { section, requests, byPeople, groups, untold, blind } = filled;
  const { id, title, asks, notes, evidenceFor } = section;
  const { rows, files } = telling;
  return {
    id,
    title,
    asks,
    verdict: verdictOf(filled),
    requests,
    byPeople,
    figure: figureText(requests, byPeople),
    rows: groups.slice(0, rows).map((group) => toldRow(group, telling)),
    more: Math.max(0, groups.length - rows),
    untold,
    notes,
    blind: (blind ?? []).map((spot) => blindText(spot, section.needs)),
    evidenceFor,
    file: files.get(id) ?? null,
  };
}

function verdictOf({ requests, blind }: Pick<FilledSection, 'requests' | 'blind'>): Verdict {
  if (requests > 0) return 'found';
  if (blind === null) return 'not known';
  return blind.length > 0 ? 'not all could be seen' : 'nothing';
}

function figureText(requests: number, byPeople: number): string {
  if (requests === 0) return 'none';
  if (requests === 1) return byPeople === 1 ? '1 request, by a person' : '1 request, not by a person';
  if (byPeople === 0) return `${counted(requests, 'request')}, none by people`;
  return `${counted(requests, 'request')}, ${byPeople === requests ? 'all' : `${number(byPeople)} of them`} by people`;
}

/** A time in UTC, to the second: `2026-11-23 05:55:18Z`; '' for one that is not known. */
export function utcText(microseconds: number): string {
  if (!Number.isFinite(microseconds) || Math.abs(microseconds) > 8.64e18) return '';
  return `${new Date(microseconds / 1000).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

/** A text of a log on one line, safe to show. */
export function oneLine(text: string): string {
  return safeText(text).replaceAll(/[\n\t]/g, ' ');
}

function maskOf({ isRevealed = false }: Pick<Telling, 'isRevealed'>): EventMask {
  return isRevealed ? revealed : eventMask();
}

function toldRow(group: Group, telling: Telling): ToldRow {
  const { event, detail, isPerson, isOpen, requests, first, last, line } = group;
  const mask = maskOf(telling);
  const what = actionText(event, mask, { hasGroup: !telling.isShort });
  return {
    time: utcText(first),
    last: utcText(last),
    requests,
    who: oneLine(userText(event)),
    what: oneLine(`${what}${detail === '' ? '' : `: ${mask.text(detail)}`}`),
    outcome: oneLine(outcomeText({ event, isOpen, took: NaN })),
    from: oneLine(addressText(event)),
    agent: oneLine(agentText(event, mask)),
    isPerson,
    isDenied: event.code === 401 || event.code === 403,
    line,
  };
}

function toldCount({ section, bursts, blind }: FilledCount, { rows }: Telling): ToldSection {
  const { id, title, asks, notes, evidenceFor, needs } = section;
  return {
    id,
    title,
    asks,
    verdict: verdictOf({ requests: bursts.length, blind }),
    requests: bursts.length,
    byPeople: bursts.filter(({ username }) => isHuman({ user: { username } })).length,
    figure: bursts.length === 0 ? 'none' : counted(bursts.length, 'time'),
    rows: bursts.slice(0, rows).map((burst) => burstRow(burst, section.counts)),
    more: Math.max(0, bursts.length - rows),
    untold: 0,
    notes,
    blind: (blind ?? []).map((spot) => blindText(spot, needs)),
    evidenceFor,
    file: null,
  };
}

const THINGS = 5;

function burstRow(
  { username, address, from, to, things, most }: FilledCount['bursts'][number],
  counts: string,
): ToldRow {
  const shown = things.length > THINGS ? [...things.slice(0, THINGS), '…'] : things;
  return {
    time: utcText(from),
    last: utcText(to),
    requests: most,
    who: oneLine(shortName(username)),
    what: oneLine(`${most} ${counts}: ${shown.join(', ')}`),
    outcome: '',
    from: oneLine(address),
    agent: '',
    isPerson: isHuman({ user: { username } }),
    isDenied: false,
    line: 0,
  };
}

function toldNews({ news }: AuditReport, telling: Telling): ToldSection {
  const all = news ?? [];
  const { rows } = telling;
  return {
    id: NEW_ID,
    title: 'New users, addresses and programs',
    asks: 'Who was not in the earlier log, and who came from another address or with another program?',
    verdict: newsVerdict(news),
    requests: all.length,
    byPeople: all.filter(({ username }) => isHuman({ user: { username } })).length,
    figure: news === null ? 'not asked: --baseline names an earlier log' : newsFigure(all),
    rows: all.slice(0, rows).map((each) => newsRow(each, maskOf(telling))),
    more: Math.max(0, all.length - rows),
    untold: 0,
    notes: ['Only people and service accounts outside kube-system are told.'],
    blind: [],
    evidenceFor: ['SOC 2 CC7.2', 'HIPAA 164.308(a)(1)(ii)(D)'],
    file: null,
  };
}

type News = NonNullable<AuditReport['news']>;

function newsVerdict(news: News | null): Verdict {
  if (news === null) return 'not known';
  return news.length > 0 ? 'found' : 'nothing';
}

function newsFigure(news: News): string {
  const users = news.filter(({ what }) => what === 'user').length;
  if (news.length === 0) return 'none';
  return `${counted(users, 'new user')}, ${counted(news.length - users, 'new way')} of those known before`;
}

const NEWS = { user: 'not seen before', address: 'from a new address', agent: 'with a new program' } as const;

function newsRow({ username, what, value, at }: News[number], mask: EventMask): ToldRow {
  const isPerson = isHuman({ user: { username } });
  const more = what === 'user' ? '' : `: ${mask.text(value)}`;
  return {
    time: utcText(at),
    last: utcText(at),
    requests: 1,
    who: oneLine(shortName(username)),
    what: oneLine(`${NEWS[what]}${more}`),
    outcome: '',
    from: '',
    agent: '',
    isPerson,
    isDenied: false,
    line: 0,
  };
}

/** What a policy keeps of some requests where more is needed, in a sentence. */
function blindText({ requests, level, rule }: BlindSpot, needs: string): string {
  const what = [...new Set(requests.map(kindText))];
  const shown = what.length > 6 ? [...what.slice(0, 6), `${what.length - 6} more`] : what;
  const by = rule === 0 ? 'no rule matches them' : `rule ${rule}`;
  const kept = level === 'None' ? 'not recorded' : `recorded at ${level}, which is less than ${needs}`;
  return oneLine(`${shown.join(', ')}: ${kept} (${by})`);
}

function kindText({ verb = '', resource = '', subresource = '', path = '' }: RequestAttributes): string {
  return `${verb} ${resource === '' ? path : resource}${subresource === '' ? '' : `/${subresource}`}`;
}

/** What a report ends with. */
export const LAST_WORD =
  'A ! behind a user marks members of system:masters, whom no rule holds back. This is evidence of what the log holds. It says nothing of what was never recorded, and does not make anything compliant.';

/** The kinds of the busiest, and what each is called. */
export const TOPS = [
  ['user', 'User'],
  ['resource', 'Resource'],
  ['address', 'Address'],
  ['agent', 'Program'],
] as const;

/** The busiest of each kind as they are told: the path of a request and the name of a program may hold a secret. */
export function toldTops({ tops }: AuditReport, telling: Pick<Telling, 'isRevealed'>): AuditReport['tops'] {
  const { text } = maskOf(telling);
  const told = (kind: keyof AuditReport['tops']) => tops[kind].map((count) => ({ ...count, name: text(count.name) }));
  return { user: told('user'), resource: told('resource'), address: told('address'), agent: told('agent') };
}
