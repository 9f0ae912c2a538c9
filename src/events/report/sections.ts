import { WRITES } from '../../policy/api/verbs.ts';
import type { Level, RequestAttributes } from '../../policy/types.ts';
import type { LoggedEvent } from '../event.ts';
import { QUESTIONS, type Question } from '../questions/table.ts';
import { isDone, isOutsider, tellsEnd } from '../questions/traits.ts';
import { pathBehindProxy, powersOf, rightsGiven } from './details.ts';

/** A question of an auditor, and how the log answers it. */
export interface Section {
  /** Part of the interface: `--section`, `--fail-on-section`, the name of its evidence. */
  id: string;
  title: string;
  asks: string;
  matches: (event: LoggedEvent) => boolean;
  /** What of a request is told besides what was asked for; '' for nothing. */
  detail: (event: LoggedEvent) => string;
  /** The level from which on it can be seen, and requests that stand for all that it is about. */
  needs: Level;
  seenIn: readonly RequestAttributes[];
  /** What is good to know when it is read. */
  notes: readonly string[];
  /** Of which requirements it is evidence, by their numbers; how sure each of these is stands in `docs/report.md`. */
  evidenceFor: readonly string[];
}

const NOBODY: Partial<RequestAttributes> = { user: 'system:anonymous', groups: ['system:unauthenticated'] };
const SOMEBODY: Partial<RequestAttributes> = { user: 'somebody', groups: ['system:authenticated'] };
const ADMIN: Partial<RequestAttributes> = { user: 'admin', groups: ['system:masters', 'system:authenticated'] };

type Target = Question['about'][number];

/** The request that stands for a target. */
function requestFor({ verb, apiGroup = '', resource = '', subresource = '', ...target }: Target): RequestAttributes {
  const isOfAll = ['list', 'watch', 'deletecollection'].includes(verb);
  return {
    ...SOMEBODY,
    isResourceRequest: true,
    verb,
    apiGroup,
    resource,
    subresource,
    namespace: 'clusterScoped' in target ? '' : 'default',
    name: isOfAll || (verb === 'create' && subresource === '') ? '' : 'one',
  };
}

/** What a report adds to a question. */
interface Addition {
  detail?: (event: LoggedEvent) => string;
  /** Of the requests that stand for it: who sends them, or where. */
  sent?: Partial<RequestAttributes>;
  evidenceFor: readonly string[];
}

const ADDITIONS: Readonly<Record<string, Addition>> = {
  deletions: { evidenceFor: ['PCI DSS 10.2.1.7', 'NIST AU-2'] },
  'secrets-read': { evidenceFor: ['CIS 3.2.2', 'PCI DSS 10.2.1.1', 'SOC 2 CC6.1', 'HIPAA 164.312(b)'] },
  'secrets-dumped': { sent: { namespace: '' }, evidenceFor: ['CIS 3.2.2', 'PCI DSS 10.2.1.1', 'SOC 2 CC7.2'] },
  denied: { evidenceFor: ['PCI DSS 10.2.1.4', 'SOC 2 CC7.2', 'HIPAA 164.308(a)(1)(ii)(D)'] },
  shells: { evidenceFor: ['CIS 3.2.2', 'PCI DSS 10.2.1.2', 'SOC 2 CC6.1', 'SOC 2 CC7.2'] },
  tunnels: { detail: pathBehindProxy, evidenceFor: ['CIS 3.2.2', 'SOC 2 CC6.1'] },
  copies: { evidenceFor: ['PCI DSS 10.2.1.1', 'SOC 2 CC7.2'] },
  'debug-containers': { evidenceFor: ['PCI DSS 10.2.1.2', 'SOC 2 CC7.2'] },
  bindings: { detail: rightsGiven, evidenceFor: ['PCI DSS 10.2.1.5', 'SOC 2 CC6.2', 'SOC 2 CC6.3', 'NIST AU-2'] },
  roles: { evidenceFor: ['PCI DSS 10.2.1.5', 'SOC 2 CC6.3', 'NIST AU-2'] },
  'system-roles': { sent: { name: 'system:one' }, evidenceFor: ['PCI DSS 10.2.1.5', 'SOC 2 CC6.3'] },
  credentials: { evidenceFor: ['CIS 3.2.2', 'PCI DSS 10.2.1.5', 'SOC 2 CC6.1'] },
  impersonation: { evidenceFor: ['PCI DSS 10.2.1.2', 'SOC 2 CC6.1'] },
  anonymous: { sent: NOBODY, evidenceFor: ['PCI DSS 10.2.1.4', 'SOC 2 CC6.1', 'SOC 2 CC7.2'] },
  privileged: { detail: powersOf, evidenceFor: ['CIS 3.2.2', 'SOC 2 CC7.2'] },
  'kube-system': { sent: { namespace: 'kube-system' }, evidenceFor: ['PCI DSS 10.2.1.7', 'SOC 2 CC7.2'] },
  admission: { evidenceFor: ['PCI DSS 10.2.1.7', 'SOC 2 CC7.2'] },
  persistence: { evidenceFor: ['SOC 2 CC7.2'] },
  traces: { evidenceFor: ['PCI DSS 10.2.1.6', 'NIST AU-9'] },
  'looking-around': { evidenceFor: ['SOC 2 CC7.2'] },
};

