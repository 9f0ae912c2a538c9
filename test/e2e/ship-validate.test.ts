import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectorConfig } from '../../src/ship/collector.ts';
import { shipSettings } from '../../src/ship/settings.ts';
import { type Sink, SINKS } from '../../src/ship/sinks.ts';
import { validate } from './collector/collector.ts';
import { specWith } from './collector/delivery.ts';

/** The build of `collector/otelcol` has no splunk_hec and no googleclientauth. */
const BUILT = SINKS.filter(({ exporter, auth }) => exporter === 'otlp_http' && auth === undefined);
const ENV = { NODE_NAME: 'cp-1', POD_IP: '127.0.0.1', SINK_SECRET: 'k', SINK_SECRET_2: 'k' };

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'validate-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

function configOf({ name, params }: Sink, queue: 'disk' | 'none'): ReturnType<typeof collectorConfig> {
  const words = { header: ['X-Team=$a'], secretHeader: [], label: [], namespace: 'kops-audit', priorityClass: 'x' };
  const param = params.map((each) => `${each.name}=${each.example}`);
  return collectorConfig(
    shipSettings(specWith('/var/log/kube-audit', 'c.example.com'), { ...words, sink: name, param, queue }),
  );
}

describe('the real collector', () => {
  it('knows most of the stores', () => {
    expect(BUILT.length).toBeGreaterThanOrEqual(SINKS.length - 3);
  });

  it.each(BUILT.map((sink) => ({ name: sink.name, sink })))('takes the configuration for $name', async ({ sink }) => {
    expect(await validate(dir, configOf(sink, 'disk'), ENV)).toBe('');
    expect(await validate(dir, configOf(sink, 'none'), ENV)).toBe('');
  });

  it('refuses one with a key that it does not know', async () => {
    const [sink] = BUILT;
    const config = sink && configOf(sink, 'disk');
    expect(await validate(dir, { ...config, processors: { memory_limiter: { chek: 1 } } }, ENV)).toContain('chek');
  });
});
