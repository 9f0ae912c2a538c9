import { describe, expect, it } from 'vitest';
import { readRefusal, refusalError } from '../../src/live/node-failures.ts';

const PLAIN = 'text/plain; charset=utf-8';
const REACH = 'error trying to reach service: dial tcp 10.199.0.2:10250: ';

/** As a Status of the API server. */
function json(status: number, message: string): [number, string, boolean, string] {
  return [status, 'application/json', true, JSON.stringify({ kind: 'Status', message })];
}

describe('refusalError', () => {
  // What kube-apiserver, kubectl and a real kubelet 1.36.3 answered.
  it.each<[string, [number, string, boolean, string]]>([
    ['cp-2 has no /var/log/a/b', [404, PLAIN, true, '404 page not found\n']],
    ['there is no node cp-2 any more', json(404, 'nodes "cp-2" not found')],
    ['enableSystemLogHandler is off', [405, PLAIN, true, 'logs endpoint is disabled.\n']],
    ['its debugging handlers are off', [405, PLAIN, true, 'Debug endpoints are disabled.\n']],
    ['you are not allowed to read from cp-2', json(403, 'nodes "cp-2" is forbidden: User "alice" cannot get …')],
    ['does not allow the API server to read logs', [403, PLAIN, true, 'Forbidden (user=kubelet-api, verb=get, …)\n']],
    ['cannot open /var/log/a/b', [403, PLAIN, true, '403 Forbidden\n']],
    ["does not know the API server's certificate", [401, PLAIN, true, 'Unauthorized']],
    ['the API server does not know who you are', json(401, 'Unauthorized')],
    ['the kubelet of cp-2 does not run', json(503, `${REACH}connect: connection refused`)],
    ['the API server has no route to cp-2', json(503, `${REACH}connect: network is unreachable`)],
    ['cp-2 does not answer the API server', json(503, `${REACH}i/o timeout`)],
    [
      'takes connections and does not answer',
      json(503, 'error trying to reach service: net/http: TLS handshake timeout'),
    ],
    [
      'does not trust the certificate',
      json(503, 'error trying to reach service: tls: failed to verify certificate: x509: …'),
    ],
    ['closed the connection', json(503, 'error trying to reach service: EOF')],
    ['has no address that the API server may use', json(500, 'no preferred addresses found; known addresses: []')],
    ['does not go to the address of cp-2', json(400, 'address not allowed')],
    ['the API server cannot be reached', [500, PLAIN, false, 'dial tcp 127.0.0.1:1: connect: connection refused']],
    ['/var/log/a/b of cp-2 could not be read (kubelet: 418 tea)', [418, PLAIN, true, 'tea']],
  ])('%s', (said, answer) => {
    const { message, hint } = refusalError(readRefusal(...answer), { node: 'cp-2', path: 'a/b' });
    expect(message).toContain(said);
    expect(hint).toMatch(/\.$|\.\)\.?$/);
  });
});
