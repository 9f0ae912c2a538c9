import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FileLookup } from '../../src/cluster/kubeconfig/usable.ts';
import { webhookProblems } from '../../src/cluster/webhook.ts';
import { keyPair } from '../helpers/key-pair.ts';

interface Verdict {
  name: string;
  config: string;
  ok: boolean;
  error: string | null;
}

const VERDICTS = JSON.parse(readFileSync('test/conformance/webhook-config.json', 'utf8')) as Verdict[];

const noFiles: FileLookup = () => ({ isThere: false, rule: 'webhook-unreadable', message: 'gone', mend: '' });

function refusals(config: string, files = noFiles): string[] {
  return webhookProblems(config, files)
    .filter(({ rule }) => rule === 'webhook-unreadable')
    .map(({ message }) => message);
}

function sound(cluster: string, user = '', head = ''): string {
  return `${head}current-context: x
contexts: [{name: x, context: {cluster: c, user: u}}]
clusters:
- name: c
  cluster: {${cluster}}
users:
- name: u
  user: {${user}}
`;
}

const HTTPS = 'server: https://x.example/events';
/** With a self-signed certificate in it, and its key. */
const PAIR = VERDICTS.find(({ name }) => name === 'user cert')!.config;

describe('the verdicts of the real loader', () => {
  it('are 362', () => {
    expect(VERDICTS).toHaveLength(362);
  });

  it.each(VERDICTS.map((verdict): [string, Verdict] => [verdict.name, verdict]))('%s', (_name, { config, ok }) => {
    expect(refusals(config).length === 0).toBe(ok);
  });

  it('have a place and a fix for each refusal', () => {
    for (const { config } of VERDICTS) {
      for (const { line, column, mend, message } of webhookProblems(config, noFiles)) {
        expect(line).toBeGreaterThan(0);
        expect(line).toBeLessThanOrEqual(config.split('\n').length);
        expect(column).toBeGreaterThan(0);
        expect([mend, message].every((text) => text.length > 5)).toBe(true);
      }
    }
  });
});

