import { readYaml } from '../yaml/read.ts';
import { isCredentialKey } from './credentials.ts';
import { holdsSecret } from './secrets.ts';
import type { Masker } from './mask.ts';

/**
 * The text of kops' preview without what is secret in it, told by where it stands, as a removed line may hold what nobody told us: the
 * contents of file assets in the diffs that kops prints (`pkg/diff/diff.go`, `upup/pkg/fi/dryrun_target.go`, release 1.36), and values
 * of keys that name a credential. Shown is a content that is whole there and certain to be an audit policy. kops leaves out lines
 * (`...`), so a part of a diff may begin inside of a content: there a line is shown that is no deeper than a key of a file asset, or
 * that is known.
 *
 * @param known lines that are shown already, trimmed: those of the masked specs before and after.
 */
export function maskPreview(text: string, masker: Masker, known: ReadonlySet<string>): string {
  return masked(text.split('\n'), masker, known).join('\n');
}

/** The same for any lines of YAML that no reader can make sense of: what is said by where a line stands is enough here. */
export function maskLines(text: string, masker: Masker): string {
  const lead = `  \t\t  `;
  const lines = ['  Text/x', ...text.split('\n').map((line) => lead + line)];
  const shown = masked(lines, masker, new Set()).slice(1);
  return shown.map((line) => line.slice(lead.length)).join('\n');
}

type Sign = ' ' | '+' | '-';

interface Line {
  raw: string;
  sign: Sign;
  /** Where its text begins, behind the mark of the diff and blanks. */
  column: number;
  body: string;
  /** Where a diff line as kops prints it begins; undefined: it is printed in some other way. */
  base: number | undefined;
}

/** A key whose value is secret, or may be, and the lines that belong to it on one side of the diff. */
interface Block {
  column: number;
  /** The line with its key. */
  head: Line;
  /** What stands behind the key. */
  rest: string;
  isContent: boolean;
  lines: Line[];
  isWhole: boolean;
}

interface Side {
  block: Block | undefined;
  /** Lines were left out: we may be inside of a content that began before. */
  isUnsure: boolean;
}

interface Scan {
  sides: Record<'-' | '+', Side>;
  /** How deep the text of a file asset's content is at least. */
  depth: number;
  inResource: boolean;
  isDeleting: boolean;
  /** For each line the blocks that it is in or begins, or `unsure`. */
  marks: (Block | 'unsure' | 'hidden')[][];
}

