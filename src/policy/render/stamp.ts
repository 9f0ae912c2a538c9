import { sha256 } from '../../sha256.ts';

/** What the first line of a policy that kops-audit wrote says of it. */
export interface Stamp {
  /** The template's name, or the base name of a person's own file. */
  policy: string;
  /** Of kops-audit. */
  version: string;
  /** The parameters that were given, as text. */
  set: Record<string, string>;
  /** What in the cluster spec was made for auditing and goes with it. */
  made: string[];
  /** The text below the stamp is not what was written. */
  edited: boolean;
}

const MARK = '# kops-audit ';

/** What a policy is called that came on stdin. */
export const STDIN_NAME = 'stdin';

/** Whether a policy in a spec is a template as kops-audit rendered it: what the head of a template says is true of no other policy. */
export function isPlainTemplate({ policy, set, edited }: Stamp): boolean {
  // A person's own file is called by a name with a dot or a slash.
  return !edited && Object.keys(set).length === 0 && !/[./]/.test(policy) && policy !== STDIN_NAME;
}

/** Puts a stamp in front of a policy text: one comment line that ends in a line feed. The text must not have one yet. */
export function stampText(text: string, stamp: Omit<Stamp, 'edited'>): string {
  const { policy, version, made } = stamp;
  const set = Object.fromEntries(Object.entries(stamp.set).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return `${MARK}${printable(JSON.stringify({ policy, version, set, made, sha256: sumOf(text) }))}\n${text}`;
}

/** Puts another stamp on a text that has one, and that is known to be as it was stamped: its sum is not made again. */
export function restamped(text: string, stamp: Omit<Stamp, 'edited'>): string {
  const [line, rest] = cutFirstLine(text);
  const stamped = parse(line)?.['sha256'];
  if (typeof stamped === 'string') SUMS.set(rest, stamped);
  return stampText(rest, stamp);
}

/** The sums of the texts of this run: the same few are asked for again and again. */
const SUMS = new Map<string, string>();
const MOST_KEPT = 16;

function sumOf(text: string): string {
  const sum = SUMS.get(text) ?? sha256(text);
  if (SUMS.size < MOST_KEPT) SUMS.set(text, sum);
  return sum;
}

/** Reads the stamp of a policy text; null where the first line is none. Never throws. */
export function readStamp(text: string): Stamp | null {
  const [line, rest] = cutFirstLine(text);
  const fields = fieldsOf(line);
  if (!fields) return null;
  const { policy, version, set, made, stamped } = fields;
  return { policy, version, set: texts(set), made: Object.values(texts(made)), edited: stamped !== sumOf(rest) };
}

/** Gives a policy text without its stamp. */
export function withoutStamp(text: string): string {
  const [line, rest] = cutFirstLine(text);
  return fieldsOf(line) ? rest : text;
}

function cutFirstLine(text: string): [string, string] {
  const end = text.indexOf('\n');
  return end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + 1)];
}

function fieldsOf(line: string) {
  const { policy, version, set, made, sha256: stamped } = parse(line) ?? {};
  if (typeof policy !== 'string' || typeof version !== 'string' || typeof stamped !== 'string') return null;
  return { policy, version, set, made, stamped };
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith(MARK)) return undefined;
  try {
    const value: unknown = JSON.parse(line.slice(MARK.length));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function texts(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** JSON text in plain characters: a file's name or a value may hold anything, and in a comment only those are safe. */
export function printable(json: string): string {
  return json.replaceAll(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
