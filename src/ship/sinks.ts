/** One of the pieces that the address or a header of a store is made of: `--param NAME=VALUE`. */
interface SinkParam {
  name: string;
  /** What it is, as a noun: `the address of Loki`. */
  what: string;
  example: string;
  /** Left out: it must be given, unless it is optional. */
  default?: string;
  /** The header that it stands in goes without it. */
  isOptional?: boolean;
  /** An address with its scheme, such as `https://logs.example.com`; left out: a word. */
  isUrl?: boolean;
}

/** A header of each request to a store. */
export interface SinkHeader {
  name: string;
  /** What it holds, parameters in braces; where it carries the secret, what stands in front of that. */
  value: string;
  /** What the Secret must hold, as a noun; left out: the header carries no secret. */
  secret?: string;
}

/** Where something about a store was read, and when. */
interface ReadIn {
  source: string;
  on: string;
}

/** How long an event may be. */
interface EventLimit {
  bytes: number;
  /** What becomes of a longer one there: `is cut`. */
  longer?: string;
  source: string;
}

/** A store that takes audit events. What was not read anywhere is left out, and shown as `not known`. */
export interface Sink {
  name: string;
  /** Other words for it. */
  aliases: readonly string[];
  title: string;
  exporter: 'otlp_http' | 'splunk_hec';
  /** Which image of the collector has what it needs. */
  image: 'k8s' | 'contrib';
  /** Where events are posted, parameters in braces. */
  endpoint: string;
  params: readonly SinkParam[];
  headers: readonly SinkHeader[];
  /** An extension of the collector that signs requests, instead of a secret. */
  auth?: 'googleclientauth';
  /** The most that one event can have there. */
  maxEventBytes?: EventLimit;
  /** What its severity would be if an event still said `level`. */
  severity?: string;
  /** Finds an event there: `{auditID}` stands for the ID. */
  query?: string;
  /** By what its search can be asked by a program. */
  queryApi?: 'victorialogs' | 'loki' | 'elastic' | 'splunk';
  read: ReadIn;
  /** Events were shipped to it in the tests of kops-audit. */
  run: boolean;
  notes: readonly string[];
}

/** What stands in a row was looked up on that day. */
function read(source: string): ReadIn {
  return { source, on: '2026-11-27' };
}

/** What most rows have. */
const OTLP = { aliases: [], exporter: 'otlp_http', image: 'k8s', run: false, notes: [] } as const;

const ENDPOINT = { name: 'endpoint', isUrl: true } as const;

const DATASET = { name: 'dataset', what: 'the dataset', example: 'audit', default: 'kube-audit' } as const;

/** The attributes of an event lie beside its body as structured metadata, dots written as `_`. */
const LOGQL = '{service_name="kube-apiserver-audit"} | auditID="{auditID}"';

