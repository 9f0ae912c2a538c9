import { Readable } from 'node:stream';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWebhook } from '../../../src/commands/change/webhook.ts';
import { refuseClashes } from '../../../src/flags/check.ts';
import { keyPair } from '../../helpers/key-pair.ts';

const URL = 'https://audit.example.com/events';
let dir = '';
const at = (name: string): string => join(dir, name);

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'kops-audit-webhook-'));
  const { cert, key } = keyPair();
  const der = Buffer.from(cert.replaceAll(/-----.*-----|\s/g, ''), 'base64');
  const files = { 'ca.pem': `\uFEFF${cert}`, 'client.pem': cert, 'client.key': key, token: 'a-token\n', empty: '' };
  for (const [name, content] of Object.entries({ ...files, 'ca.der': der })) writeFileSync(at(name), content);
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('the webhook of the flags', () => {
  it('is none where none is asked for', async () => {
    expect(await readWebhook({})).toEqual({});
    expect(await readWebhook({ webhookMode: 'batch', webhookInitialBackoff: '90s' })).toEqual({
      mode: 'batch',
      initialBackoff: '1m30s',
    });
  });

  it('is made of its parts, a byte order mark left out', async () => {
    const flags = { webhookUrl: URL, webhookCa: at('ca.pem'), webhookTokenFile: at('token') };
    const { config } = await readWebhook(flags);
    expect(config).toContain(`server: ${URL}\n`);
    expect(config).toContain('token: a-token\n');
    expect(config).toContain(Buffer.from(keyPair().cert).toString('base64'));
    const signed = { ...flags, webhookClientCert: at('client.pem'), webhookClientKey: at('client.key') };
    expect((await readWebhook(signed)).config).toContain(Buffer.from(keyPair().key).toString('base64'));
  });

  it('may have one of them on stdin', async () => {
    const { config } = await readWebhook({ webhookUrl: URL, webhookTokenFile: '-' }, () => Readable.from(['piped\n']));
    expect(config).toContain('token: piped\n');
  });

  it('has a client certificate with its key or none', async () => {
    for (const flag of ['webhookClientCert', 'webhookClientKey'])
      await expect(readWebhook({ webhookUrl: URL, [flag]: at('client.pem') })).rejects.toThrow(
        /^--webhook-client-(cert|key) goes with --webhook-client-(?!\1)/,
      );
  });

  it.each<[object, object]>([
    [{ webhookUrl: 'x' }, { message: expect.stringContaining('--webhook-url does not begin with') as string }],
    [{ webhookCa: 'client.key' }, { message: expect.stringContaining('holds no certificate') as string }],
    [{ webhookCa: 'ca.der' }, { message: 'is binary, not PEM', hint: expect.stringContaining('openssl') as string }],
    [{ webhookCa: 'empty' }, { message: 'is empty' }],
    [{ webhookTokenFile: 'gone' }, { message: expect.stringContaining('there is no such file') as string }],
    [
      { webhookClientCert: 'client.key', webhookClientKey: 'client.pem' },
      { message: expect.stringContaining('PRIVATE KEY') as string },
    ],
  ])('is refused with the file that is wrong: %j', async (flags, error) => {
    const placed = Object.entries(flags).map(([flag, name]) => [flag, flag === 'webhookUrl' ? name : at(String(name))]);
    const given = { webhookUrl: URL, ...(Object.fromEntries(placed) as object) };
    const [, file] = placed.at(0) ?? [];
    const place = Object.hasOwn(flags, 'webhookUrl') ? {} : { place: { file } };
    await expect(readWebhook(given)).rejects.toMatchObject({ name: 'UserError', ...error, ...place });
  });
});

describe('flags that mean nothing together', () => {
  it.each<[object, RegExp | null]>([
    [{ webhookUrl: URL, webhookConfig: 'f' }, /^--webhook-url does not go with --webhook-config$/],
    [{ webhookCa: 'a', webhookTokenFile: 'b' }, /^--webhook-ca, --webhook-token-file go with --webhook-url$/],
    [{ webhookUrl: URL, webhookTokenFile: '-', webhookCa: '-' }, /^stdin can be read only once$/],
    [{ webhookUrl: URL, webhookClientCert: 'a', webhookClientKey: 'b', webhookTokenFile: 'c', log: false }, null],
  ])('%j', (flags, message) => {
    for (const command of ['enable', 'wizard']) {
      const refuse = (): void => refuseClashes(command, { file: 'c.yaml', ...flags });
      if (message) expect(refuse).toThrow(message);
      else expect(refuse).not.toThrow();
    }
  });
});
