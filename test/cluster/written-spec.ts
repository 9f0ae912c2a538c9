import fc from 'fast-check';
import type { Json, JsonObject } from '../../src/json.ts';

/** Random choices, used up one by one; the same numbers give the same text. */
interface Tape {
  /** A number from 0 up to, not including, `count`. */
  pick: (count: number) => number;
}

/** A spec file in a random hand: which Cluster is in it, and how it is written. */
export interface WrittenSpec {
  text: string;
  /** Which of the documents is the Cluster. */
  at: number;
}

/** Spec files with one Cluster and up to two other documents, in as many ways of writing as people have. */
export function writtenSpec(): fc.Arbitrary<WrittenSpec> {
  return fc
    .tuple(fc.array(fc.nat(9999), { minLength: 1, maxLength: 300 }), specValue())
    .map(([numbers, spec]) => writeFile(tapeOf(numbers), spec));
}

/** The same with specs that kOps takes and that have nothing about auditing in them. */
export function firstSpec(): fc.Arbitrary<WrittenSpec> {
  const asset = fc.record({
    name: fc.constantFrom('motd', 'x'),
    path: fc.constantFrom('/etc/motd', '/etc/b'),
    roles: fc.constantFrom(['Master'], ['Master', 'Node'], []),
    content: fc.constantFrom('hello\n', 'a\n\n  b\n', 'x: y', "it's"),
  });
  const server = fc.record(
    {
      anonymousAuth: fc.boolean(),
      featureGates: fc.constant({ A: 'true', B: 'false' }),
      logLevel: fc.nat(9),
      zone: specJson(),
    },
    { requiredKeys: [] },
  );
  const spec = fc.record(
    { api: specJson(), fileAssets: fc.array(asset, { maxLength: 3 }), kubeAPIServer: server, topology: specJson() },
    { requiredKeys: [], noNullPrototype: true },
  ) as fc.Arbitrary<JsonObject>;
  return fc
    .tuple(fc.array(fc.nat(9999), { minLength: 1, maxLength: 300 }), spec)
    .map(([numbers, value]) => writeFile(tapeOf(numbers), value));
}

/** Small JSON values as specs hold them, texts that YAML could take for something else included. */
export function specJson(): fc.Arbitrary<Json> {
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      scalar(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(specKey(), tie('value'), { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<JsonObject>,
    ),
  }));
  return value;
}

function specKey(): fc.Arbitrary<string> {
  return fc.constantFrom(
    'a',
    'auditLogPath',
    'dns',
    'name',
    'path',
    'y',
    '1',
    'kops.k8s.io/x',
    'two words',
    'a: b',
    '~',
    'zz',
  );
}

export const POLICY = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n# all\n- level: Metadata\n';

function scalar(): fc.Arbitrary<Json> {
  return fc.oneof(
    fc.constantFrom<Json>(null, true, false, 0, -1, 30, 1.5, 1e21),
    fc.constantFrom(
      'yes',
      'no',
      'null',
      '~',
      '',
      '-',
      '0123',
      '1e3',
      '12:30',
      '2026-01-02',
      '<<',
      '=',
      '.inf',
      'a: b',
      'a #b',
      '# c',
      '*a',
      '&a',
      '!x',
    ),
    fc.constantFrom(
      '/var/log/audit.log',
      'Master',
      'x y',
      "it's",
      'say "x"',
      'tab\there',
      'ends ',
      ' starts',
      'a\\b',
      '{{ x }}',
      'ä€😀',
      '\u2028',
      '%',
      '@x',
      '- a',
      '[',
      '? a',
    ),
    fc.constantFrom(
      POLICY,
      'a\nb',
      'a\n',
      '\n',
      '\n\n',
      ' a\nb\n',
      '\na\n',
      'a\n\n\n',
      'a\n\n  b\n',
      'a \nb\n',
      '\ta\n',
      '# c\n',
      'a\n---\nb\n',
      'a\r\nb\n',
    ),
  );
}

