import { describe, expect, it } from 'vitest';
import { ENVELOPES } from '../../src/events/envelopes.ts';
import type { LoggedEvent, LogSource } from '../../src/events/event.ts';
import { readLog } from '../../src/events/read.ts';
import { LogTally } from '../../src/events/tally.ts';
import { isObject, type Json } from '../../src/json.ts';
import { linesOf } from '../replay/logs.ts';

/** Genuine events: a list of pods, a denied one, an exec whose URI has & in it, a patch with a body. */
const LINES = linesOf('API traffic').filter((line) => line.length < 3000);
const [FIRST = '', SECOND = '', THIRD = ''] = LINES.filter((line) => line.includes('"objectRef"')).slice(40, 43);
const LONG = LINES.find((line) => line.includes('"requestObject"')) ?? '';

function sourceOf(text: string | Uint8Array, more: { path?: string[]; chunk?: number } = {}): LogSource {
  const { chunk = 1_000_000, ...rest } = more;
  const bytes = Buffer.from(text);
  return {
    name: 'audit.log',
    server: '',
    ...rest,
    open: async function* () {
      for (let at = 0; at < bytes.length; at += chunk) yield Uint8Array.from(bytes.subarray(at, at + chunk));
    },
  };
}

interface Seen {
  bytes: string;
  wrapped: string;
  envelope: string;
  isConverted: boolean;
  line: number;
}

async function read(source: LogSource, tally = new LogTally()): Promise<{ events: Seen[]; tally: LogTally }> {
  const events: Seen[] = [];
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
  const take = (event: LoggedEvent): Seen => {
    const { envelope, isConverted, line } = event;
    return { bytes: text(event.bytes()), wrapped: text(event.wrapped()), envelope, isConverted, line };
  };
  for await (const some of readLog(source, take, tally)) events.push(...some);
  return { events, tally };
}

const quoted = (line: string): string => JSON.stringify(line);

