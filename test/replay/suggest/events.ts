import { scanLog } from '../../../src/events/read.ts';
import { LogTally } from '../../../src/events/tally.ts';
import type { LoggedEvent } from '../../../src/events/event.ts';
import type { Level, Policy } from '../../../src/policy/types.ts';
import { Replay } from '../../../src/replay/replay.ts';
import { suggest, type Suggestions, type Wanted } from '../../../src/replay/suggest/suggest.ts';
import { Traffic } from '../../../src/replay/suggest/traffic.ts';
import { eventsOf } from '../../events/event-of.ts';

/** A request as a test writes it. */
export interface Sent {
  user?: string;
  groups?: readonly string[];
  verb: string;
  /** A resource, or a path. */
  target: { group?: string; resource: string; subresource?: string; namespace?: string; name?: string } | string;
  code?: number;
  as?: string;
  agent?: string;
}

/** The line that kube-apiserver writes for a request at RequestResponse. */
export function lineOf({ user, groups = [], verb, target, code = 200, as, agent = 'go' }: Sent): string {
  const object = typeof target === 'string' ? undefined : target;
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse' satisfies Level,
    auditID: 'a',
    stage: 'ResponseComplete',
    requestURI: typeof target === 'string' ? target : uriOf(target),
    verb,
    user: user === undefined ? {} : { username: user, groups },
    ...(as === undefined ? {} : { impersonatedUser: { username: as } }),
    userAgent: agent,
    ...(object && {
      objectRef: { resource: object.resource, apiGroup: object.group, subresource: object.subresource },
    }),
    responseStatus: { code },
    ...(object && { requestObject: { a: 'x'.repeat(100) }, responseObject: { a: 'y'.repeat(100) } }),
  });
}

function uriOf({
  group = '',
  resource,
  subresource,
  namespace,
  name = 'one',
}: Exclude<Sent['target'], string>): string {
  const prefix = group === '' ? '/api/v1' : `/apis/${group}/v1`;
  const place = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `${prefix}${place}/${resource}/${name}${subresource === undefined ? '' : `/${subresource}`}`;
}

const ALL: Wanted = { minShare: 0, most: 1000, maxRisk: 'high' };

/** What is suggested for a log, given by its lines. */
export function suggested(lines: readonly string[], policy: Policy, wanted: Partial<Wanted> = {}): Suggestions {
  const traffic = new Traffic(policy);
  for (const event of eventsOf(lines)) traffic.add(event);
  return suggest(policy, traffic, { ...ALL, ...wanted });
}

/** The same, of a log that is scanned by rows. */
export async function suggestedOfRows(
  lines: readonly string[],
  policy: Policy,
  wanted: Partial<Wanted> = {},
): Promise<Suggestions> {
  const traffic = new Traffic(policy);
  const taker = {
    keepsNames: policy.rules.some(({ resources = [] }) => resources.some(({ resourceNames }) => resourceNames)),
    add: (event: LoggedEvent) => traffic.add(event),
    addRow: (...row: Parameters<Traffic['addRow']>) => traffic.addRow(...row),
    forget: () => traffic.forget(),
  };
  const text = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  await scanLog(
    {
      name: 'audit.log',
      server: '',
      open: async function* () {
        yield text;
      },
    },
    taker,
    new LogTally(),
  );
  return suggest(policy, traffic, { ...ALL, ...wanted });
}

/** What a replay keeps of the same. */
export function replayed(lines: readonly string[], policy: Policy): { events: number; bytes: number } {
  const replay = new Replay([policy]);
  for (const event of eventsOf(lines)) replay.add(event);
  const { events = 0, bytes = 0 } = replay.policies()[0] ?? {};
  return { events, bytes };
}
