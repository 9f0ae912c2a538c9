import { mapOf, readJson } from '../json.ts';

/** One sample of the Prometheus text format. */
export interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** What a collector counts since it was started. */
export interface CollectorCounts {
  /** Events that the store took. */
  sent: number;
  /** Events that are lost: the store refused them for good. */
  failed: number;
  /** Events that found no room in the queue. */
  refused: number;
  /** What waits to be sent, and how much may; null without a queue. In bytes, as our configuration counts. */
  queue: { bytes: number; capacity: number } | null;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+-?\d+)?[ \t]*$/;
const LABEL = /\s*([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/y;

/** Reads the Prometheus text format (0.0.4, "Exposition formats"); what is no sample is left out. */
export function parseSamples(text: string): Sample[] {
  return text.split('\n').flatMap((line): Sample[] => {
    if (line.startsWith('#')) return [];
    const [, name, labels = '', number = ''] = LINE.exec(line) ?? [];
    const read = readLabels(labels);
    return name === undefined || read === null ? [] : [{ name, labels: read, value: valueOf(number) }];
  });
}

function readLabels(text: string): Record<string, string> | null {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const [, name, value = ''] = LABEL.exec(text) ?? [];
    if (name === undefined) return null;
    labels[name] = value.replaceAll(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
  }
  return labels;
}

/** As Go's ParseFloat reads it. */
function valueOf(text: string): number {
  const word = text.replace(/^\+/, '').toLowerCase();
  if (word === 'inf' || word === '-inf') return word === 'inf' ? Infinity : -Infinity;
  return Number(text);
}

/** Undefined where it is no collector that answers: each has a counter of how long it runs. */
export function collectorCounts(text: string): CollectorCounts | undefined {
  const samples = parseSamples(text);
  if (!samples.some(({ name }) => name.startsWith('otelcol_process_uptime'))) return undefined;
  return {
    sent: sumOf(samples, 'otelcol_exporter_sent_log_records'),
    failed: sumOf(samples, 'otelcol_exporter_send_failed_log_records'),
    refused: sumOf(samples, 'otelcol_exporter_enqueue_failed_log_records'),
    queue: queueOf(samples),
  };
}

/** With the ending `_total`, or without: that is a setting of the collector, and changed with its releases. */
function sumOf(samples: readonly Sample[], counter: string): number {
  return samples
    .filter(({ name }) => name === counter || name === `${counter}_total`)
    .reduce((sum, { value }) => sum + value, 0);
}

function queueOf(samples: readonly Sample[]): CollectorCounts['queue'] {
  const capacity = samples.find(({ name }) => name === 'otelcol_exporter_queue_capacity');
  if (capacity === undefined) return null;
  return { bytes: sumOf(samples, 'otelcol_exporter_queue_size'), capacity: capacity.value };
}

/** An error that a collector logged. */
export interface CollectorError {
  time: string;
  text: string;
}

/** The last error in the log of a collector (a JSON object a line, as our configuration sets it); null for none. */
export function lastErrorIn(log: string): CollectorError | null {
  const errors = log.split('\n').flatMap((line): CollectorError[] => {
    const entry = mapOf(readJson(line));
    if (!['error', 'fatal'].includes(String(entry['level']))) return [];
    const text = [entry['msg'], entry['error']].filter((part) => typeof part === 'string').join(': ');
    return [{ time: String(entry['ts'] ?? ''), text }];
  });
  return errors.at(-1) ?? null;
}
