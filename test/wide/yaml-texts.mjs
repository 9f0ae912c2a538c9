// Random YAML texts, sound and broken: changed texts of the corpus, printed trees, and pieces of syntax in any order.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MOST = 1500;

const PIECES = [
  [...'[]{},:?-!&*|>\'"#%@`~=.<\\ \t\n\r0123456789abnyeEx+_/'],
  ['- ', ': ', '? ', ':\n', '\n ', '\n  ', '\n- ', ' #', '\n#', '# x\n', '---', '\n---\n', '\n...\n', '--- ', '...'],
  ['&a ', '*a', '&b', '*b ', '<<: *a', '<<: [*a, *b]', '<<', '<<: {a: 1}', '!!str ', '!!int ', '!!bool ', '!!float '],
  ['!!null ', '!!binary ', '!!timestamp ', '!!map ', '!!seq ', '!!set ', '!!merge ', '! ', '!t ', '!e!x ', '!<tag:x> '],
  ['%YAML 1.1\n', '%YAML 1.2\n', '%TAG ! tag:x,1:\n', '%TAG !e! tag:e:\n', '%x\n', '%41', '!%C3%A9 ', '!<%41> '],
  ['|\n', '>\n', '|-\n', '>+\n', '|2\n', '>1-\n', '|+1\n', '|0\n', '| # x\n', '>\n\n  a\n   b\n\n  c\n'],
  [
    'true',
    'No',
    'on',
    'NULL',
    'null',
    '~',
    '.inf',
    '-.INF',
    '.nan',
    '0x1F',
    '0b101',
    '0b-1',
    '0o17',
    '017',
    '09',
    '1_000',
  ],
  [
    '1e3',
    '1.5',
    '.5',
    '-.5e-3',
    '1.',
    '+12',
    '-0',
    '1:30',
    '9223372036854775808',
    '18446744073709551616',
    '-9223372036854775808',
  ],
  [
    '2026-01-02',
    '2026-1-2 3:4:5',
    '2026-01-02T03:04:05Z',
    '2026-02-30',
    '2026-01-02t03:04:05.6+01:00',
    '2026-01-02 03:04:05',
  ],
  [
    'aGk=',
    'aGk',
    '"\\x41"',
    '"\\u00e9"',
    '"\\U0001F600"',
    '"\\q"',
    '"\\ud800"',
    '"a\\\n  b"',
    '"\\/"',
    "'it''s'",
    '"a\n\n b"',
  ],
  ['\u0085', '\u2028', '\u2029', '\ufeff', 'é', '😀', '\0', '\u0007', '\u007f', '\u0080', '\u00a0', '\ufffe', '\u200b'],
  [
    'key: value',
    'a: b',
    '{a: b}',
    '[a, b]',
    '"a": b',
    "'a': b",
    '? a\n: b',
    '{a: b, a: c}',
    '{? a, b}',
    '[a: b]',
    '[? a : b]',
  ],
  [
    '{"a":1}',
    '{a}',
    '{a: }',
    '{: a}',
    '[,]',
    '[a,]',
    'a:b',
    'http://x',
    '- - a',
    '-a',
    '-\ta',
    'a #b',
    'a# b',
    "a'b",
    '@a',
    '`a',
  ],
].flat();

/** Makes the seeds of the texts: recorded policies and specs, templates, short ones first. */
export function readCorpus() {
  const json = (file) => JSON.parse(readFileSync(`${ROOT}test/conformance/${file}`, 'utf8'));
  const policies = [...json('policy-decode.json'), ...json('policy-decode-fuzz.json')];
  const folder = `${ROOT}templates/policies/`;
  return [
    ...policies.map(({ yaml, yamlBase64 }) => yaml ?? Buffer.from(yamlBase64 ?? '', 'base64').toString('utf8')),
    ...json('policy-vectors.json').mutants.flatMap(({ yaml }) => (yaml ? [yaml] : [])),
    ...json('spec-decode.json').map(({ text }) => text),
    ...json('webhook-config.json').flatMap(({ text, config }) =>
      [text, config].filter((one) => typeof one === 'string'),
    ),
    ...readdirSync(folder)
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => readFileSync(folder + file, 'utf8')),
  ].map((text) => text.slice(0, MOST));
}

/** One text, as bytes. */
export function randomBytes(random, corpus) {
  const kind = random();
  const text = kind < 0.5 ? changed(random, corpus) : kind < 0.75 ? soup(random) : tree(random);
  return encoded(random, random() < 0.06 ? `#${'x'.repeat(480 + below(random, 40))}\n${text}` : text);
}

function below(random, count) {
  return Math.floor(random() * count);
}

function pick(random, list) {
  return list[below(random, list.length)];
}

function soup(random) {
  return Array.from({ length: 1 + below(random, 14) }, () => pick(random, PIECES)).join(random() < 0.2 ? ' ' : '');
}

