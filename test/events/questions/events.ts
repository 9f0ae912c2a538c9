import type { AuditEvent, LoggedEvent, LogSource } from '../../../src/events/event.ts';
import { ParsedEvent } from '../../../src/events/parsed.ts';

const NOWHERE: LogSource = { name: 'audit.log', server: '', open: async function* () {} };

/** What a test says of an event; the rest is a request of alice for a pod that went well. */
export type Given = Partial<AuditEvent> & { code?: number; as?: string; on?: string; second?: number };

/**
 * An event: `on` is its object as `GROUP:NAMESPACE:RESOURCE/NAME/SUBRESOURCE`, all but the resource optional, `as` who sent it, `second`
 * when.
 */
export function eventOf({
  code = 200,
  as = 'alice',
  on = ':shop:pods/web-1',
  second = 0,
  ...given
}: Given = {}): LoggedEvent {
  const time = `2026-01-02T03:04:${String(second).padStart(2, '0')}.000000Z`;
  const [, apiGroup = '', namespace = '', object = ''] = /^([^:]*):([^:]*):(.*)$/.exec(on) ?? [];
  const [resource = '', name = '', subresource = ''] = object.split('/');
  const parts = Object.entries({ apiGroup, namespace, resource, name, subresource }).filter(([, text]) => text !== '');
  const value = {
    level: 'Metadata',
    auditID: `${second}`,
    stage: 'ResponseComplete',
    requestURI: '/',
    verb: 'get',
    user: { username: as },
    sourceIPs: ['10.0.0.9'],
    userAgent: 'kubectl/v1.36.3',
    ...(on === '' ? {} : { objectRef: Object.fromEntries(parts) }),
    ...(code === 0 ? {} : { responseStatus: { code } }),
    requestReceivedTimestamp: time,
    stageTimestamp: time,
    annotations: { 'authorization.k8s.io/decision': 'allow' },
    ...given,
  };
  const bytes = Buffer.from(JSON.stringify(value));
  return new ParsedEvent(JSON.parse(bytes.toString()), {
    source: NOWHERE,
    line: second,
    envelope: '',
    isConverted: false,
    bytes,
    wrapped: bytes,
  });
}
