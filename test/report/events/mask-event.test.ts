import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../src/events/event.ts';
import { unfolded } from '../../../src/events/fold.ts';
import type { JsonObject } from '../../../src/json.ts';
import { FIELDS, TABLE_FIELDS } from '../../../src/report/events/fields.ts';
import { linePrinter } from '../../../src/report/events/line.ts';
import { eventMask, revealed } from '../../../src/report/events/mask-event.ts';
import { plainStyle } from '../../../src/report/text.ts';
import { eventOf } from '../../events/event-of.ts';

const C = 'c4n4ry';
const JWT = `eyJhbGciOiJSUzI1NiJ9.${C}.c2ln`;

const SECRETS = { resource: 'secrets', namespace: 'shop', name: 'db' };
const PODS = { resource: 'pods', namespace: 'shop', name: 'web-1' };
const CONFIG_MAPS = { resource: 'configmaps', namespace: 'shop', name: 'kubeconfig' };
const BODY_OF: (object: JsonObject, body: unknown) => Partial<AuditEvent> = (objectRef, body) => ({
  objectRef,
  requestObject: body,
  responseObject: body,
});

function exec(...words: string[]): Partial<AuditEvent> {
  const query = words.map((word) => `command=${encodeURIComponent(word)}`).join('&');
  const requestURI = `/api/v1/namespaces/shop/pods/web-1/exec?${query}&container=app`;
  return { objectRef: { ...PODS, subresource: 'exec' }, requestURI };
}

/** Each has the canary in one place. */
const PLACES: Readonly<Record<string, Partial<AuditEvent>>> = {
  'data of a secret': BODY_OF(SECRETS, { kind: 'Secret', data: { password: C, note: C }, stringData: { x: C } }),
  'a list of secrets': BODY_OF(SECRETS, { items: [{ data: { x: C } }] }),
  'a merge patch of a secret': BODY_OF(SECRETS, { data: { x: C } }),
  'a JSON patch of a secret': BODY_OF(SECRETS, [{ op: 'add', path: '/data/x', value: C }]),
  'a JSON patch of a whole secret': BODY_OF(SECRETS, [{ op: 'replace', path: '/data', value: { x: C } }]),
  'what kubectl applied': BODY_OF(SECRETS, {
    metadata: {
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ data: { x: C } }) },
    },
  }),
  'what kubectl applied, broken off': BODY_OF(SECRETS, {
    metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `{"data":{"x":"${C}` } },
  }),
  'a secret in a list of anything': BODY_OF({ resource: 'things' }, { items: [{ kind: 'Secret', data: { x: C } }] }),
  'a token that was made': BODY_OF({ resource: 'serviceaccounts', subresource: 'token' }, { status: { token: C } }),
  'a token under review': BODY_OF(
    { resource: 'tokenreviews', apiGroup: 'authentication.k8s.io' },
    { kind: 'TokenReview', spec: { token: C } },
  ),
  'a kubeconfig in a config map': BODY_OF(CONFIG_MAPS, {
    data: { config: `users:\n- name: a\n  user:\n    token: ${C}${C}\n` },
  }),
  'a password in a config map': BODY_OF(CONFIG_MAPS, { data: { DB_PASSWORD: C } }),
  'a variable of a container': BODY_OF(PODS, { spec: { containers: [{ env: [{ name: 'DB_PASSWORD', value: C }] }] } }),
  'a URL in a pod': BODY_OF(PODS, { spec: { containers: [{ args: [`--db=postgres://u:${C}@db/x`] }] } }),
  'what a webhook changed': {
    annotations: { 'patch.webhook.admission.k8s.io/round_0_index_0': `{"patch":[{"value":"${C}"}]}` },
  },
  'an annotation': { annotations: { note: `token=${C}${C}` } },
  'a query': { requestURI: `/x?token=${C}&access_token=${C}&code=${C}&X-Amz-Signature=${C}` },
  'a path': { requestURI: `/login/${JWT}` },
  'the path of a proxy': {
    requestURI: `/api/v1/namespaces/shop/services/web/proxy/x?password=${C}`,
    objectRef: { resource: 'services', name: 'web', subresource: 'proxy' },
  },
  'a user agent': { userAgent: `curl/8 Bearer ${JWT}` },
  'a user agent that is a token': { userAgent: JWT },
  'a message': { responseStatus: { code: 403, message: `webhook says: token=${C}${C}` } },
  'a flag of a command': exec('tool', '--password', C),
  'the environment of a command in a script': exec('sh', '-c', `MYSQL_PWD=${C} mysql`),
  'a header with a key': exec('curl', '-H', `X-Api-Key: ${C}`, 'https://example.com'),
  'the user of curl in a script': exec('sh', '-c', `curl --user 'a:${C}' https://example.com`),
  'what follows -p of sshpass in a script': exec('sh', '-c', `sshpass -p${C} ssh a`),
  'a flag and its value': exec('tool', `--api-key=${C}`),
  'the password of mysql': exec('mysql', '-uroot', `-p${C}`),
  'the password of redis': exec('/usr/bin/redis-cli', '-a', C, 'ping'),
  'the user of curl': exec('curl', '-u', `me:${C}`, 'http://x'),
  'a header of curl': exec('curl', '-H', `Authorization: Bearer ${C}${C}`),
  'a URL of curl': exec('curl', `http://me:${C}@db/`),
  'what one logs in with': exec('vault', 'login', C),
  'what one logs in with in a script': exec('sh', '-c', `vault login ${C} && docker login -u a -p ${C} reg`),
  'a variable in a script': exec('sh', '-c', `PGPASSWORD=${C} psql`),
  'a flag in a script': exec('sh', '-c', `vault login --token ${C} && mysql -h db -p${C}`),
  'users in a script': exec('sh', '-c', `curl -s -u 'me:${C}' http://x; redis-cli -h db -a ${C}`),
};