function changed(random, corpus) {
  let text = pick(random, corpus);
  for (let left = 1 + below(random, 4); left > 0; left--) text = pick(random, CHANGES)(text, random, corpus);
  return text;
}

const CHANGES = [
  insert,
  insert,
  insert,
  (text, random) => replaceAt(text, random, 1, pick(random, PIECES)),
  (text, random) => replaceAt(text, random, 1 + below(random, 12), ''),
  (text, random) => text.slice(0, below(random, text.length + 1)),
  (text, random, corpus) => replaceAt(text, random, 0, part(pick(random, corpus), random)),
  (text, random) => replaceAt(text, random, 0, part(text, random)),
  (text, random) => onLine(text, random, (line) => ' '.repeat(1 + below(random, 3)) + line),
  (text, random) => onLine(text, random, (line) => line.replace(/^ +/, (blanks) => blanks.slice(below(random, 3)))),
  (text, random) => onLine(text, random, (line) => line.replace(/: (.*)$/, (_, rest) => `: ${asScalar(random, rest)}`)),
  (text, random) => onLine(text, random, (line) => `${line}\n${line}`),
  (text, random) => text.replaceAll('\n', pick(random, ['\r\n', '\r', '\u0085', '\u2028', '\n\n'])),
];

function insert(text, random) {
  return replaceAt(text, random, 0, pick(random, PIECES));
}

function replaceAt(text, random, width, by) {
  const at = below(random, text.length + 1);
  return text.slice(0, at) + by + text.slice(at + width);
}

function part(text, random) {
  const at = below(random, text.length + 1);
  return text.slice(at, at + below(random, 60));
}

function onLine(text, random, change) {
  const lines = text.split('\n');
  const at = below(random, lines.length);
  return lines.with(at, change(lines[at])).join('\n');
}

function tree(random) {
  const value = node(random, 0);
  return (
    (random() < 0.1 ? '--- ' : '') +
    (value.startsWith('\n') ? value.slice(1) : value) +
    pick(random, ['', '\n', '\n# x\n'])
  );
}

// A value as it stands behind "key:" or "-".
function node(random, depth) {
  const properties =
    random() < 0.15 ? pick(random, ['&a ', '&b ', '!!str ', '!t ', '! ', '!!map ', '!!seq ', '&a !!str ']) : '';
  const kind = random();
  if (depth > 4 || kind < 0.45)
    return properties + (random() < 0.06 ? pick(random, ['*a', '*b']) : asScalar(random, word(random)));
  if (kind < 0.6) return properties + flow(random, depth + 1);
  const indent = `\n${' '.repeat(depth * 2)}`;
  const count = 1 + below(random, 3);
  const entries = Array.from({ length: count }, () =>
    kind < 0.75 ? `- ${item(random, depth)}` : entry(random, depth),
  );
  return properties + entries.map((text) => indent + text + pick(random, ['', '', '', ' # c', ' '])).join('');
}

function item(random, depth) {
  return node(random, depth + 1);
}

function entry(random, depth) {
  if (random() < 0.06) return `<<: ${pick(random, ['*a', '[*a, *b]', '{x: y}'])}`;
  if (random() < 0.05) return `? ${node(random, depth + 1)}\n${' '.repeat(depth * 2)}: ${node(random, depth + 1)}`;
  return `${asScalar(random, word(random), true)}: ${node(random, depth + 1)}`;
}

function flow(random, depth) {
  const inner = () => (depth > 3 || random() < 0.7 ? asScalar(random, word(random), true) : flow(random, depth + 1));
  const gap = pick(random, ['', ' ', '\n  ', ' # c\n  ']);
  const items = Array.from({ length: below(random, 4) }, () => (random() < 0.5 ? `${inner()}: ${inner()}` : inner()));
  const [open, close] = random() < 0.5 ? '[]' : '{}';
  return open + gap + items.join(`,${gap || ' '}`) + gap + close;
}

function word(random) {
  return random() < 0.5
    ? pick(random, ['a', 'b', 'x y', 'level', 'é', 'a: b', '', ' a', "it's"])
    : pick(random, PIECES);
}

function asScalar(random, text, onOneLine = false) {
  const kind = random();
  if (kind < 0.5) return text;
  if (kind < 0.65) return `'${text.replaceAll("'", "''")}'`;
  if (kind < 0.85 || onOneLine) return JSON.stringify(text);
  return `${pick(random, ['|', '>', '|-', '>+', '|2'])}\n${' '.repeat(2 + below(random, 10))}${text}`;
}

function encoded(random, text) {
  const kind = random();
  if (kind < 0.02) return Buffer.from(`\ufeff${text}`, 'utf16le');
  if (kind < 0.04) return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
  const bytes = Buffer.from(kind < 0.06 ? `\ufeff${text}` : text);
  if (kind < 0.1 && bytes.length > 0) bytes[below(random, bytes.length)] = below(random, 256);
  return kind > 0.98 ? bytes.subarray(0, below(random, bytes.length + 1)) : bytes;
}
