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
  maxEventBytes?: { bytes: number; source: string };
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

const ON = '2026-11-27';

/** What most rows have. */
const OTLP = { aliases: [], exporter: 'otlp_http', image: 'k8s', run: false, notes: [] } as const;

const ENDPOINT = { name: 'endpoint', isUrl: true } as const;

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
    read: { source: 'https://github.com/open-telemetry/opentelemetry-collector-contrib/issues/49953', on: ON },
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
    maxEventBytes: { bytes: 262_144, source: 'https://grafana.com/docs/loki/latest/configure/' },
    query: '{service_name="kube-apiserver-audit"} | auditID="{auditID}"',
    queryApi: 'loki',
    read: { source: 'https://grafana.com/docs/loki/latest/send-data/otel/', on: ON },
  },
  {
    ...OTLP,
    name: 'victorialogs',
    title: 'VictoriaLogs',
    endpoint: '{endpoint}/insert/opentelemetry/v1/logs',
    params: [{ ...ENDPOINT, what: 'the address of VictoriaLogs', example: 'http://victorialogs.logs.svc:9428' }],
    headers: [{ name: 'VL-Stream-Fields', value: 'k8s.cluster.name,host.name' }],
    maxEventBytes: { bytes: 2_097_152, source: 'run: a larger one is dropped with a 200' },
    query: 'auditID:="{auditID}"',
    queryApi: 'victorialogs',
    read: { source: 'https://docs.victoriametrics.com/victorialogs/data-ingestion/opentelemetry/', on: ON },
    run: true,
  },
  {
    ...OTLP,
    name: 'otlp',
    title: 'any store that takes OTLP over HTTP',
    endpoint: '{endpoint}',
    params: [{ ...ENDPOINT, what: 'the whole address for logs', example: 'https://otlp.example.com/v1/logs' }],
    headers: [],
    read: { source: 'https://opentelemetry.io/docs/specs/otlp/', on: ON },
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
