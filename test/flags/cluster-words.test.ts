import { describe, expect, it } from 'vitest';
import { clusterFrom } from '../../src/flags/cluster-words.ts';

function from(words: string[], flag?: unknown, command = 'enable'): unknown {
  return clusterFrom({ command, words, flag }, (path) => path === 'spec');
}

describe('clusters named as arguments', () => {
  it('are what --cluster would give', () => {
    expect(from(['prod.example.com'])).toBe('prod.example.com');
    expect(from(['a', 'b'], [], 'status')).toEqual(['a', 'b']);
    expect(from([], 'prod')).toBe('prod');
    expect(from([], undefined)).toBeUndefined();
  });

  it('may be said twice, if it is the same', () => {
    expect(from(['prod'], 'prod')).toBe('prod');
    expect(from(['a', 'b'], ['b', 'a'], 'status')).toEqual(['a', 'b']);
    expect(() => from(['prod'], 'stage')).toThrow('prod and --cluster stage are not the same');
    expect(() => from(['a'], ['a', 'b'], 'status')).toThrow('a and --cluster a, b are not the same');
  });

  it.each([
    ['cluster.yaml', 'cluster.yaml is a file', 'Write it as kops-audit enable -f cluster.yaml'],
    ['c.YML', 'c.YML is a file', '-f c.YML'],
    ['c.json', 'c.json is a file', '-f c.json'],
    ['spec', 'spec is a file', '-f spec'],
    ['./prod', './prod is a file', '-f ./prod'],
    ['-', '- is stdin', '-f -'],
    ['s3://store', 's3://store is a URL', 'kops-audit enable NAME --state URL'],
  ])('%s is none', (word, message, hint) => {
    expect(() => from([word])).toThrow(
      expect.objectContaining({ message: expect.stringContaining(message), hint: expect.stringContaining(hint) }),
    );
  });
});