/** Exports as stores write them, each with two genuine events in it whose bytes must come out as they went in. */
const EXACT: Readonly<Record<string, (a: string, b: string) => string>> = {
  'EventList/webhook': (a, b) =>
    `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${a},${b}]}\n`,
  'JSON list/webhook': (a, b) => `[${a},${b}]`,
  'JSON list/one a line': (a, b) => `[\n${a},\n${b}\n]\n`,
  'Loki/logcli': (a, b) =>
    [a, b].map((e) => `{"labels":{"job":"audit"},"line":${quoted(e)},"timestamp":"2026-11-23T05:55:26.5Z"}\n`).join(''),
  'Loki/API': (a, b) =>
    `{"status":"success","data":{"resultType":"streams","result":[{"stream":{"job":"audit"},"values":[["1795413326597451000",${quoted(a)}],["1795413326597450000",${quoted(b)}]]}],"stats":{}}}`,
  '/CloudWatch export to S3': (a, b) => `2026-11-23T05:55:26.597Z ${a}\n2026-11-23T05:55:27.597Z ${b}\n`,
  '/aws logs tail': (a, b) =>
    `2026-11-23T05:55:26.597000+00:00 kube-apiserver-audit-0123 ${a}\n2026-11-23T05:55:26.6+00:00 kube-apiserver-audit-0123 ${b}\n`,
  'CloudWatch Logs/API': (a, b) =>
    JSON.stringify(
      {
        events: [a, b].map((message) => ({ logStreamName: 'kube-apiserver-audit-0', timestamp: 1, message })),
        searchedLogStreams: [],
      },
      null,
      2,
    ),
  'CloudWatch Logs/subscription': (a, b) =>
    JSON.stringify({
      messageType: 'DATA_MESSAGE',
      owner: '1',
      logEvents: [a, b].map((message, id) => ({ id: `${id}`, timestamp: 1, message })),
    }),
  'CloudWatch Logs Insights/API': (a, b) =>
    JSON.stringify({
      results: [a, b].map((value) => [
        { field: '@timestamp', value: '2026' },
        { field: '@message', value },
        { field: '@ptr', value: 'x' },
      ]),
      status: 'Complete',
    }),
  'Elasticsearch/own shipper': (a, b) =>
    `{"took":1,"hits":{"total":{"value":2},"hits":[{"_index":"x","_source":{"message":${quoted(a)}}},{"_source":${b}}]}}`,
  'Elasticsearch/bulk': (a, b) => `{"index":{"_index":"audit"}}\n${a}\n{"index":{}}\n${b}\n`,
  'Elastic Agent/original kept': (a, b) =>
    [a, b]
      .map(
        (e) =>
          `{"_source":{"event":{"original":${quoted(e)},"action":"get"},"kubernetes":{"audit":{"auditID":"a","stage":"b","verb":"c"}}}}\n`,
      )
      .join(''),
  'Fluent Bit/log': (a, b) => `{"date":1764.5,"log":${quoted(a)}}\n{"date":1764.6,"log":${quoted(b)}}\n`,
  'Fluent Bit/stdout': (a, b) => [a, b].map((e) => `[0] kube.audit: [1764.5, {"log":${quoted(e)}}]\n`).join(''),
  '/Fluentd file': (a, b) =>
    `2026-11-23T05:55:26+00:00\tkube.audit\t${a}\n2026-11-23T05:55:26+00:00\tkube.audit\t${b}\n`,
  'CRI/parts': (a, b) =>
    `2026-11-23T05:55:26.5Z stdout P ${a.slice(0, 300)}\n2026-11-23T05:55:26.5Z stderr F I1123 klog\n2026-11-23T05:55:26.5Z stdout F ${a.slice(300)}\n2026-11-23T05:55:26.5Z stdout F ${b}\n`,
  'docker/parts': (a, b) =>
    [a.slice(0, 300), `${a.slice(300)}\n`, `${b}\n`]
      .map((log) => `${JSON.stringify({ log, stream: 'stdout', time: '2026-11-23T05:55:26Z' })}\n`)
      .join(''),
  'docker/line feeds taken off': (a, b) =>
    [a, b].map((log) => `${JSON.stringify({ log, stream: 'stdout', time: 't', logtag: 'F' })}\n`).join(''),
  'OpenTelemetry/file exporter': (a, b) =>
    JSON.stringify({
      resourceLogs: [
        {
          resource: {},
          scopeLogs: [
            { scope: {}, logRecords: [a, b].map((stringValue) => ({ timeUnixNano: '1', body: { stringValue } })) },
          ],
        },
      ],
    }),
  'VictoriaLogs/message': (a, b) =>
    [a, b].map((e) => `{"_time":"2026-11-23T05:55:26Z","_stream":"{}","_msg":${quoted(e)}}\n`).join(''),
  'Mezmo/export': (a, b) =>
    [a, b].map((e) => `{"_ts":1,"_host":"cp-1","_app":"audit","_line":${quoted(e)}}\n`).join(''),
  'Splunk/export': (a, b) =>
    [a, b].map((e) => `{"preview":false,"offset":0,"result":{"_raw":${quoted(e)}}}\n`).join(''),
  'Azure diagnostics/a line': (a, b) =>
    [a, b].map((e) => `{"category":"kube-audit","time":"2026","properties":{"log":${quoted(e)},"pod":"x"}}\n`).join(''),
  'Azure diagnostics/records': (a, b) =>
    JSON.stringify({ records: [a, b].map((log) => ({ category: 'kube-audit', properties: { log } })) }),
  'journald/text': (a, b) => [a, b].map((e) => `{"__REALTIME_TIMESTAMP":"1","MESSAGE":${quoted(e)}}\n`).join(''),
  'journald/bytes': (a, b) =>
    [a, b].map((e) => `{"__REALTIME_TIMESTAMP":"1","MESSAGE":${JSON.stringify([...Buffer.from(e)])}}\n`).join(''),
  'Vector/file': (a, b) =>
    [a, b].map((e) => `{"file":"/var/log/a","message":${quoted(e)},"source_type":"file"}\n`).join(''),
  '/grep -r': (a, b) => `cp-1/audit.log:${a}\ncp-2/audit.log:${b}\n`,
  '/kubectl logs --prefix': (a, b) => `[pod/shipper-x/main] ${a}\n[pod/shipper-x/main] ${b}\n`,
  '/CSV': (a, b) => `time,message\n${[a, b].map((e) => `"2026","${e.replaceAll('"', '""')}"`).join('\n')}\n`,
  '/nothing between them': (a, b) => `${a}${b}`,
  '/printed on many lines': (a, b) =>
    `${JSON.stringify(JSON.parse(a), null, 2)}\n${JSON.stringify(JSON.parse(b), null, '\t')}\n`,
  '.payload.data/unknown wrapper, a text': (a, b) => [a, b].map((e) => `{"payload":{"data":${quoted(e)}}}\n`).join(''),
  '.a.b.c/unknown wrapper, an object': (a, b) => [a, b].map((e) => `{"x":1,"a":{"b":{"c":${e}}}}\n`).join(''),
};

