import { describe, expect, it } from 'vitest';
import { collectorCounts, lastErrorIn, parseSamples } from '../../src/ship/metrics.ts';

describe('parseSamples', () => {
  it('reads names, labels with escapes, values as Go writes them, and times', () => {
    const text = '# TYPE a counter\na 1\nb{x="1",y="a\\"b\\\\c\\nd",} 2.5e+06\nc{z="},{"} +Inf 1700000000\nd NaN\n\n';
    expect(parseSamples(text)).toEqual([
      { name: 'a', labels: {}, value: 1 },
      { name: 'b', labels: { x: '1', y: 'a"b\\c\nd' }, value: 2_500_000 },
      { name: 'c', labels: { z: '},{' }, value: Infinity },
      { name: 'd', labels: {}, value: Number.NaN },
    ]);
  });

  it.each(['a', 'a{x=1} 2', 'a{x="1} 2', '1a 2', 'a{x="1" y="2"} 3'])('leaves out %s', (line) => {
    expect(parseSamples(line)).toEqual([]);
  });
});

const UPTIME = 'otelcol_process_uptime_seconds_total 12\n';

describe('collectorCounts', () => {
  it.each(['', '_total'])('sums a counter over its labels, with the ending "%s"', (ending) => {
    const text = `${UPTIME}otelcol_exporter_sent_log_records${ending}{exporter="a"} 3\notelcol_exporter_sent_log_records${ending}{exporter="b"} 4\notelcol_exporter_send_failed_log_records${ending} 5\notelcol_exporter_enqueue_failed_log_records${ending} 6\n`;
    expect(collectorCounts(text)).toEqual({ sent: 7, failed: 5, refused: 6, queue: null });
  });

  it('reads the queue, and takes counters that are not there yet for 0', () => {
    const text = `${UPTIME}otelcol_exporter_queue_size 10\notelcol_exporter_queue_capacity 100\n`;
    expect(collectorCounts(text)).toEqual({ sent: 0, failed: 0, refused: 0, queue: { bytes: 10, capacity: 100 } });
  });

  it('knows that something else answers', () => {
    expect(collectorCounts('<html>')).toBeUndefined();
    expect(collectorCounts('process_start_time_seconds 1')).toBeUndefined();
  });
});

describe('lastErrorIn', () => {
  it('gives the newest error, and leaves out what is none', () => {
    const log = [
      '{"level":"error","ts":"1","msg":"old"}',
      '{"level":"error","ts":"2","msg":"Exporting failed.","error":"401"}',
      '{"level":"info","ts":"3","msg":"fine"}',
      'panic: not JSON',
    ].join('\n');
    expect(lastErrorIn(log)).toEqual({ time: '2', text: 'Exporting failed.: 401' });
    expect(lastErrorIn('{"level":"info"}\nnull\n')).toBeNull();
  });
});
