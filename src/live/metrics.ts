import type { MetricsSample } from './types.ts';

const LINE = /^(apiserver_audit_(?:event|error|level)_total|process_start_time_seconds)(\{[^}]*\})? (\S+)/;

/**
 * Reads what an API server's `/metrics` prints (the Prometheus text format; names from `pkg/audit/metrics.go` of k8s.io/apiserver,
 * 1.19 to 1.37). Undefined where it tells no start of a process, which every API server does. A counter that is not there is 0.
 */
export function parseMetrics(text: string): MetricsSample | undefined {
  const sample: MetricsSample = { processStart: Number.NaN, events: 0, errors: 0, levels: {} };
  for (const line of text.split('\n')) {
    const [, name, labels = '', value] = LINE.exec(line) ?? [];
    if (name !== undefined) add(sample, name, labels, Number(value));
  }
  return Number.isNaN(sample.processStart) ? undefined : sample;
}

function add(sample: MetricsSample, name: string, labels: string, value: number): void {
  if (name === 'process_start_time_seconds') sample.processStart = value;
  else if (name === 'apiserver_audit_event_total') sample.events += value;
  else if (name === 'apiserver_audit_error_total') sample.errors += value;
  else {
    const level = /\blevel="([^"]*)"/.exec(labels)?.[1] ?? '';
    sample.levels[level] = (sample.levels[level] ?? 0) + value;
  }
}