describe('what events are wrapped in', () => {
  it.each(Object.entries(EXACT))('takes %s off, and what ship changes, byte for byte', async (name, wrap) => {
    const isLine = (text: string): boolean =>
      text.startsWith('{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"');
    expect([LONG, SECOND].every(isLine)).toBe(true);
    const shipped = (line: string): string => line.replace('"level":', '"auditLevel":');
    const { events } = await read(sourceOf(wrap(shipped(LONG), shipped(SECOND))));
    if (name.includes('many lines')) return;
    expect(events.map(({ bytes, isConverted }) => ({ bytes, isConverted }))).toEqual([
      { bytes: LONG, isConverted: false },
      { bytes: SECOND, isConverted: false },
    ]);
  });

  it('takes the level of a shipped line from where it was put, and leaves what a body says alone', async () => {
    const body = '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"None","auditLevel":"x"}';
    const line = FIRST.replace(/}$/, `,"requestObject":${body}}`);
    const shipped = line.replace('"level":', '"auditLevel":');
    const levels: string[] = [];
    const take = (event: LoggedEvent): void =>
      void levels.push(`${event.level} ${Buffer.from(event.bytes()).toString()}`);
    for await (const _ of readLog(sourceOf(`${shipped}\n`), take, new LogTally()));
    expect(levels).toEqual([`RequestResponse ${line}`]);
  });

  it.each(Object.entries(EXACT))('takes %s off, byte for byte', async (name, wrap) => {
    const a = name.includes('many lines') ? JSON.stringify(JSON.parse(LONG)) : LONG;
    const b = name.includes('many lines') ? JSON.stringify(JSON.parse(SECOND)) : SECOND;
    for (const chunk of [1_000_000, 101]) {
      const { events, tally } = await read(sourceOf(wrap(a, b), { chunk }));
      const envelope = name.slice(0, name.indexOf('/'));
      const isBulk = name.endsWith('/bulk');
      expect(events.map((event) => event.bytes)).toEqual([a, b]);
      expect(events.map((event) => event.envelope)).toEqual([isBulk ? '' : envelope, isBulk ? '' : envelope]);
      expect(events.map((event) => event.isConverted)).toEqual([false, false]);
      const expected = name === '/CSV' || name.startsWith('CRI') ? 1 : 0;
      expect(Object.values(tally.damaged).reduce((sum, count) => sum + count)).toBe(expected);
    }
  });

  it('has an example of each row that is read', () => {
    const shown = new Set(Object.keys(EXACT).map((name) => name.slice(0, name.indexOf('/'))));
    const others = ['Datadog', 'Google Cloud Audit Logs'];
    expect(ENVELOPES.map(({ name }) => name).filter((name) => !shown.has(name) && !others.includes(name))).toEqual([]);
  });

  it('gives all that stood there as well', async () => {
    const line = `{"line":${quoted(FIRST)},"timestamp":"2026"}`;
    expect((await read(sourceOf(`${line}\n`))).events[0]).toMatchObject({ bytes: FIRST, wrapped: line, line: 1 });
    const prefixed = `cp-1/audit.log:${FIRST}`;
    expect((await read(sourceOf(`\n${prefixed}\n`))).events[0]).toMatchObject({
      bytes: FIRST,
      wrapped: prefixed,
      line: 2,
    });
  });
});

