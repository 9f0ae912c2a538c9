import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hclBlock, hclValue } from '../../src/report/hcl.ts';

/** What is special in HCL, next to itself and to each other. */
const PARTS = [
  'a',
  ' ',
  '\n',
  '\r',
  '\t',
  '"',
  '\\',
  '$',
  '%',
  '{',
  '}',
  '~',
  'EOT',
  '\u0000',
  '\u001b',
  '\u2028',
  'é',
  '😀',
  '#',
];

/** Texts as they may be in a file asset, and 400 made of what is special. */
const TEXTS: readonly string[] = [
  '',
  'hello',
  'one line\n',
  'two\nlines\n',
  'no line feed\nat the end',
  '\n\nblank lines\n\n',
  '  indented\n    more\n',
  'EOT\nEOT2\n  EOT3  \n',
  'token: ${x} and %{ if y }\n$${z} $$${z} %%{z} %%%{z}\n',
  '${x}',
  '$${x}',
  '$$$${x}',
  '$',
  '$$\n$\n',
  'price: 5$ {a}\n%\n',
  'C:\\temp\\new "quoted"\n\\${x}\n',
  'a\tb\nc\n',
  'a\r\nb\r\n',
  ...fc.sample(
    fc.array(fc.constantFrom(...PARTS), { maxLength: 12 }).map((parts) => parts.join('')),
    { numRuns: 400, seed: 7 },
  ),
];

describe('a text in HCL', () => {
  // test/conformance/README.md tells how HCL's own parser is asked: it reads each of these as the text it was made from.
  it('is written as it was when the parser of HCL read it back', async () => {
    const pairs = TEXTS.map((text) => JSON.stringify([text, hclValue(text)]));
    await expect(`[\n${pairs.join(',\n')}\n]\n`).toMatchFileSnapshot('../conformance/hcl.json');
  });

  it('stays readable where it has several lines', () => {
    expect(hclValue('rules:\n- level: None\n')).toBe('<<EOT\nrules:\n- level: None\nEOT');
    expect(hclValue('EOT\nx\n')).toBe('<<EOT2\nEOT\nx\nEOT2');
    expect(hclValue('a: ${x}\nb: %{y}\n')).toBe('<<EOT\na: $${x}\nb: %%{y}\nEOT');
  });
});

describe('a block of HCL', () => {
  it('has its attributes aligned, but for those of several lines', () => {
    const text = hclBlock('file_assets', [
      ['name', 'a'],
      ['is_base64', true],
      ['roles', ['Master', 'Node']],
      ['content', 'x\ny\n'],
    ]);
    expect(text).toBe(`file_assets {
  name      = "a"
  is_base64 = true
  roles     = ["Master", "Node"]
  content = <<EOT
x
y
EOT
}
`);
  });
});
