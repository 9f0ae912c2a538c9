import type { JsonObject } from '../json.ts';
import type { LogPlace } from './log-place.ts';
import type { ShipSettings } from './settings.ts';
import { sinkNamed } from './sinks.ts';

/** Where the collector tells that it is up, and its counts, on the address of its pod (`POD_IP`). */
export const HEALTH_PORT = 13_133;
export const METRICS_PORT = 8888;

/** Without it lines that were read and not sent yet are lost when the collector is killed. */
export const FEATURE_GATES = 'stanza.synchronousLogEmitter';

const STORAGE = 'file_storage/audit';

/**
 * The configuration of an OpenTelemetry Collector that ships the audit log of the node it runs on. It needs the variables `NODE_NAME`,
 * `POD_IP` and those of the secrets. Each setting was measured with the real collector 0.165.1 (`test/e2e/collector`): other values lose
 * events without a sign.
 */
export function collectorConfig(settings: ShipSettings): JsonObject {
  const sink = sinkNamed(settings.sink);
  const exporter = sink?.exporter ?? 'otlp_http';
  const auth = sink?.auth;
  return {
    extensions: {
      [STORAGE]: fileStorage(settings.stateDirectory),
      // In brackets also an IPv6 address can have a port behind it, and IPv4 is taken so too.
      health_check: { endpoint: `[\${env:POD_IP}]:${HEALTH_PORT}` },
      ...(auth === undefined ? {} : { [auth]: {} }),
    },
    receivers: { 'file_log/audit': receiver(settings) },
    processors: { memory_limiter: { check_interval: '1s', limit_mib: 400, spike_limit_mib: 100 } },
    exporters: { [`${exporter}/store`]: EXPORTERS[exporter](settings, auth) },
    service: {
      extensions: [STORAGE, 'health_check', ...(auth === undefined ? [] : [auth])],
      pipelines: {
        logs: { receivers: ['file_log/audit'], processors: ['memory_limiter'], exporters: [`${exporter}/store`] },
      },
      telemetry: {
        logs: { level: 'info', encoding: 'json' },
        metrics: {
          readers: [{ pull: { exporter: { prometheus: { host: '${env:POD_IP}', port: METRICS_PORT } } } }],
        },
      },
    },
  };
}

function fileStorage(directory: string): JsonObject {
  return {
    directory,
    create_directory: true,
    recreate: true,
    compaction: { on_start: true, on_rebound: true, directory, cleanup_on_start: true },
  };
}

function receiver({ log, cluster, maxEventBytes }: ShipSettings): JsonObject {
  return {
    include: filesOf(log),
    start_at: 'beginning',
    max_log_size: '16MiB',
    max_concurrent_files: 1024,
    storage: STORAGE,
    retry_on_failure: { enabled: true, max_elapsed_time: '0s' },
    resource: {
      'service.name': 'kube-apiserver-audit',
      'k8s.cluster.name': literal(cluster),
      'host.name': '${env:NODE_NAME}',
    },
    operators: [parser(), measured(maxEventBytes), ...renamed(), ...withoutBodies(), ...searchable(), ...key(), DROP],
  };
}

/** The log and what the API server has rotated away: `audit-2006-01-02T15-04-05.000.log` (lumberjack, as it has it built in). */
function filesOf({ directory, name }: LogPlace): string[] {
  const [, stem = name, ending = ''] = /^(.+?)(\.[^.]*)?$/.exec(name) ?? [];
  const time = '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*';
  return [`${directory}/${name}`, `${directory}/${stem}-${time}${ending}`].map(literal);
}

/** A text as it is: the collector takes `$` for the beginning of a variable. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/** A line that is broken still goes out, as it is. */
function parser(): JsonObject {
  return {
    type: 'json_parser',
    if: 'body startsWith "{"',
    parse_from: 'body',
    parse_to: 'attributes.audit',
    parse_ints: true,
    on_error: 'send_quiet',
    timestamp: {
      parse_from: 'attributes.audit.stageTimestamp',
      layout_type: 'gotime',
      layout: '2006-01-02T15:04:05.000000Z07:00',
      on_error: 'send_quiet',
    },
  };
}

/** How the line of an event begins: Go writes the keys of a struct in their order (`k8s.io/apiserver/pkg/apis/audit/v1`, Event). */
const BEGINNING = '^[{]"kind":"Event","apiVersion":"audit[.]k8s[.]io/v1[a-z0-9]*","level":"';

/**
 * The top-level key `level` becomes `auditLevel`: stores take a key of that name for a severity. Nothing else of the line changes: it is
 * the first such key, as what stands before it is known.
 */