describe('webhookProblems', () => {
  it.each([
    [sound(HTTPS, 'token: 123'), 8, 17, 'users[0].user.token must be text, and is a number'],
    [sound(HTTPS, 'token: yes'), 8, 17, 'users[0].user.token must be text, and is true or false'],
    [sound(HTTPS, 'token: a, password: b'), 8, 30, 'its user has a token and a password'],
    [
      sound(`${HTTPS}, insecure-skip-tls-verify: true, certificate-authority-data: YQ==`),
      5,
      73,
      'insecure-skip-tls-verify and a CA',
    ],
    [sound(HTTPS, 'client-certificate-data: YQ=='), 8, 35, 'a client certificate but no key'],
    [sound(`${HTTPS}, proxy-url: proxy:8080`), 5, 58, 'its proxy-url has the scheme "proxy"'],
    [sound('server: https://x y'), 5, 21, 'its server is not an address: its host has the character " " in it'],
    [sound('server: https://x:abc'), 5, 21, 'its port is not a number'],
    [sound('server: unix:///x'), 5, 21, 'neither a URL with a scheme and a host'],
    [sound(`${HTTPS}, certificate-authority-data: YQ`), 5, 75, 'certificate-authority-data is not base64'],
    [sound(HTTPS, 'as-groups: [a]'), 8, 21, 'its user has as-groups but no as'],
    [sound(HTTPS, '', 'kind: Pod\n'), 1, 7, 'its kind is "Pod"'],
    [sound(HTTPS, '', 'apiVersion: v2\n'), 1, 13, 'its apiVersion is "v2"'],
    [`${sound(HTTPS)}- {name: u}\n`, 9, 3, 'the name "u" appears twice in users'],
    [`${sound(HTTPS)}- {name: other, user: {username: 1}}\n`, 9, 34, 'users[1].user.username must be text'],
    ['current-context: x\ncontexts:\n\t- name: x\n', 3, 1, 'there is a tab where YAML wants spaces'],
    ['', 1, 1, 'it has no current-context'],
  ])('says where it is wrong: %j', (config, line, column, message) => {
    const [problem] = webhookProblems(config, noFiles);
    expect(problem).toMatchObject({ rule: 'webhook-unreadable', line, message: expect.stringContaining(message) });
    expect(problem?.column).toBe(column);
  });

  it.each([
    ['a token with control characters', sound(HTTPS, 'token: "abc\\n"'), 'webhook-config'],
    ['plain http with a token', sound('server: http://x', 'token: abc'), 'webhook-config'],
    ['plain http with a user in the address', sound('server: http://a:b@x'), 'webhook-config'],
    ['plain http', sound('server: http://x'), 'webhook-plain-http'],
    ['no scheme, which is plain http', sound('server: "x.example:443"'), 'webhook-plain-http'],
    ['another scheme', sound('server: ftp://x'), 'webhook-config'],
    ['a placeholder', sound('server: "https://<HOST>/events"'), 'webhook-config'],
    ['a variable', sound('server: "https://$FALCO_SERVICE_CLUSTERIP:8765/k8s-audit"'), 'webhook-config'],
  ])('%s starts, and is told: %s', (_what, config, rule) => {
    expect(webhookProblems(config, noFiles).map((problem) => problem.rule)).toEqual([rule]);
  });

  it('never shows a value', () => {
    const broken = [
      sound(HTTPS, 'token: [a?s3cr3t, s3cr3t?b]'),
      sound('server: https://a:s3cr3t@x y'),
      sound('server: "https:s3cr3t pw"'),
      sound(HTTPS, 'token: !!int s3cr3t'),
      sound(HTTPS, 'token: *s3cr3t'),
      sound(`${HTTPS}, proxy-url: "http://a:s3cr3t@%zz"`),
      sound(HTTPS, 'client-key-data: s3cr3t'),
      sound(HTTPS, 'token: [s3cr3t]'),
    ];
    for (const config of broken) {
      const problems = webhookProblems(config, noFiles);
      expect(problems.length).toBeGreaterThan(0);
      expect(JSON.stringify(problems)).not.toContain('s3cr3t');
    }
  });
});