/** The stores, in the order in which they are shown. A new one is a row. */
export const SINKS: readonly Sink[] = [
  {
    ...OTLP,
    name: 'mezmo',
    aliases: ['logdna'],
    title: 'Mezmo Log Analysis (LogDNA)',
    endpoint: 'https://logs.mezmo.com/otel',
    params: [],
    headers: [{ name: 'apiKey', value: '', secret: 'the ingestion key' }],
    severity: 'taken for the level of the line, such as INFO (docs.mezmo.com/docs/ingestion)',
    query: '{auditID}',
    read: read('https://github.com/open-telemetry/opentelemetry-collector-contrib/issues/49953'),
    notes: [
      'Mezmo says to use this address instead of its own exporter, which the collector has no longer. It writes the address with http; here it is https.',
      'Its former exporter cut lines at 16 KiB. Whether this address does is not known: look at a long event before you rely on it.',
      'A Mezmo pipeline has an address of its own: --sink otlp --param endpoint=https://pipeline.mezmo.com/v1/ROUTE --secret-header Authorization.',
    ],
  },
  {
    ...OTLP,
    name: 'loki',
    title: 'Grafana Loki 3',
    endpoint: '{endpoint}/otlp/v1/logs',
    params: [
      { ...ENDPOINT, what: 'the address of Loki', example: 'https://loki.example.com' },
      { name: 'tenant', what: 'the tenant, where Loki has several', example: 'platform', isOptional: true },
    ],
    headers: [{ name: 'X-Scope-OrgID', value: '{tenant}' }],
    maxEventBytes: { bytes: 262_144, longer: 'is refused', source: 'max_line_size, by default: grafana.com/docs/loki' },
    query: LOGQL,
    queryApi: 'loki',
    read: read('https://grafana.com/docs/loki/latest/send-data/otel/'),
    notes: ['Behind a proxy that asks for a password: --secret-header Authorization.'],
  },
  {
    ...OTLP,
    name: 'grafana-cloud',
    title: 'Grafana Cloud Logs',
    endpoint: 'https://otlp-gateway-{zone}.grafana.net/otlp/v1/logs',
    params: [{ name: 'zone', what: 'the zone of the stack', example: 'prod-eu-west-2' }],
    headers: [{ name: 'Authorization', value: 'Basic ', secret: 'INSTANCE_ID:TOKEN in base64' }],
    query: LOGQL,
    queryApi: 'loki',
    read: read('https://grafana.com/docs/grafana-cloud/send-data/otlp/send-data-otlp/'),
    notes: ['The card OpenTelemetry of the stack shows its address and the instance ID.'],
  },
  {
    ...OTLP,
    name: 'elastic',
    aliases: ['elasticsearch'],
    title: 'Elasticsearch, Elastic Cloud',
    endpoint: '{endpoint}/_otlp/v1/logs',
    params: [{ ...ENDPOINT, what: 'the address of Elasticsearch', example: 'https://elastic.example.com:9200' }],
    headers: [{ name: 'Authorization', value: 'ApiKey ', secret: 'an API key that may write' }],
    queryApi: 'elastic',
    read: read('https://www.elastic.co/docs/manage-data/ingest/otlp-endpoint'),
    notes: [
      'The managed address of Elastic Cloud has no /_otlp: --sink otlp --param endpoint=ADDRESS/v1/logs --secret-header Authorization.',
    ],
  },
  {
    ...OTLP,
    name: 'opensearch',
    title: 'OpenSearch, by Data Prepper',
    endpoint: '{endpoint}{path}',
    params: [
      { ...ENDPOINT, what: 'the address of its otlp source', example: 'https://data-prepper.example.com:21893' },
      {
        name: 'path',
        what: 'its logs_path',
        example: '/v1/logs',
        default: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
      },
    ],
    headers: [],
    read: read('https://docs.opensearch.org/latest/data-prepper/pipelines/configuration/sources/otlp-source'),
    notes: [
      'Data Prepper takes 10 MB in one request by default (max_request_length).',
      'With http_basic: --secret-header Authorization.',
    ],
  },
  {
    ...OTLP,
    name: 'datadog',
    title: 'Datadog Logs',
    endpoint: 'https://otlp.{site}/v1/logs',
    params: [{ name: 'site', what: 'the Datadog site', example: 'datadoghq.eu', default: 'datadoghq.com' }],
    headers: [{ name: 'dd-api-key', value: '', secret: 'an API key' }],
    maxEventBytes: {
      bytes: 1_000_000,
      longer: 'is cut',
      source: 'docs.datadoghq.com/api/latest/logs/send-logs',
    },
    read: read('https://docs.datadoghq.com/opentelemetry/setup/otlp_ingest/logs/'),
    notes: [
      'Its documentation shows the address of a site only in a browser. The one here is that of US1 with the name of the site put in: compare it.',
      'Events that are more than 18 hours old are not taken: what waited longer on a node is lost there.',
    ],
  },
  {
    ...OTLP,
    name: 'new-relic',
    title: 'New Relic Logs',
    endpoint: 'https://{host}/v1/logs',
    params: [
      { name: 'host', what: 'where the account is', example: 'otlp.eu01.nr-data.net', default: 'otlp.nr-data.net' },
    ],
    headers: [{ name: 'api-key', value: '', secret: 'a license key' }],
    read: read('https://docs.newrelic.com/docs/opentelemetry/best-practices/opentelemetry-otlp/'),
    notes: ['A value beside the event, such as requestURI, has 4,095 characters at most.'],
  },
  {
    ...OTLP,
    name: 'dynatrace',
    title: 'Dynatrace Logs',
    endpoint: 'https://{environment}.live.dynatrace.com/api/v2/otlp/v1/logs',
    params: [{ name: 'environment', what: 'the ID of the environment', example: 'abc12345' }],
    headers: [{ name: 'Authorization', value: 'Api-Token ', secret: 'a token with the scope logs.ingest' }],
    maxEventBytes: { bytes: 10_000_000, source: 'docs.dynatrace.com/docs/shortlink/lma-limits' },
    read: read(
      'https://docs.dynatrace.com/managed/discover-dynatrace/references/dynatrace-api/environment-api/opentelemetry/post-logs',
    ),
    notes: [
      'The Classic pipeline takes 512 kB: add --max-event-bytes 490000.',
      'Events that are more than 24 hours old are not taken: what waited longer on a node is lost there.',
    ],
  },
  {
    ...OTLP,
    name: 'honeycomb',
    title: 'Honeycomb',
    endpoint: 'https://{host}/v1/logs',
    params: [
      { name: 'host', what: 'where the team is', example: 'api.honeycomb.io', default: 'api.honeycomb.io' },
      DATASET,
    ],
    headers: [
      { name: 'x-honeycomb-team', value: '', secret: 'an ingest key' },
      { name: 'x-honeycomb-dataset', value: '{dataset}' },
    ],
    read: read('https://docs.honeycomb.io/'),
  },
  {
    ...OTLP,
    name: 'axiom',
    title: 'Axiom',
    endpoint: 'https://{host}/v1/logs',
    params: [{ name: 'host', what: 'where the account is', example: 'api.axiom.co', default: 'api.axiom.co' }, DATASET],
    headers: [
      { name: 'Authorization', value: 'Bearer ', secret: 'an API token that may ingest' },
      { name: 'X-Axiom-Dataset', value: '{dataset}' },
    ],
    read: read('https://axiom.co/docs'),
  },
  {
    ...OTLP,
    name: 'better-stack',
    title: 'Better Stack Logs',
    endpoint: 'https://{host}/v1/logs',
    params: [{ name: 'host', what: 'the ingesting host of the source', example: 's1.example.betterstackdata.com' }],
    headers: [{ name: 'Authorization', value: 'Bearer ', secret: 'the token of the source' }],
    read: read('https://betterstack.com/docs/logs/open-telemetry/'),
  },
  {
    ...OTLP,
    name: 'signoz',
    title: 'SigNoz Cloud',
    endpoint: 'https://ingest.{region}.signoz.cloud:443/v1/logs',
    params: [{ name: 'region', what: 'the region: us, eu or in', example: 'eu' }],
    headers: [{ name: 'signoz-ingestion-key', value: '', secret: 'the ingestion key' }],
    read: read('https://signoz.io/docs/ingestion/signoz-cloud/overview/'),
    notes: ['Run by yourselves it takes no key: --sink otlp --param endpoint=http://HOST:4318/v1/logs.'],
  },
  {
    ...OTLP,
    name: 'openobserve',
    title: 'OpenObserve',
    endpoint: '{endpoint}/api/{org}/v1/logs',
    params: [
      { ...ENDPOINT, what: 'the address of OpenObserve', example: 'https://openobserve.example.com' },
      { name: 'org', what: 'the organization', example: 'platform', default: 'default' },
      { name: 'stream', what: 'the stream', example: 'audit', default: 'kube_audit' },
    ],
    headers: [
      { name: 'Authorization', value: 'Basic ', secret: 'EMAIL:PASSWORD in base64' },
      { name: 'stream-name', value: '{stream}' },
    ],
    read: read('https://openobserve.ai/docs/ingestion/logs/otlp/'),
  },
  {
    ...OTLP,
    name: 'cloudwatch',
    aliases: ['aws'],
    title: 'Amazon CloudWatch Logs',
    endpoint: 'https://logs.{region}.amazonaws.com/v1/logs',
    params: [
      { name: 'region', what: 'the AWS region', example: 'eu-central-1' },
      { name: 'group', what: 'the log group, which must exist', example: 'kube-audit', default: 'kube-audit' },
      { name: 'stream', what: 'the log stream, which must exist', example: 'kube-audit', default: 'kube-audit' },
    ],
    headers: [
      { name: 'Authorization', value: 'Bearer ', secret: 'a bearer token for the log group' },
      { name: 'x-aws-log-group', value: '{group}' },
      { name: 'x-aws-log-stream', value: '{stream}' },
    ],
    maxEventBytes: {
      bytes: 1_000_000,
      longer: 'is cut',
      source: 'docs.aws.amazon.com, CloudWatch-OTLPEndpoint',
    },
    read: read('https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_HTTP_Endpoints_OTLP.html'),
    notes: [
      'Bearer tokens must be allowed for the log group. Signing with the role of the node (SigV4) needs an extension that the image does not have, and is not offered.',
    ],
  },
  {
    ...OTLP,
    name: 'google-cloud',
    aliases: ['gcp'],
    title: 'Google Cloud Logging',
    image: 'contrib',
    endpoint: 'https://telemetry.googleapis.com/v1/logs',
    params: [],
    headers: [],
    auth: 'googleclientauth',
    read: read('https://docs.cloud.google.com/stackdriver/docs/otlp-logs/write-logs-to-api'),
    notes: [
      'There is no key: the service account of the nodes needs the roles telemetry.writer and serviceusage.serviceUsageConsumer.',
      'The extension that signs requests is in the contrib image only.',
    ],
  },
  {
    ...OTLP,
    name: 'victorialogs',
    title: 'VictoriaLogs',
    endpoint: '{endpoint}/insert/opentelemetry/v1/logs',
    params: [{ ...ENDPOINT, what: 'the address of VictoriaLogs', example: 'http://victorialogs.logs.svc:9428' }],
    headers: [{ name: 'VL-Stream-Fields', value: 'k8s.cluster.name,host.name' }],
    maxEventBytes: { bytes: 2_097_152, longer: 'is dropped with a 200', source: 'seen' },
    query: 'auditID:="{auditID}"',
    queryApi: 'victorialogs',
    read: read('https://docs.victoriametrics.com/victorialogs/data-ingestion/opentelemetry/'),
    run: true,
    notes: [
      'It drops events that are older than its retention, 7 days by default, with a 200.',
      'Where it asks for a password: --secret-header Authorization.',
    ],
  },
  {
    ...OTLP,
    name: 'splunk',
    title: 'Splunk, by its HTTP Event Collector',
    exporter: 'splunk_hec',
    image: 'contrib',
    endpoint: '{endpoint}/services/collector',
    params: [
      { ...ENDPOINT, what: 'the address of the HTTP Event Collector', example: 'https://splunk.example.com:8088' },
      { name: 'index', what: 'the index', example: 'kube_audit', isOptional: true },
    ],
    headers: [{ name: 'Authorization', value: 'Splunk ', secret: 'a token of the HTTP Event Collector' }],
    queryApi: 'splunk',
    read: read(
      'https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/splunkhecexporter',
    ),
    notes: ['Its exporter is in the contrib image only, and was not run.'],
  },
  {
    ...OTLP,
    name: 'otlp',
    title: 'any store that takes OTLP over HTTP',
    endpoint: '{endpoint}',
    params: [{ ...ENDPOINT, what: 'the whole address for logs', example: 'https://otlp.example.com/v1/logs' }],
    headers: [],
    read: read('https://opentelemetry.io/docs/specs/otlp/'),
    run: true,
    notes: ['A header with a key: --secret-header Authorization. The Secret then holds its whole value: Bearer KEY.'],
  },
];

/** The store of a name or of another word for it, in any case. */
export function sinkNamed(word: string): Sink | undefined {
  const name = word.toLowerCase();
  return SINKS.find((sink) => sink.name === name || sink.aliases.includes(name));
}

/** A text with `{NAME}` for each value that is known; undefined where one of them has none. */
export function filled(text: string, values: Readonly<Record<string, string>>): string | undefined {
  const isWhole = [...text.matchAll(PLACE)].every(([, name = '']) => Object.hasOwn(values, name));
  return isWhole ? text.replaceAll(PLACE, (_, name: string) => values[name] ?? '') : undefined;
}

const PLACE = /\{([a-zA-Z]+)\}/g;

/** The query that finds an event in a store by its ID; null where it is not known. */
export function queryFor(sink: string, auditID: string): string | null {
  return sinkNamed(sink)?.query?.replaceAll('{auditID}', auditID) ?? null;
}
