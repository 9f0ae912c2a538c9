import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { shipSettings, type ShipSettings } from '../../src/ship/settings.ts';
import { SINKS } from '../../src/ship/sinks.ts';
import { trialOf } from '../../src/ship/trial.ts';

const MARK = { id: 'id-1', at: new Date(0), version: '1.2.3' };
const KEYS = new Map([['token', 's3cret']]);

function settingsOf(sink: string, params: readonly string[] = []): ShipSettings {
  const spec = {
    cluster: {
      apiVersion: 'kops.k8s.io/v1alpha2',
      kind: 'Cluster',
      metadata: { name: 'c.example.com' },
      spec: { kubeAPIServer: { auditLogPath: '/var/log/kube-audit/audit.log' } },
    },
    groups: [],
  };
  const none = { header: [], secretHeader: [], label: [], namespace: 'kops-audit', priorityClass: 'x' };
  return shipSettings(spec, { ...none, sink, param: params, queue: 'disk' });
}

describe('the trial of a store', () => {
  it.each(SINKS.filter(({ auth, exporter }) => auth === undefined && exporter === 'otlp_http').map(({ name }) => name))(
    'goes to the address of %s with its headers, as a collector sends',
    (name) => {
      const sink = SINKS.find((each) => each.name === name);
      const settings = settingsOf(
        name,
        sink?.params.map((param) => `${param.name}=${param.example}`),
      );
      const trial = trialOf(settings, KEYS, MARK);
      expect(trial.url).toBe(settings.endpoint);
      for (const { name: header, prefix } of settings.secretHeaders)
        expect(trial.headers[header]).toBe(`${prefix}s3cret`);
      expect(trial.headers).toMatchObject({ 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' });
      expect(JSON.stringify(trial.headers)).not.toContain('${');
      expect(gunzipSync(trial.body).toString('latin1')).toContain('not an audit event. Its ID is id-1');
    },
  );

  it.each([
    ['', 'is empty'],
    ['abc\n', 'ends with a line break'],
    ['abc\0', 'no header can have'],
    ['schlüssel', 'no header can have'],
  ])('refuses the key %j, and does not show it', (key, why) => {
    const tried = (): unknown => trialOf(settingsOf('mezmo'), new Map([['token', key]]), MARK);
    expect(tried).toThrow(why);
    if (key !== '') expect(tried).not.toThrow(key);
  });

  it('cannot be made where requests are signed with the identity of a node', () => {
    const sink = SINKS.find(({ auth }) => auth !== undefined);
    const params = sink?.params.map(({ name, example }) => `${name}=${example}`);
    expect(() => trialOf(settingsOf(sink?.name ?? '', params), KEYS, MARK)).toThrow('cannot be tried from here');
  });
});