describe('the files of a webhook config', () => {
  const user = (text: string): FileLookup => {
    const files: Readonly<Record<string, string>> = { 'ca.pem': text, empty: '\n', token: 'abc\n', ...pairFiles() };
    return (path) =>
      Object.hasOwn(files, path)
        ? { isThere: true, texts: [files[path]!] }
        : { isThere: false, rule: 'webhook-unreadable', message: 'gone', mend: '' };
  };
  const files = user(pairFiles()['cert.pem']!);
  const ca = `${HTTPS}, certificate-authority: ca.pem`;

  it('must hold PEM where it is read at start-up', () => {
    expect(refusals(sound(ca), files)).toEqual([]);
    expect(refusals(sound(ca), user('# put the CA here\n'))).toEqual([
      'its certificate-authority holds no certificate',
    ]);
    expect(refusals(sound(ca), user('-----BEGIN CERTIFICATE-----\n'))).toHaveLength(1);
    expect(refusals(sound(ca.replace('https:', 'http:')), user('# none\n'))).toEqual([]);
  });

  it.each([
    ['', 'webhook-unreadable', 'is empty'],
    [' \n', 'webhook-config', 'holds no token'],
    ['abc\ndef\n', 'webhook-config', 'has a line break'],
  ])('a tokenFile with %j is %s', (text, rule, message) => {
    const file: FileLookup = () => ({ isThere: true, texts: ['abc\n', text] });
    const found = webhookProblems(sound(HTTPS, 'tokenFile: token'), file);
    expect(found).toEqual([expect.objectContaining({ rule, message: expect.stringContaining(message), line: 8 })]);
    expect(webhookProblems(sound(HTTPS, 'tokenFile: token, token: abc'), file)).toEqual([]);
    expect(refusals(sound('server: http://x', 'tokenFile: token'), file)).toEqual([]);
  });

  // OpenSSL reads these, Go's `parseTime` in `crypto/x509/parser.go` does not: found by changing configs at random.
  it.each(['261301000000Z', '2601010000000', '260101000000+'])('hold no certificate with the time %s', (time) => {
    const der = Buffer.from(/client-certificate-data: (\S+)/.exec(PAIR)![1]!, 'base64').toString('utf8');
    const bytes = Buffer.from(der.replaceAll(/-----.*-----|\s/g, ''), 'base64');
    const at = bytes.indexOf(Buffer.from([0x17, 0x0d]));
    const pem = (): string => `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64')}\n-----END CERTIFICATE-----\n`;
    const config = (): string =>
      sound(`${HTTPS}, certificate-authority-data: ${Buffer.from(pem()).toString('base64')}`);
    expect(refusals(config())).toEqual([]);
    bytes.write(time, at + 2, 'latin1');
    expect(refusals(config())).toEqual(['its certificate-authority-data holds no certificate']);
  });

  it('that are missing hide nothing that is sure, nor what would be lost', () => {
    const missing: FileLookup = () => ({
      isThere: false,
      rule: 'webhook-asset-missing',
      message: 'gone',
      mend: 'Add it.',
    });
    const rules = (cluster: string, user = ''): string[] =>
      webhookProblems(sound(`${cluster}, certificate-authority: ca.pem`, user), missing).map(({ rule }) => rule);
    expect(rules(HTTPS)).toEqual(['webhook-asset-missing']);
    expect(rules(`${HTTPS}, insecure-skip-tls-verify: true`)).toContain('webhook-unreadable');
    expect(rules('server: "https:x"')).toContain('webhook-unreadable');
    expect(rules(HTTPS, 'auth-provider: {name: gcp}')).toContain('webhook-unreadable');
    expect(rules('server: http://x', 'token: abc')).toContain('webhook-config');
    expect(rules(HTTPS, 'token: "a\\nb"')).toContain('webhook-config');
  });

  it('may be an empty CA, which is none', () => {
    const file: FileLookup = () => ({ isThere: true, texts: [''] });
    const ca = 'certificate-authority: ca.pem';
    expect(webhookProblems(sound(`${HTTPS}, ${ca}`), file)).toEqual([
      expect.objectContaining({ rule: 'webhook-config', message: expect.stringContaining('is empty') }),
    ]);
    expect(refusals(sound(`${HTTPS}, ${ca}, insecure-skip-tls-verify: true`), file)).toHaveLength(1);
  });

  it('must belong together, and are read later where both are files', () => {
    const pair = (certificate: string, key: string): string[] =>
      webhookProblems(sound(HTTPS, `client-certificate: ${certificate}, client-key: ${key}`), files).map(
        ({ rule, message }) => `${rule}: ${message}`,
      );
    expect(pair('cert.pem', 'key.pem')).toEqual([]);
    expect(pair('key.pem', 'cert.pem')).toEqual([
      'webhook-config: its client-certificate holds no certificate, but a PRIVATE KEY',
    ]);
    expect(pair('cert.pem', 'empty')).toEqual(['webhook-config: its client-key holds no private key']);
    const inline = sound(HTTPS, 'client-certificate: cert.pem, client-key-data: YQ==');
    expect(refusals(inline, files)).toEqual(['its client-key-data holds no private key']);
  });

  it('must be there, except a tokenFile beside a token', () => {
    expect(refusals(sound(HTTPS, 'tokenFile: gone'))).toEqual(['its tokenFile is gone, gone']);
    expect(refusals(sound(HTTPS, 'tokenFile: token'), files)).toEqual([]);
    expect(refusals(sound(HTTPS, 'tokenFile: gone, token: abc'))).toEqual([]);
    expect(refusals(sound('server: http://x', 'tokenFile: gone'))).toEqual([]);
    expect(refusals(sound('server: http://x, certificate-authority: gone'))).toHaveLength(1);
    expect(refusals(sound(HTTPS, 'client-key: gone'))).toEqual([]);
  });
});

function pairFiles(): Record<string, string> {
  const { cert, key } = keyPair();
  return { 'cert.pem': cert, 'key.pem': key };
}
