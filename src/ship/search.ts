import { type Json, listOf, mapOf, readJson } from '../json.ts';
import type { Sink } from './sinks.ts';

/** A request to the search of a store. */
export interface SearchRequest {
  url: string;
  method: 'GET' | 'POST';
  headers: Readonly<Record<string, string>>;
  body?: Uint8Array;
}

type QueryApi = NonNullable<Sink['queryApi']>;

interface SearchApi {
  request: (search: Search) => Pick<SearchRequest, 'url' | 'method' | 'body'> & { type?: string };
  /** Whether what was looked for is in an answer. */
  isFound: (text: string, id: string) => boolean;
  /** What stands in front of a secret in `Authorization`, where it does not say so itself. */
  scheme: string;
}

/** What is looked for, and where. */
export interface Search {
  api: QueryApi;
  /** The address of the store, without a path of its API. */
  url: string;
  /** An ID that no other event has. */
  id: string;
  /** From when on. */
  since: Date;
  /** The secret; left out: none is sent. */
  secret?: string;
  /** Loki's and others' headers. */
  headers: Readonly<Record<string, string>>;
}

const FORM = 'application/x-www-form-urlencoded';

/** How each is asked, as its documentation has it. Only VictoriaLogs was run. */
const APIS: Readonly<Record<QueryApi, SearchApi>> = {
  // docs.victoriametrics.com/victorialogs/querying, "Querying logs"; run with v1.52.1.
  victorialogs: {
    request: ({ url, id }) => ({
      url: `${url}/select/logsql/query`,
      method: 'POST',
      body: form({ query: `auditID:="${id}"`, limit: '10' }),
      type: FORM,
    }),
    isFound: (text, id) => text.includes(id),
    scheme: 'Bearer',
  },
  // grafana.com/docs/loki/latest/reference/loki-http-api, "Query logs within a range of time"; times in nanoseconds.
  loki: {
    request: ({ url, id, since }) => {
      const query = `{service_name="kube-apiserver-audit"} | auditID="${id}"`;
      const asked = new URLSearchParams({ query, start: `${since.getTime()}000000`, limit: '10' });
      return { url: `${url}/loki/api/v1/query_range?${asked}`, method: 'GET' };
    },
    isFound: (text, id) => listAt(text, ['data', 'result']).length > 0 && text.includes(id),
    scheme: 'Bearer',
  },
  // elastic.co/docs/api/doc/elasticsearch/operation/operation-search: a query string in all fields.
  elastic: {
    request: ({ url, id }) => {
      const asked = new URLSearchParams({ q: `"${id}"`, size: '1', ignore_unavailable: 'true' });
      return { url: `${url}/logs-*/_search?${asked}`, method: 'GET' };
    },
    isFound: (text) => listAt(text, ['hits', 'hits']).length > 0,
    scheme: 'ApiKey',
  },
  // help.splunk.com, REST API, search/v2/jobs/export: a JSON object a line, and `result` in each that is one.
  splunk: {
    request: ({ url, id, since }) => ({
      url: `${url}/services/search/v2/jobs/export`,
      method: 'POST',
      body: form({
        search: `search index=* "${id}" | head 1`,
        earliest_time: String(Math.floor(since.getTime() / 1000)),
        output_mode: 'json',
      }),
      type: FORM,
    }),
    isFound: (text) => text.split('\n').some((line) => line.includes('"result":')),
    scheme: 'Bearer',
  },
};

function form(values: Record<string, string>): Uint8Array {
  return new TextEncoder().encode(new URLSearchParams(values).toString());
}

/** Takes what is looked for; gives the request that asks the store for it. */
export function searchRequest(search: Search): SearchRequest {
  const api = APIS[search.api];
  const { type, ...request } = api.request(search);
  const credentials = search.secret === undefined ? {} : { authorization: credentialsOf(search.secret, api.scheme) };
  const content = type === undefined ? {} : { 'content-type': type };
  return { ...request, headers: { ...search.headers, ...credentials, ...content } };
}

/** A secret with a blank is a whole header; `user:password` is Basic. */
function credentialsOf(secret: string, scheme: string): string {
  if (secret.includes(' ')) return secret;
  return secret.includes(':') ? `Basic ${btoa(secret)}` : `${scheme} ${secret}`;
}

/** Takes the good answer of a store; gives whether the event is in it. */
export function isFound({ api, id }: Search, text: string): boolean {
  return APIS[api].isFound(text, id);
}

function listAt(text: string, path: readonly string[]): Json[] {
  return listOf(path.reduce((value: Json | undefined, key) => mapOf(value)[key], readJson(text)));
}