describe('events that a store changed', () => {
  const changed = async (text: string): Promise<Json> => {
    const { events } = await read(sourceOf(`${text}\n`));
    expect(events.map((event) => event.isConverted)).toEqual([true]);
    return JSON.parse(events[0]?.bytes ?? 'null');
  };
  const event = (): Record<string, Json> => JSON.parse(FIRST);

  it('Elastic Agent: dots in names of annotations', async () => {
    const own = { ...event(), annotations: { authorization_k8s_io_x: 'y', 'authorization_k8s_io/decision': 'allow' } };
    expect(await changed(JSON.stringify({ _source: { kubernetes: { audit: own } } }))).toMatchObject({
      annotations: { 'authorization.k8s.io/decision': 'allow', authorization_k8s_io_x: 'y' },
    });
  });

  it('VictoriaLogs: names with dots, all values text', async () => {
    const { auditID, verb, stage, requestURI } = event();
    const flat = {
      _time: 't',
      _stream: '{}',
      auditID,
      verb,
      stage,
      requestURI,
      'user.username': 'a',
      'user.groups': '["g"]',
      sourceIPs: '["10.0.0.9"]',
      'responseStatus.code': '403',
      'annotations.authorization.k8s.io/decision': 'forbid',
    };
    expect(await changed(JSON.stringify(flat))).toMatchObject({
      user: { username: 'a', groups: ['g'] },
      sourceIPs: ['10.0.0.9'],
      responseStatus: { code: 403 },
      annotations: { 'authorization.k8s.io/decision': 'forbid' },
    });
  });

  it('what ship made of it, of which a body was cut', async () => {
    const { level, ...own } = event();
    const cut = JSON.stringify({ annotations: {}, auditLevel: level ?? null, ...own });
    expect(await changed(cut)).toEqual({ annotations: {}, ...event() });
  });

  it('levels under another name, times as numbers, no objectRef', async () => {
    const { level: _level, objectRef: _ref, ...own } = event();
    const lost = {
      ...own,
      auditLevel: 'Request',
      requestURI: '/api/v1/namespaces/a/pods/b/log?x',
      stageTimestamp: 1795413326597,
    };
    expect(await changed(JSON.stringify({ date: 1, log: lost }))).toMatchObject({
      level: 'Request',
      objectRef: { resource: 'pods', namespace: 'a', name: 'b', subresource: 'log' },
      stageTimestamp: '2026-11-23T05:55:26.597Z',
    });
  });

  it('OpenTelemetry: a body that was read', async () => {
    const tree = (value: Json): Json => {
      if (Array.isArray(value)) return { arrayValue: { values: value.map(tree) } };
      if (isObject(value))
        return { kvlistValue: { values: Object.entries(value).map(([key, inner]) => ({ key, value: tree(inner) })) } };
      if (typeof value === 'number') return { intValue: String(value) };
      return typeof value === 'boolean' ? { boolValue: value } : { stringValue: String(value) };
    };
    const records = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano: '1', body: tree(event()) }] }] }] };
    expect(await changed(JSON.stringify(records))).toEqual(event());
  });

  it('Datadog, whose own fields may have been moved', async () => {
    expect(
      await changed(JSON.stringify({ data: [{ type: 'log', attributes: { message: 'x', attributes: event() } }] })),
    ).toEqual(event());
  });
});

