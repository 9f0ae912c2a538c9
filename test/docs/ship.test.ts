import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { limitText } from '../../src/report/sizes.ts';
import { type Sink, SINKS } from '../../src/ship/sinks.ts';
import { ROOT } from './markdown.ts';

const PAGE = readFileSync(join(ROOT, 'docs/ship.md'), 'utf8');

function params({ params: all }: Sink): string {
  return all
    .map(({ name, default: unsaid, isOptional }) =>
      unsaid === undefined && !isOptional ? `\`${name}\`` : `[\`${name}\`]`,
    )
    .join(', ');
}

function row(sink: Sink): string {
  const names = [sink.name, ...sink.aliases].map((name) => `\`${name}\``).join(', ');
  return `| ${names} | ${sink.title} | ${params(sink)} | ${limitText(sink.maxEventBytes?.bytes)} | ${sink.run ? 'yes' : 'no'} |`;
}

it('the page on shipping has a row for each store, as the program knows it', () => {
  const rows = PAGE.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows.map((line) => line.replaceAll(/\|\s+\|/g, '|  |'))).toEqual(
    SINKS.map((sink) => row(sink).replaceAll(/\|\s+\|/g, '|  |')),
  );
});
