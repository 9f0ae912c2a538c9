import type { JsonObject } from '../../json.ts';
import { specToYaml } from '../../yaml/print.ts';
import { certificateProblem, holdsPrivateKey, pairProblem } from './certificates.ts';
import { serverUrl, type GoUrl } from './server-url.ts';

/** What a webhook config is made of. PEM has one character a byte. */
export interface WebhookPieces {
  url: string;
  /** The CA that the server's certificate is from; left out: those of kube-apiserver's own system. */
  ca?: string;
  clientCert?: string;
  clientKey?: string;
  /** As it is in its file: blanks and line breaks around it do not count. */
  token?: string;
}

/** What is wrong with a piece, said without its value, which may be a secret. */
export interface PieceProblem {
  piece: keyof WebhookPieces;
  message: string;
  mend: string;
}

/**
 * Why kube-apiserver could not use a webhook config of these pieces, or would not use all of them; null where it can. What the address or
 * a certificate must be is what client-go 0.37.2 takes; the query and the fragment it drops (`ClientConfig` in
 * `tools/clientcmd/client_config.go` and `NewRESTClient` in `rest/client.go`).
 */
export function pieceProblem(pieces: WebhookPieces): PieceProblem | null {
  return urlProblem(pieces) ?? caProblem(pieces.ca) ?? clientProblem(pieces) ?? tokenProblem(pieces.token);
}

const SHAPE = 'Write it as https://HOST:PORT/PATH.';

function urlProblem(pieces: WebhookPieces): PieceProblem | null {
  const { url, problem } = serverUrl(pieces.url);
  const fault = url ? addressFault(pieces, url) : { message: `is not an address: ${problem}`, mend: SHAPE };
  return fault && { piece: 'url', ...fault };
}

function addressFault(pieces: WebhookPieces, { scheme, hasUser }: GoUrl): Omit<PieceProblem, 'piece'> | null {
  if (!/^https?:/i.test(pieces.url)) return { message: 'does not begin with https://', mend: SHAPE };
  if (hasUser) {
    const mend = 'Put a token into a file, or use a client certificate.';
    return { message: 'has a user or a password in it, which every process list would show', mend };
  }
  if (/[?#]/.test(pieces.url)) {
    const mend = 'Leave out what begins with ? or #. What the server must know goes into the path.';
    return { message: 'has a query or a fragment, which kube-apiserver does not send', mend };
  }
  if (scheme === 'https' || !SECURED.some((piece) => pieces[piece] !== undefined)) return null;
  const mend = 'Write https://, or leave out the CA, the certificate and the token.';
  return { message: 'is plain http: kube-apiserver sends no credentials there, and checks no certificate', mend };
}

const SECURED = ['ca', 'clientCert', 'clientKey', 'token'] as const;

function caProblem(ca: string | undefined): PieceProblem | null {
  if (ca === undefined) return null;
  const problem = certificateProblem(ca);
  if (problem !== null) return { piece: 'ca', message: problem, mend: 'Give the certificate of the CA, as PEM.' };
  if (!holdsPrivateKey(ca)) return null;
  const mend = 'Give a file with the certificate of the CA alone.';
  return { piece: 'ca', message: 'holds a private key, which would go into the cluster spec', mend };
}

function clientProblem({ clientCert, clientKey }: WebhookPieces): PieceProblem | null {
  if (clientCert === undefined || clientKey === undefined) return null;
  const problem = pairProblem(clientCert, clientKey);
  if (problem === null) return null;
  const { part, message } = problem;
  return part === 'certificate'
    ? { piece: 'clientCert', message, mend: 'Give the client certificate, as PEM.' }
    : { piece: 'clientKey', message, mend: 'Give the key of the client certificate, as PEM and without a password.' };
}

function tokenProblem(token: string | undefined): PieceProblem | null {
  const text = token?.trim();
  if (text === undefined) return null;
  const fault = TOKEN_FAULTS.find(({ is }) => is.test(text));
  return fault
    ? { piece: 'token', message: fault.message, mend: 'The file holds the token alone, on one line.' }
    : null;
}

const TOKEN_FAULTS = [
  { is: /^$/, message: 'holds no token' },
  { is: /^Bearer\s/i, message: 'begins with Bearer, which kube-apiserver writes itself' },
  { is: /[\r\n]/, message: 'has more than one line' },
  { is: /[^!-~]/, message: 'has a blank or a character in it that no token has' },
] as const;

/**
 * The webhook config of these pieces, everything inline, so that it names no file. The same pieces give the same text.
 *
 * @param pieces without a `pieceProblem`.
 */
export function kubeconfigOf({ url, ca, clientCert, clientKey, token }: WebhookPieces): string {
  const cluster = { server: url, ...data('certificate-authority-data', ca) };
  const user = {
    ...data('client-certificate-data', clientCert),
    ...data('client-key-data', clientKey),
    ...(token === undefined ? {} : { token: token.trim() }),
  };
  return specToYaml({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'audit',
    contexts: [{ name: 'audit', context: { cluster: 'collector', user: 'kube-apiserver' } }],
    clusters: [{ name: 'collector', cluster }],
    users: [{ name: 'kube-apiserver', user }],
  });
}

function data(key: string, pem: string | undefined): JsonObject {
  return pem === undefined ? {} : { [key]: Buffer.from(pem, 'latin1').toString('base64') };
}