function renamed(): JsonObject[] {
  return [
    {
      type: 'add',
      id: 'rename',
      if: `attributes.audit != nil and body matches '${BEGINNING}'`,
      field: 'body',
      value: `EXPR(replace(body, '"level":', '"auditLevel":', 1))`,
    },
    move('level', 'audit.auditLevel', 'audit.level'),
  ];
}

/** How long the line was, where a store would not take it. */
function measured(limit: number): JsonObject {
  return {
    type: 'add',
    id: 'measure',
    if: `attributes.audit != nil and len(body) > ${limit}`,
    field: 'attributes.bytesWithBodies',
    value: 'EXPR(string(len(body)))',
  };
}

/** Where it was too long its bodies go, and the rest stays. */
function withoutBodies(): JsonObject[] {
  const without = (body: string): JsonObject => ({
    type: 'remove',
    id: `cut_${body}`,
    if: `attributes.bytesWithBodies != nil and attributes.audit.${body} != nil`,
    field: `attributes.audit.${body}`,
  });
  return [
    without('responseObject'),
    without('requestObject'),
    {
      type: 'add',
      id: 'cut',
      if: 'attributes.bytesWithBodies != nil',
      field: 'body',
      value: 'EXPR(toJSON(attributes.audit))',
    },
  ];
}

/** What a person searches by. */
const SEARCHED: readonly string[] = [
  'auditID',
  'auditLevel',
  'stage',
  'verb',
  'requestURI',
  'user.username',
  'responseStatus.code',
  'objectRef.resource',
  'objectRef.namespace',
  'objectRef.name',
];

function searchable(): JsonObject[] {
  return SEARCHED.map((path) =>
    move(path.replaceAll('.', '_'), path.includes('.') ? `["${path}"]` : path, `audit.${path}`),
  );
}

function move(id: string, to: string, from: string): JsonObject {
  return {
    type: 'move',
    id: `move_${id}`,
    if: `attributes.${from.replaceAll('.', '?.')} != nil`,
    from: `attributes.${from}`,
    to: to.startsWith('[') ? `attributes${to}` : `attributes.${to}`,
  };
}

/** What is the same for the same event only, however often it comes: OpenTelemetry's name for that. */
function key(): JsonObject[] {
  return [
    {
      type: 'add',
      id: 'key',
      if: 'attributes.auditID != nil and attributes.stage != nil',
      field: 'attributes["log.record.uid"]',
      value: `EXPR(attributes.auditID + '/' + attributes.stage)`,
    },
  ];
}

const DROP: JsonObject = { type: 'remove', id: 'drop', if: 'attributes.audit != nil', field: 'attributes.audit' };

/** For ever: what a store refuses for good is dropped all the same, whatever is said here. */
const RETRY = { enabled: true, initial_interval: '1s', max_interval: '30s', max_elapsed_time: '0s' };

/** Without a queue the log is the queue. With one: no `max_size`, a record larger than that would be dropped. */
const QUEUES: Readonly<Record<ShipSettings['queue'], JsonObject>> = {
  disk: {
    enabled: true,
    storage: STORAGE,
    sizer: 'bytes',
    queue_size: 268_435_456,
    block_on_overflow: true,
    num_consumers: 2,
    batch: { flush_timeout: '1s', min_size: 1_048_576, sizer: 'bytes' },
  },
  none: { enabled: false },
};

const EXPORTERS: Readonly<
  Record<'otlp_http' | 'splunk_hec', (settings: ShipSettings, auth: string | undefined) => JsonObject>
> = {
  otlp_http: ({ endpoint, headers, secretHeaders, queue }, auth) => ({
    logs_endpoint: literal(endpoint),
    ...headersOf([
      ...headers.map(({ name, value }) => ({ name, value: literal(value) })),
      ...secretHeaders.map(({ name, prefix, env }) => ({ name, value: `${prefix}\${env:${env}}` })),
    ]),
    ...(auth === undefined ? {} : { auth: { authenticator: auth } }),
    compression: 'gzip',
    timeout: '30s',
    retry_on_failure: RETRY,
    sending_queue: QUEUES[queue],
  }),
  splunk_hec: ({ endpoint, params, secretHeaders, queue }) => ({
    endpoint: literal(endpoint),
    token: `\${env:${secretHeaders[0]?.env ?? 'SINK_SECRET'}}`,
    source: 'kube-apiserver-audit',
    sourcetype: '_json',
    ...(params['index'] === undefined ? {} : { index: params['index'] }),
    timeout: '30s',
    retry_on_failure: RETRY,
    sending_queue: QUEUES[queue],
  }),
};

function headersOf(headers: readonly { name: string; value: string }[]): JsonObject {
  if (headers.length === 0) return {};
  return { headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])) };
}
