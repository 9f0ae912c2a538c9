import { describe, expect, it } from 'vitest';
import { decodeYaml } from '../../src/yaml/decode.ts';
import { readYaml } from '../../src/yaml/read.ts';

function keysOf(text: string): string[] {
  const { root } = readYaml(text);
  const value = root && decodeYaml(root).value;
  return value?.kind === 'map' ? value.entries.map(({ key }) => key) : [];
}

describe('a number as a key', () => {
  // What strconv.FormatFloat(value, 'g', -1, 32) gives, which sigs.k8s.io/yaml 1.6.0 takes.
  it.each([
    ['1', '1'],
    ['0x10', '16'],
    ['1.5', '1.5'],
    ['0.1', '0.1'],
    ['100000.5', '100000.5'],
    ['999999.9', '999999.9'],
    ['1e5', '100000'],
    ['1e6', '1e+06'],
    ['1234567.5', '1.2345675e+06'],
    ['16777217.5', '1.6777218e+07'],
    ['18446744073709551616', '1.8446744e+19'],
    ['3.14159265358979', '3.1415927'],
    ['0.0001', '0.0001'],
    ['0.00001', '1e-05'],
    ['-0.5', '-0.5'],
    ['-0.0', '-0'],
    ['1e39', '.inf'],
    ['-1e39', '-.inf'],
    ['.nan', '.nan'],
    ['1e-46', '0'],
  ])('%s is %s', (written, key) => {
    expect(keysOf(`${written}: x`)).toEqual([key]);
  });
});

describe('a text that begins with a dot', () => {
  it.each([
    ['.5', 0.5],
    ['.5_1', 0.51],
    ['.5_1e1_0', 0.51e10],
    ['._5', '._5'],
    ['.5__1', '.5__1'],
    ['.5_', '.5_'],
    ['.5e_1', '.5e_1'],
    ['.', '.'],
  ])('%s', (written, value) => {
    const { root } = readYaml(written);
    expect(root && decodeYaml(root).value).toMatchObject({ value: String(value) });
  });
});