function everyView(event: Partial<AuditEvent>, mask = eventMask()): string {
  const request = unfolded(eventOf(event));
  const line = linePrinter({ style: plainStyle, columns: Infinity, isUtc: true, hasServers: true, mask });
  const options = { mask, isUtc: true };
  return [
    line([request]),
    ...FIELDS.map(({ text }) => text(request, mask)),
    ...TABLE_FIELDS.map(({ text }) => text(request, options)),
    JSON.stringify(mask.event(request.event)),
  ].join('\n');
}

describe('eventMask', () => {
  it.each(Object.entries(PLACES))('hides %s in all that is shown', (_, event) => {
    expect(everyView(event)).not.toContain(C);
    expect(everyView(event, revealed)).toContain(C);
  });

  it('leaves what is no secret: names, keys, types, resource versions', () => {
    const body = {
      kind: 'Secret',
      type: 'Opaque',
      metadata: { name: 'db', resourceVersion: '7' },
      data: { user: 'x' },
    };
    expect(eventMask().body(body)).toEqual({ ...body, data: { user: '‹secret›' } });
    const pod = { kind: 'Pod', spec: { containers: [{ env: [{ name: 'MODE', value: 'fast' }], image: 'web:1' }] } };
    expect(eventMask().body(pod, PODS)).toEqual(pod);
  });

  it('leaves commands that hold no secret', () => {
    const words = ['sh', '-c', 'ls -la /srv && ps aux | grep -p web', '-p', 'x'];
    expect(eventMask().command(words)).toEqual(words);
  });

  it('gives equal secrets equal labels where it is told how', () => {
    const mask = eventMask((secret) => `#${secret.length}`);
    expect(mask.body({ kind: 'Secret', data: { a: 'xx', b: 'yyy' } })).toMatchObject({ data: { a: '#2', b: '#3' } });
  });

  it('keeps a URI readable', () => {
    expect(eventMask().uri('/api/v1/pods?limit=500&token=abc&labelSelector=app%3Dweb')).toBe(
      '/api/v1/pods?limit=500&token=‹secret›&labelSelector=app%3Dweb',
    );
  });
});