function sectionOf(question: Question): Section {
  const { id, title, asks, about, needs, notes = [] } = question;
  const { detail = () => '', sent = {}, evidenceFor } = ADDITIONS[id] ?? { evidenceFor: [] };
  const seenIn = about.map((target) => ({ ...requestFor(target), ...sent }));
  return { id, title, asks, needs, notes, detail, seenIn, evidenceFor, matches: (event) => question.matches(event) };
}

/** What auditors ask besides. */
const MORE: readonly Section[] = [
  {
    id: 'secrets-changed',
    title: 'Secrets changed',
    asks: 'Who made, changed or deleted secrets?',
    matches: (event) => isOutsider(event) && isDone(event) && isWriteOf(event, 'secrets', '') && tellsEnd(event),
    detail: () => '',
    needs: 'Metadata',
    seenIn: WRITES.map((verb) => requestFor({ verb, resource: 'secrets' })),
    notes: [],
    evidenceFor: ['CIS 3.2.2', 'PCI DSS 10.2.1.5'],
  },
  {
    id: 'admins',
    title: 'What administrators changed',
    asks: 'What did members of system:masters, whom no rule holds back, change?',
    matches: (event) => {
      const { user, verb, objectRef } = event;
      const isAdmin = user?.groups?.includes('system:masters') === true && isOutsider(event);
      const isReview = (objectRef?.resource ?? '').endsWith('reviews');
      return (
        isAdmin && objectRef !== undefined && WRITES.includes(verb) && !isReview && isDone(event) && tellsEnd(event)
      );
    },
    detail: () => '',
    needs: 'Metadata',
    seenIn: WRITES.flatMap((verb) =>
      ['pods', 'configmaps', 'deployments'].map((resource) => ({
        ...requestFor({ verb, resource, apiGroup: resource === 'deployments' ? 'apps' : '' }),
        ...ADMIN,
      })),
    ),
    notes: [],
    evidenceFor: ['PCI DSS 10.2.1.2', 'NIST AU-2', 'SOC 2 CC6.1'],
  },
  {
    id: 'log-access',
    title: 'Logs of nodes read',
    asks: 'Who read the logs of a node through the API server, this log among them?',
    matches: (event) => NODE_LOG_PATH.test(event.requestURI) && tellsEnd(event),
    detail: pathBehindProxy,
    needs: 'Metadata',
    seenIn: [{ ...requestFor({ verb: 'get', resource: 'nodes', subresource: 'proxy' }), namespace: '' }],
    notes: ['`kops-audit logs --cluster` reads them so, and is told here too.'],
    evidenceFor: ['PCI DSS 10.2.1.3', 'PCI DSS 10.3', 'NIST AU-9'],
  },
  {
    id: 'failed',
    title: 'Failed otherwise',
    asks: 'What else did people ask for that did not work: not found, in conflict, invalid, failed on the server?',
    matches: (event) =>
      isOutsider(event) && (event.code >= 400 || event.stage === 'Panic') && !isRefused(event) && tellsEnd(event),
    detail: () => '',
    needs: 'Metadata',
    seenIn: ['get', 'create'].map((verb) => requestFor({ verb, resource: 'pods' })),
    notes: [],
    evidenceFor: ['NIST AU-3'],
  },
];

const NODE_LOG_PATH = /\/nodes\/[^/]+\/proxy\/logs(?:\/|\?|$)/;

function isRefused({ code }: LoggedEvent): boolean {
  return code === 401 || code === 403;
}

function isWriteOf({ verb, objectRef }: LoggedEvent, resource: string, apiGroup: string): boolean {
  return WRITES.includes(verb) && objectRef?.resource === resource && (objectRef.apiGroup ?? '') === apiGroup;
}

/** The sections of a report, in the order in which they are told. */
export const SECTIONS: readonly Section[] = [...QUESTIONS.map(sectionOf), ...MORE];
