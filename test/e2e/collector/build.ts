import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt, go } from '../go-build.ts';
import { cacheFolder } from '../npm-cache.mjs';

/** The releases that the e2e tests run, pinned in the `go.mod` of each. */
export const COLLECTOR_VERSION = '0.165.1';
const STORE_VERSION = '1.52.1';

const FOLDERS = {
  collector: join(cacheFolder(), `otelcol-${COLLECTOR_VERSION}`),
  store: join(cacheFolder(), `victoria-logs-${STORE_VERSION}`),
} as const;

/** Where the two programs are once `setup` has run. */
export const PROGRAMS: Readonly<Record<'collector' | 'store', string>> = {
  collector: join(FOLDERS.collector, 'otelcol'),
  store: join(FOLDERS.store, 'victoria-logs'),
};

/** Vitest's global setup of the e2e project: sees to it that the collector and the store are built. Throws if that fails. */
export async function setup(): Promise<void> {
  await ensureBuilt({
    name: `OpenTelemetry Collector ${COLLECTOR_VERSION}`,
    folder: FOLDERS.collector,
    fill: (out) => build('otelcol', join(out, 'otelcol'), '.'),
  });
  await ensureBuilt({
    name: `VictoriaLogs ${STORE_VERSION}`,
    folder: FOLDERS.store,
    fill: (out) =>
      build('victorialogs', join(out, 'victoria-logs'), 'github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs'),
  });
}

async function build(folder: string, out: string, name: string): Promise<void> {
  const cwd = fileURLToPath(new URL(folder, import.meta.url));
  await go(cwd, ['build', '-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o', out, name]);
}
