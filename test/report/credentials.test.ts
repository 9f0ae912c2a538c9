import { describe, expect, it } from 'vitest';
import { credentialRanges, isCredentialKey } from '../../src/report/credentials.ts';

/** A key for each alternative of the words that name a credential. */
const KEYS = [
  'token',
  'dbPasswd',
  'PASSWORD',
  'passphrase',
  'pwd',
  'secret',
  'client-key-data',
  'client-certificate-data',
  'private_key',
  'awsSecretKey',
  'api-key',
  'accessKey',
  'myClientSecret',
  'my-token',
  'id_token',
  'bearerToken',
  'sig',
];

describe('a credential', () => {
  it.each(KEYS)('is what stands under the key %s', (key) => {
    expect(isCredentialKey(key)).toBe(true);
    const text = `${key}: hunter22`;
    expect(credentialRanges(text, true)).toEqual([{ start: key.length + 2, end: text.length }]);
  });

  it.each([
    's3://anna:hunter22@store/x',
    'https://hunter22@store/x',
    'Authorization: Basic aHVudGVyMjI=',
    'bearer aHVudGVyMjI=',
    'eyJhbGciOi.hunter22',
    '-----BEGIN EC PARAMETERS-----\nhunter22\n-----END',
    'LS0tLS1CRUdJTiBFQyBQQVJBTUVURVJT',
    'content: hunter22',
  ])('is in %j', (text) => expect(credentialRanges(text)).toHaveLength(1));

  it.each(['s3://state/a.example.com', 'kubernetesVersion: 1.33.4', 'main', 'arn:aws:iam::1:role/x'])(
    'is not in %j',
    (text) => expect(credentialRanges(text)).toEqual([]),
  );
});
