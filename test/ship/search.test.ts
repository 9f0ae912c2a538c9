import { describe, expect, it } from 'vitest';
import { isFound, type Search, searchRequest } from '../../src/ship/search.ts';

const ID = '19ef4306-144c-4524-a0b9-a920b89538d8';
const SINCE = new Date('2026-11-27T06:00:00.500Z');

function searchIn(api: Search['api'], more: Partial<Search> = {}): Search {
  return { api, url: 'https://logs.example.com', id: ID, since: SINCE, headers: {}, ...more };
}

function bodyOf(search: Search): Record<string, string> {
  const { body } = searchRequest(search);
  return Object.fromEntries(new URLSearchParams(new TextDecoder().decode(body)));
}

describe('the search of a store', () => {
  it('asks VictoriaLogs in LogsQL, as a form', () => {
    const search = searchIn('victorialogs');
    expect(searchRequest(search)).toMatchObject({
      method: 'POST',
      url: 'https://logs.example.com/select/logsql/query',
    });
    expect(bodyOf(search)['query']).toBe(`auditID:="${ID}"`);
  });

  it('asks Loki in LogQL over a range of time in nanoseconds, for its tenant', () => {
    const request = searchRequest(searchIn('loki', { headers: { 'X-Scope-OrgID': 'a' } }));
    const url = new URL(request.url);
    expect(url.pathname).toBe('/loki/api/v1/query_range');
    expect(url.searchParams.get('query')).toBe(`{service_name="kube-apiserver-audit"} | auditID="${ID}"`);
    expect(url.searchParams.get('start')).toBe('1795759200500000000');
    expect(request).toMatchObject({ method: 'GET', headers: { 'X-Scope-OrgID': 'a' } });
  });

  it('asks Elasticsearch by a query string', () => {
    const url = new URL(searchRequest(searchIn('elastic')).url);
    expect(url.pathname).toBe('/logs-*/_search');
    expect(url.searchParams.get('q')).toBe(`"${ID}"`);
  });

  it('asks Splunk for an export', () => {
    const search = searchIn('splunk');
    expect(searchRequest(search).url).toBe('https://logs.example.com/services/search/v2/jobs/export');
    expect(bodyOf(search)).toEqual({
      search: `search index=* "${ID}" | head 1`,
      earliest_time: '1795759200',
      output_mode: 'json',
    });
  });

  it.each([
    ['victorialogs', 'abc', 'Bearer abc'],
    ['elastic', 'abc', 'ApiKey abc'],
    ['loki', 'user:pass', 'Basic dXNlcjpwYXNz'],
    ['splunk', 'Splunk abc', 'Splunk abc'],
  ] as const)('signs in to %s with %j as %j', (api, secret, header) => {
    expect(searchRequest(searchIn(api, { secret })).headers['authorization']).toBe(header);
  });

  it.each([
    ['victorialogs', `{"_msg":"x","auditID":"${ID}"}\n`, ''],
    ['loki', `{"data":{"result":[{"stream":{"auditID":"${ID}"}}]}}`, '{"data":{"result":[]}}'],
    ['elastic', '{"hits":{"hits":[{"_id":"1"}]}}', '{"hits":{"hits":[]}}'],
    ['splunk', '{"preview":false,"result":{"_raw":"x"}}\n', '{"preview":false,"lastrow":true}\n'],
  ] as const)('knows in an answer of %s whether it is there', (api, there, not) => {
    const found = [there, not, '<html>'].map((text) => isFound(searchIn(api), text));
    expect(found).toEqual([true, false, false]);
  });
});