function specValue(): fc.Arbitrary<JsonObject> {
  const asset = fc.record(
    {
      name: fc.constantFrom('audit', 'x'),
      path: fc.constantFrom('/srv/a.yaml', '/etc/b'),
      roles: fc.constantFrom(['Master'], ['Master', 'ControlPlane'], []),
      content: scalar(),
      isBase64: fc.boolean(),
    },
    { requiredKeys: ['name'] },
  );
  return fc.record(
    {
      api: specJson(),
      fileAssets: fc.oneof(
        { weight: 4, arbitrary: fc.array(asset, { maxLength: 3 }) },
        { weight: 1, arbitrary: fc.constant(null) },
      ) as fc.Arbitrary<Json>,
      kubeAPIServer: fc.oneof(
        {
          weight: 3,
          arbitrary: fc.dictionary(
            fc.constantFrom('anonymousAuth', 'auditLogPath', 'featureGates', 'zone'),
            specJson(),
            { noNullPrototype: true },
          ),
        },
        { weight: 1, arbitrary: fc.constant(null) },
      ) as fc.Arbitrary<Json>,
      kubelet: specJson(),
      topology: specJson(),
    },
    { requiredKeys: [], noNullPrototype: true },
  ) as fc.Arbitrary<JsonObject>;
}

function tapeOf(numbers: readonly number[]): Tape {
  let at = 0;
  return { pick: (count) => (numbers[at++ % numbers.length]! + at) % count };
}

function chance(tape: Tape, outOf: number): boolean {
  return tape.pick(outOf) === 0;
}

function pickOf<T>(tape: Tape, values: readonly T[]): T {
  return values[tape.pick(values.length)]!;
}

interface Hand {
  tape: Tape;
  step: number;
  dash: number;
  /** Comments are written one time in so many. */
  comments: number;
  anchors: { name: string; isMap: boolean }[];
  shuffles: boolean;
  /** As kOps prints: no quotes where none are needed, values beside their keys. */
  plain: boolean;
  /** Only inside the spec: a Cluster's name is wanted. */
  aliases: boolean;
}

function writeFile(tape: Tape, spec: JsonObject): WrittenSpec {
  const cluster = {
    apiVersion: 'kops.k8s.io/v1alpha2',
    kind: 'Cluster',
    metadata: { name: 'one.k8s.local' },
    spec: { kubernetesVersion: '1.31.0', ...spec },
  };
  const before = tape.pick(2);
  const after = tape.pick(2);
  if (chance(tape, 8)) return { text: writeJson(tape, cluster), at: 0 };
  const documents = [
    ...Array.from({ length: before }, () => group(tape)),
    writeDocument(tape, cluster),
    ...Array.from({ length: after }, () => group(tape)),
  ];
  const joint = pickOf(tape, ['---\n', '---\n', '\n---\n\n']);
  let text = documents.join(joint);
  if (chance(tape, 4)) text = `---\n${text}`;
  if (chance(tape, 4)) text = text.replace(/\n+$/, '');
  if (chance(tape, 4)) text = text.replaceAll('\n', '\r\n');
  if (chance(tape, 8)) text = `\uFEFF${text}`;
  return { text, at: before };
}

function group(tape: Tape): string {
  return writeDocument(tape, {
    apiVersion: 'kops.k8s.io/v1alpha2',
    kind: 'InstanceGroup',
    metadata: { name: 'nodes' },
    spec: { role: 'Node', text: POLICY },
  });
}

function writeJson(tape: Tape, value: Json): string {
  const [indent, tail] = [pickOf(tape, [undefined, 2, 4, '\t']), pickOf(tape, ['', '\n'])];
  return JSON.stringify(value, null, indent) + tail;
}