const FIELD = /^ {2}\t([^\t]*)(\t|$)/;
const RESOURCE = /^ {2}[A-Z]\w*\/\S/;
const HEADING = /^(?:Will|Items) .*:$/;
const VERDICT = /^(?:Must specify --yes to apply changes|No changes need to be applied)$/;
const DUMP = /^ {3} (?:actual|expect|change): /;
const KEY = /^((?:- +)*)(["']?)([\w-]+)\2 *:(?: +|$)/;

function masked(texts: readonly string[], masker: Masker, known: ReadonlySet<string>): string[] {
  const scan: Scan = {
    sides: fresh(false),
    depth: 4,
    inResource: false,
    isDeleting: false,
    marks: texts.map(() => []),
  };
  const lines = texts.map(lineOf);
  lines.forEach((line, index) => look(scan, line, index));
  return lines.flatMap((line, index) => show(line, index, scan.marks, lines, masker, known));
}

function fresh(isUnsure: boolean): Scan['sides'] {
  return { '-': { block: undefined, isUnsure }, '+': { block: undefined, isUnsure } };
}

function lineOf(raw: string): Line {
  const field = FIELD.exec(raw);
  const base = field?.[2] === '\t' ? field[0].length : undefined;
  const [, lead = '', mark = ''] = /^([ \t]*)([+-](?=[ \t]|$))?/.exec(raw.slice(base ?? 0)) ?? [];
  const isMark = mark !== '' && (base === undefined || lead === '');
  const from = (base ?? 0) + (isMark ? lead.length + 1 : 0);
  const column = from + (/^[ \t]*/.exec(raw.slice(from))?.[0].length ?? 0);
  return { raw, sign: isMark ? (mark as Sign) : ' ', column, body: raw.slice(column).trimEnd(), base };
}

function look(scan: Scan, line: Line, index: number): void {
  const { raw, base } = line;
  if (HEADING.test(raw) || VERDICT.test(raw) || RESOURCE.test(raw) || raw.trim() === '') return begin(scan, raw);
  if (!scan.inResource || scan.isDeleting) return;
  if (DUMP.test(raw)) return void scan.marks[index]?.push('hidden');
  const name = FIELD.exec(raw)?.[1]?.trim() ?? '';
  if (name !== '') {
    scan.sides = fresh(false);
    if (/^(?:Contents|UserData|Data)$/.test(name) && base !== undefined && !/^\s*$|<resource>/.test(raw.slice(base)))
      scan.marks[index]?.push('hidden');
    return;
  }
  if (line.body === '...' && (base === undefined || line.column === base)) return cut(scan);
  for (const sign of ['-', '+'] as const)
    if (line.sign === ' ' || line.sign === sign) lookAt(scan, scan.sides[sign], line, index);
}

/** A heading, a resource, or nothing: what comes after it has nothing to do with what was before. */
function begin(scan: Scan, raw: string): void {
  if (raw.trim() === '' && scan.inResource && !/^$/.test(raw)) return;
  scan.sides = fresh(true);
  if (HEADING.test(raw)) scan.isDeleting = raw.startsWith('Items') || raw.startsWith('Will delete');
  scan.inResource = RESOURCE.test(raw) || (scan.inResource && raw === '');
  if (RESOURCE.test(raw)) scan.depth = depthIn(raw);
}

/** In the spec of a cluster a content is below `spec` and `fileAssets`, in what an instance gets below `FileAssets`; add-ons have none. */
function depthIn(resource: string): number {
  if (/^ {2}ManagedFile\/\S*(?:-addons-|bootstrap-channel|manifests-)/.test(resource)) return Infinity;
  return /cluster(?:-completed)?\.spec/.test(resource) ? 6 : 4;
}

function cut({ sides }: Scan): void {
  for (const side of [sides['-'], sides['+']]) {
    if (side.block) side.block.isWhole = false;
    side.isUnsure = true;
  }
}

function lookAt(scan: Scan, side: Side, line: Line, index: number): void {
  const marks = scan.marks[index] ?? [];
  if (side.block && (line.body === '' || line.column > side.block.column)) {
    side.block.lines.push(line);
    if (!marks.includes(side.block)) marks.push(side.block);
    return;
  }
  if (side.block && !side.isUnsure) side.block.isWhole = true;
  side.block = undefined;
  if (line.body === '') return;
  side.isUnsure &&= mayBeInside(scan, line);
  if (side.isUnsure) marks.push('unsure');
  const [lead = '', dashes = '', , key = ''] = KEY.exec(line.body) ?? [];
  const isContent = /^content$/i.test(key);
  if (!isContent && !isCredentialKey(key)) return;
  const rest = line.body.slice(lead.length);
  side.block = { column: line.column + dashes.length, head: line, rest, isContent, lines: [], isWhole: false };
  marks.push(side.block);
}

/** Of what is not printed as kops prints it the depth tells nothing. */
function mayBeInside({ depth }: Scan, { base, column }: Line): boolean {
  return base === undefined || column - base - 2 >= depth;
}

/** The line as it is shown; of several that are masked in a row the first. */
function show(
  line: Line,
  index: number,
  marks: Scan['marks'],
  lines: readonly Line[],
  masker: Masker,
  known: ReadonlySet<string>,
): string[] {
  const isHidden = (at: number): boolean => (marks[at] ?? []).some((mark) => hides(mark, lines[at]!, known));
  if (!isHidden(index)) return [masker.text(line.raw)];
  const block = marks[index]?.find((mark): mark is Block => typeof mark === 'object');
  const head = block?.head === line ? line.body.length - block.rest.length : 0;
  const value = block ? valueOf(block) : line.body;
  const before = lines[index - 1];
  const goesOn = head === 0 && before?.sign === line.sign && isHidden(index - 1) && before.body !== '';
  return goesOn ? [] : [line.raw.slice(0, line.column + head) + masker.label(value || line.body)];
}

function hides(mark: Block | 'unsure' | 'hidden', line: Line, known: ReadonlySet<string>): boolean {
  if (line.body === '') return false;
  if (mark === 'hidden') return true;
  if (mark === 'unsure') return !known.has(line.body.trim());
  const isHead = mark.head === line;
  if (isHead && (/^(?:[|>][-+\d]*)?$/.test(mark.rest) || /^(?:""|''|null|~|true|false)$/.test(mark.rest))) return false;
  if (mark.isContent && mark.isWhole) return holdsSecret({ content: valueOf(mark) });
  return !mark.isContent || isHead || !known.has(line.body.trim());
}

const values = new WeakMap<Block, string>();

/** What a block says; its lines as they stand where that cannot be told. */
function valueOf(block: Block): string {
  const there = values.get(block);
  if (there !== undefined) return there;
  const rows = block.lines.map(({ raw }) => raw.slice(block.column).replace(/^(?=\S)/, ' '));
  const { root, problem } = readYaml([`k: ${block.rest}`, ...rows, ''].join('\n'));
  const node = root?.children[1];
  const value = !problem && node?.kind === 'scalar' ? node.value : [block.rest, ...rows].join('\n').trim();
  values.set(block, value);
  return value;
}
