import { readFileSync } from 'node:fs';

/** A self-signed certificate and its key as PEM, out of the webhook configs that the real loader was asked about. */
export function keyPair(): { cert: string; key: string } {
  const verdicts = JSON.parse(readFileSync('test/conformance/webhook-config.json', 'utf8')) as Record<string, string>[];
  const config = verdicts.find(({ name }) => name === 'user cert')?.['config'] ?? '';
  const pem = (key: string): string =>
    Buffer.from(new RegExp(`${key}: (\\S+)`).exec(config)?.[1] ?? '', 'base64').toString('utf8');
  return { cert: pem('client-certificate-data'), key: pem('client-key-data') };
}
