import { describe, expect, it } from 'vitest';
import { readTemplate } from '../../src/policy/render/template.ts';
import { eventUnder, keptOf, shareOf } from '../../src/replay/keep.ts';
import type { AuditEvent } from '../../src/replay/keep.ts';
import { NAMES, policy, source } from '../policy/templates/sources.ts';
import { sampled } from '../helpers/runs.ts';
import { linesOf, LOGS } from './logs.ts';

const WRITES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

// No part of the control plane: no system: user, and no service account of kube-system.
function isPerson({ user }: AuditEvent): boolean {
  const name = user?.username ?? '';
  return (
    !name.startsWith('system:') ||
    (name.startsWith('system:serviceaccount:') && !name.startsWith('system:serviceaccount:kube-system:')) ||
    name === 'system:anonymous'
  );
}

describe.each(Object.keys(LOGS))('%s', (log) => {
  const lines = linesOf(log);
  const metadata = policy('metadata');

  it.each(NAMES)('is kept as the head of %s says (else run scripts/measure-templates.mjs)', (name) => {
    const stated = readTemplate(source(name), name).shares.find((share) => share.log === log);
    expect(stated).toEqual(shareOf(policy(name), metadata, log, lines));
  });

  it('is smaller under kops than under metadata, with fewer events than under gce', () => {
    // Of every third line: the whole is held by the heads above.
    const some = sampled(lines, 3);
    const [kops, gce, all] = ['kops', 'gce', 'metadata'].map((name) => keptOf(policy(name), some));
    expect(kops!.events).toBeLessThan(gce!.events);
    expect(kops!.bytes / all!.bytes).toBeLessThan(log === 'API traffic' ? 0.7 : 0.5);
  });

  it('keeps under kops the answer to every write by a person, and every change to RBAC', () => {
    const kops = policy('kops');
    const events = lines
      .map((line) => JSON.parse(line) as AuditEvent)
      .filter(({ stage, verb }) => stage === 'ResponseComplete' && WRITES.has(verb));
    const watched = events.filter(
      (event) => (isPerson(event) && event.objectRef) || event.objectRef?.apiGroup === 'rbac.authorization.k8s.io',
    );
    expect(watched.length).toBeGreaterThan(350);
    for (const event of watched) {
      const written = eventUnder(kops, event);
      expect(written).toMatchObject({
        user: event.user,
        verb: event.verb,
        objectRef: event.objectRef,
        responseStatus: event['responseStatus'],
        requestReceivedTimestamp: event['requestReceivedTimestamp'],
      });
    }
  });

  it('keeps under kops no body of a secret, config map, token or certificate request', () => {
    const kops = policy('kops', { changesLevel: 'RequestResponse' });
    const sensitive = new Set([
      'secrets',
      'configmaps',
      'serviceaccounts/token',
      'tokenreviews',
      'certificatesigningrequests',
    ]);
    let seen = 0;
    for (const line of lines) {
      const event = JSON.parse(line) as AuditEvent;
      const { resource, subresource } = event.objectRef ?? {};
      if (!sensitive.has(subresource ? `${resource}/${subresource}` : (resource ?? ''))) continue;
      seen++;
      const written = eventUnder(kops, event);
      expect(written?.requestObject ?? written?.responseObject).toBe(undefined);
    }
    expect(seen).toBeGreaterThan(100);
  });
});