describe('what is damaged', () => {
  const kinds = async (text: string): Promise<{ kinds: string[]; ids: string[] }> => {
    const { events, tally } = await read(sourceOf(text));
    const ids = events.map(({ bytes }) => bytes);
    return { kinds: tally.damages.map(({ kind, line, offset }) => `${kind}@${line}:${offset}`), ids };
  };
  const half = FIRST.slice(0, -200);

  it('saves what stands before the cut', async () => {
    const { tally } = await read(sourceOf(`${half}\n${SECOND}\n`));
    const { auditID, verb, requestURI } = JSON.parse(FIRST);
    expect(tally.damages).toMatchObject([{ kind: 'cut', line: 1, offset: 0, saved: { auditID, verb, requestURI } }]);
    expect(tally.events).toBe(1);
  });

  it.each([
    [
      'an event that breaks off',
      `${SECOND}\n${half}\n${THIRD}\n`,
      [`cut@2:${Buffer.byteLength(SECOND) + 1}`],
      [SECOND, THIRD],
    ],
    ['one with the next right behind it', `${half}${SECOND}\n${THIRD}\n`, ['cut@1:0'], [SECOND, THIRD]],
    ['one in an envelope', `{"line":${quoted(half)},"timestamp":"t"}\n`, ['cut@1:0'], []],
    ['bytes NUL', `\0\0\0\n\0\0${SECOND}\n`, ['nul@1:0', 'nul@2:4'], [SECOND]],
    ['other JSON', `{"a":1}\n${SECOND}\n`, ['foreign@1:0'], [SECOND]],
    ['text', `I1123 klog {x\n${SECOND}\n`, ['foreign@1:0'], [SECOND]],
    ['JSON that is none', `{"a":1x}\n${SECOND}\n`, ['corrupt@1:0'], [SECOND]],
    [
      'a cut outside of strings, whose next lines it would swallow',
      `{"kind":"Event","apiVersion":"audit.k8s.io/v1","a":[\n${SECOND}\n${THIRD}\n`,
      ['cut@1:0'],
      [SECOND, THIRD],
    ],
    ['a list that breaks off', `[${SECOND},${half}\n`, [`cut@1:${Buffer.byteLength(SECOND) + 2}`], [SECOND]],
    [
      'a last line that is being written',
      `${SECOND}\n${half}`,
      [`unfinished@2:${Buffer.byteLength(SECOND) + 1}`],
      [SECOND],
    ],
  ])('counts %s, and goes on', async (_, text, damages, events) => {
    expect(await kinds(text)).toEqual({ kinds: damages, ids: events });
  });

  it('takes no event from the body of another, nor from one that is not bare', async () => {
    const body = `{"kind":"List","x":{"message":${quoted(SECOND)}},"requestObject":${SECOND}}`;
    expect(await kinds(`{"y":1,"requestObject":${SECOND}}\n`)).toEqual({ kinds: ['foreign@1:0'], ids: [] });
    const outer = `${FIRST.slice(0, -1)},"requestObject":${body}}`;
    expect((await kinds(`${outer}\n`)).ids).toEqual([outer]);
  });

  it('refuses what Google made of events', async () => {
    const entry = { protoPayload: { serviceName: 'k8s.io', methodName: 'io.k8s.core.v1.pods.create' }, insertId: 'x' };
    await expect(read(sourceOf(`${JSON.stringify(entry)}\n`))).rejects.toThrow(/Cloud Audit Logs/);
  });

  it('says that an export is not whole', async () => {
    const { tally } = await read(
      sourceOf(
        JSON.stringify({
          events: [FIRST, SECOND, THIRD].map((message) => ({ message, timestamp: 1 })),
          nextToken: 'x',
        }),
      ),
    );
    expect([...tally.notes].join()).toContain('nextToken');
  });

  it('looks where it is told to, and nowhere else', async () => {
    const text = `{"a":{"b":[${SECOND}]},"message":${quoted(FIRST)}}\n`;
    expect((await read(sourceOf(text))).events.map(({ bytes }) => bytes)).toEqual([FIRST]);
    expect((await read(sourceOf(text, { path: ['a', 'b'] }))).events.map(({ bytes }) => bytes)).toEqual([SECOND]);
  });
});
