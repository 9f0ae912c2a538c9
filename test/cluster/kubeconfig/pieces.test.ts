import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { kubeconfigOf, pieceProblem, type WebhookPieces } from '../../../src/cluster/kubeconfig/pieces.ts';
import { isKubeconfig, webhookProblems } from '../../../src/cluster/webhook.ts';
import { keyPair } from '../../helpers/key-pair.ts';

const url = 'https://audit.example.com:8443/events';
const { cert, key } = keyPair();
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const locked = privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'dummy' })
  .toString();

const noFiles = (): never => {
  throw new Error('it names a file');
};

describe('a webhook config of pieces', () => {
  it.each<[string, WebhookPieces]>([
    ['an address alone', { url }],
    ['an address without a path', { url: 'HTTPS://10.0.0.7:9765' }],
    ['a CA', { url, ca: cert }],
    ['a bundle of CAs, with text around them', { url, ca: `# ours\n${cert}\n${cert}` }],
    ['a client certificate', { url, clientCert: cert, clientKey: key }],
    ['a certificate and its key in one file', { url, clientCert: cert + key, clientKey: key + cert }],
    ['a token', { url, token: 'eyJhbGciOi.a-b_c~d+e/f==\r\n' }],
    ['a token that YAML takes for a number', { url, token: '0123\n' }],
    ['all of it', { url, ca: cert, clientCert: cert, clientKey: key, token: 'yes' }],
  ])('that is made of %s is taken, and nothing is said of it', (_, pieces) => {
    expect(pieceProblem(pieces)).toBe(null);
    const text = kubeconfigOf(pieces);
    expect(webhookProblems(text, noFiles)).toEqual([]);
    expect(isKubeconfig(text)).toBe(true);
  });

  it('holds the files byte for byte, and the token without what is around it', () => {
    const crlf = cert.replaceAll('\n', '\r\n');
    expect(kubeconfigOf({ url, ca: crlf, clientCert: cert, clientKey: key, token: ' 0123 \n' })).toBe(`apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${Buffer.from(crlf).toString('base64')}
    server: ${url}
  name: collector
contexts:
- context:
    cluster: collector
    user: kube-apiserver
  name: audit
current-context: audit
kind: Config
users:
- name: kube-apiserver
  user:
    client-certificate-data: ${Buffer.from(cert).toString('base64')}
    client-key-data: ${Buffer.from(key).toString('base64')}
    token: "0123"
`);
  });

  it('over plain http is only warned of where it has no credentials', () => {
    const http = 'http://falco.example.com:9765/k8s-audit';
    expect(pieceProblem({ url: http })).toBe(null);
    const found = webhookProblems(kubeconfigOf({ url: http }), noFiles);
    expect(found.map(({ rule }) => rule)).toEqual(['webhook-plain-http']);
  });
});

describe('pieces that do not fit', () => {
  it.each<[Partial<WebhookPieces>, string, string]>([
    [{ url: 'audit.example.com:8443' }, 'url', 'does not begin with https://'],
    [{ url: 'ftp://audit.example.com' }, 'url', 'does not begin with https://'],
    [{ url: 'https://' }, 'url', 'is not an address: it is neither'],
    [{ url: 'https://a b/' }, 'url', 'is not an address: its host has the character " " in it'],
    [{ url: 'https://a:port/' }, 'url', 'is not an address: its port is not a number'],
    [{ url: 'https://me:s3cr3t@a/' }, 'url', 'has a user or a password in it'],
    [{ url: 'https://a/x?token=s3cr3t' }, 'url', 'has a query or a fragment'],
    [{ url: 'https://a/x#s3cr3t' }, 'url', 'has a query or a fragment'],
    [{ url: 'http://a/x', ca: cert }, 'url', 'is plain http: kube-apiserver sends no credentials there'],
    [{ url: 'http://a/x', token: 'a' }, 'url', 'is plain http'],
    [{ url: 'http://a/x', clientCert: cert, clientKey: key }, 'url', 'is plain http'],
    [{ ca: 'no PEM\n' }, 'ca', 'holds no certificate'],
    [{ ca: key }, 'ca', 'holds no certificate, but a PRIVATE KEY'],
    [{ ca: cert.replace('MII', 'AAA') }, 'ca', 'holds a certificate that cannot be read'],
    [{ ca: cert + key }, 'ca', 'holds a private key, which would go into the cluster spec'],
    [{ clientCert: key, clientKey: cert }, 'clientCert', 'holds no certificate, but a PRIVATE KEY'],
    [{ clientCert: cert, clientKey: cert }, 'clientKey', 'holds no private key, but a CERTIFICATE'],
    [{ clientCert: cert, clientKey: other }, 'clientKey', 'does not belong to the client certificate'],
    [{ clientCert: cert, clientKey: locked }, 'clientKey', 'it is broken, or encrypted'],
    [{ token: ' \n' }, 'token', 'holds no token'],
    [{ token: 'Bearer s3cr3t\n' }, 'token', 'begins with Bearer'],
    [{ token: 's3cr3t\ns3cr3t\n' }, 'token', 'has more than one line'],
    [{ token: 's3cr3t s3cr3t' }, 'token', 'has a blank'],
    [{ token: '\uFEFFs3cr3t\u00e4' }, 'token', 'has a blank or a character in it that no token has'],
  ])('are told without a secret: %#', (pieces, piece, message) => {
    const problem = pieceProblem({ url, ...pieces });
    expect(problem).toMatchObject({ piece, message: expect.stringContaining(message) as string });
    expect(problem?.mend).toMatch(/^[A-Z].*\.$/);
    expect(JSON.stringify(problem)).not.toContain('s3cr3t');
  });
});