function writeDocument(tape: Tape, value: JsonObject): string {
  const step = pickOf(tape, [2, 2, 4, 3]);
  const hand: Hand = {
    tape,
    step,
    dash: pickOf(tape, [0, 0, 2, step]),
    comments: pickOf(tape, [2, 4, 100]),
    anchors: [],
    shuffles: chance(tape, 2),
    plain: chance(tape, 3),
    aliases: false,
  };
  const head = chance(tape, 3) ? '# head\n\n' : '';
  return `${head}${blockMap(hand, value, 0)}${chance(tape, 4) ? '# end\n' : ''}${chance(tape, 8) ? '...\n' : ''}`;
}

function blockMap(hand: Hand, map: JsonObject, column: number): string {
  const keys = Object.keys(map);
  if (hand.shuffles)
    keys.sort((a, b) => (a + a.length * 7).length - (b + b.length * 3).length || hand.tape.pick(3) - 1);
  const merge = hand.anchors.find(({ isMap }) => isMap);
  const merged = merge && hand.aliases && chance(hand.tape, 6) ? `${' '.repeat(column)}<<: *${merge.name}\n` : '';
  const inside = (key: string): Hand => (column === 0 ? { ...hand, aliases: key === 'spec' } : hand);
  return (
    merged +
    keys
      .map(
        (key) =>
          `${remark(hand, column)}${' '.repeat(column)}${keyText(hand, key)}:${member(inside(key), map[key]!, column)}`,
      )
      .join('') +
    remark(hand, column, 6)
  );
}

function blockList(hand: Hand, list: Json[], column: number): string {
  return (
    list.map((item) => `${remark(hand, column)}${' '.repeat(column)}-${listItem(hand, item, column)}`).join('') +
    remark(hand, column, 6)
  );
}

function member(hand: Hand, value: Json, column: number): string {
  const alias = aliasText(hand, column);
  if (alias) return alias;
  if (!isFilled(value) || inBrackets(hand, value)) return inlineValue(hand, value, column);
  const inner = Array.isArray(value)
    ? blockList(hand, value, column + hand.dash)
    : blockMap(hand, value as JsonObject, column + hand.step);
  return `${anchorText(hand, column, !Array.isArray(value))}${trailing(hand)}\n${inner}`;
}

function listItem(hand: Hand, value: Json, column: number): string {
  if (!isFilled(value) || inBrackets(hand, value)) return inlineValue(hand, value, column);
  if (Array.isArray(value) || chance(hand.tape, 6)) {
    const deeper = column + pickOf(hand.tape, [2, hand.step]);
    return `${trailing(hand)}\n${Array.isArray(value) ? blockList(hand, value, deeper) : blockMap(hand, value as JsonObject, deeper)}`;
  }
  const gap = pickOf(hand.tape, [1, 1, 1, 3]);
  const text = blockMap({ ...hand, comments: hand.comments }, value as JsonObject, column + 1 + gap);
  const clean = text.replace(/^(?: *(?:#.*)?\n)+/, '');
  return ' '.repeat(gap) + clean.trimStart();
}

function inlineValue(hand: Hand, value: Json, column: number): string {
  if (typeof value === 'string' && value.includes('\n') && !chance(hand.tape, 4)) {
    const block = blockText(hand, value, column);
    if (block) return block;
  }
  if (value === null && chance(hand.tape, 2)) return `${trailing(hand)}\n`;
  const gap = hand.plain ? ' ' : pickOf(hand.tape, [' ', ' ', '  ', `\n${' '.repeat(column + 1)}`]);
  return `${gap.includes('\n') ? '' : anchorText(hand, column, false)}${gap}${bracketText(hand, value, column)}${trailing(hand)}\n`;
}

function bracketText(hand: Hand, value: Json, column: number): string {
  const { tape } = hand;
  if (!isFilled(value))
    return Array.isArray(value)
      ? pickOf(tape, ['[]', '[ ]'])
      : typeof value === 'object' && value
        ? pickOf(tape, ['{}', '{ }'])
        : scalarText(tape, value, true);
  const isVertical = chance(tape, 3);
  const parts = Array.isArray(value)
    ? value.map((item) => bracketText(hand, item, column + 2))
    : Object.entries(value).map(([key, item]) => `${keyText(hand, key)}: ${bracketText(hand, item, column + 2)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (!isVertical)
    return `${open}${pickOf(tape, ['', ' '])}${parts.join(pickOf(tape, [', ', ', ', ',   ']))}${pickOf(tape, ['', ' '])}${close}`;
  const indent = `\n${' '.repeat(column + 2)}`;
  const lines = parts.map(
    (part, at) => indent + part + (at < parts.length - 1 || chance(tape, 2) ? ',' : '') + trailing(hand),
  );
  return `${open}${lines.join('')}\n${' '.repeat(column + 1)}${close}`;
}

function isFilled(value: Json): value is Json[] | JsonObject {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function inBrackets({ tape }: Hand, value: Json): boolean {
  return chance(tape, 5) && !JSON.stringify(value).includes('\\r');
}

function keyText({ tape, plain }: Hand, key: string): string {
  if (!/^[A-Za-z][\w./]*$/.test(key) || key === 'y') return pickOf(tape, [JSON.stringify(key), `'${key}'`]);
  return plain ? key : pickOf(tape, [key, key, key, `"${key}"`, `'${key}'`]);
}

function scalarText(tape: Tape, value: Json, inFlow: boolean): string {
  if (typeof value !== 'string') return value === null ? pickOf(tape, ['null', '~']) : JSON.stringify(value);
  const isPlain = /^[A-Za-z/][\w./]*$/.test(value) && !/^(yes|no|null|y|n)$/.test(value);
  const quoted = JSON.stringify(value).replaceAll('\u2028', '\\u2028');
  const single = /^[^\n\r\t\u2028]*$/.test(value) ? [`'${value.replaceAll("'", "''")}'`] : [];
  return pickOf(tape, [quoted, ...single, ...(isPlain ? [value, value, value] : []), ...(inFlow ? [] : [quoted])]);
}

function blockText(hand: Hand, value: string, column: number): string | undefined {
  if (/[\t\r\u2028]| \n| $/.test(value) || !value.trim()) return undefined;
  const deeper = column + pickOf(hand.tape, [2, hand.step, 5]);
  const body = value.replace(/\n+$/, '');
  const newlines = value.length - body.length;
  const blank = newlines > 1 ? '\n'.repeat(newlines - 1) : chance(hand.tape, 4) ? '\n' : '';
  const chomping = ['-', '', '+'][Math.min(newlines, 2)]!;
  const indicator = /^[ \n]/.test(body) ? String(deeper - column) : '';
  const lines = body.split('\n').map((line) => `${line === '' ? '' : ' '.repeat(deeper)}${line}\n`);
  return ` |${indicator}${chomping}${trailing(hand)}\n${lines.join('')}${blank}`;
}

function remark(hand: Hand, column: number, rarity = 1): string {
  if (!chance(hand.tape, hand.comments * rarity)) return '';
  const deep = pickOf(hand.tape, [column, column, column, Math.max(0, column - 2), column + 2, column + 6]);
  return pickOf(hand.tape, [
    '\n',
    `${' '.repeat(deep)}# remark\n`,
    `\n${' '.repeat(deep)}# - name: x\n\n`,
    `${' '.repeat(deep)}# one\n${' '.repeat(deep)}#   two\n`,
  ]);
}

function trailing(hand: Hand): string {
  return chance(hand.tape, hand.comments) ? pickOf(hand.tape, [' # why', '   # "x"', ' #']) : '';
}

// Made when the value is written, so that it does not contain itself.
function anchorText(hand: Hand, column: number, isMap: boolean): string {
  if (column === 0 || !chance(hand.tape, 10)) return '';
  const name = `a${hand.anchors.length}`;
  hand.anchors.push({ name, isMap });
  return ` &${name}`;
}

function aliasText(hand: Hand, column: number): string | undefined {
  if (!hand.aliases || column === 0 || hand.anchors.length === 0 || !chance(hand.tape, 8)) return undefined;
  return ` *${pickOf(hand.tape, hand.anchors).name}${trailing(hand)}\n`;
}
