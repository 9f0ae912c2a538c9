import { type YamlNode, readYaml } from '../yaml/read.ts';
import { resolveScalar } from '../yaml/resolve.ts';
import { isCredentialKey } from './credentials.ts';
import { holdsSecret, isContentKey } from './secrets.ts';
import type { Masker } from './mask.ts';
import { maskLines } from './mask-preview.ts';

interface Piece {
  start: number;
  end: number;
  /** What it says. */
  value: string;
}

/**
 * The text of one document of a spec file (YAML or JSON) without what is secret in it, however it is written: read as go-yaml reads it,
 * the content of every file asset that is not an audit policy, and every value of a key that names a credential, give way to
 * `‹secret #1›` where they stand; so do those that only an anchor or a merge brings there. What stands in none of its values
 * (comments) is masked as any text. Never throws: a text that cannot be read is masked line by line.
 */
export function maskSpecText(text: string, masker: Masker): string {
  const isJson = /^\s*\{/.test(text);
  const { root, problem } = readYaml(isJson ? withoutJsonEscapes(text) : text);
  if (problem || !root) return maskLines(text, masker);
  const pieces = inOrder(secretPieces(root, { text, isJson }));
  let masked = '';
  let at = 0;
  for (const { start, end, value } of pieces) {
    masked += masker.text(text.slice(at, start), true) + masker.label(value);
    at = end;
  }
  return masked + masker.text(text.slice(at), true);
}

/** Of pieces that lie in one another the outer one. */
function inOrder(pieces: readonly Piece[]): Piece[] {
  const kept: Piece[] = [];
  for (const piece of pieces.toSorted((a, b) => a.start - b.start || b.end - a.end))
    if (piece.start >= (kept.at(-1)?.end ?? 0)) kept.push(piece);
  return kept;
}

/** What JSON may hold and go-yaml refuses, as letters: each other letter stays in its place. */
export function withoutJsonEscapes(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/\\(?:u[0-9a-fA-F]{4}|[\s\S])|[\x7f-\x9f\ufeff\ufffe\uffff]/g, (each) =>
    /^\\[^u/]/.test(each) ? each : 'x'.repeat(each.length),
  );
}

interface Source {
  text: string;
  isJson: boolean;
}

/** What a scalar says; of JSON as it is written. */
export function saidBy({ value, start, end }: YamlNode, { text, isJson }: Source): string {
  if (!isJson || text[start] !== '"') return value;
  try {
    return String(JSON.parse(text.slice(start, end)));
  } catch {
    return value;
  }
}

function secretPieces(root: YamlNode, source: Source): Piece[] {
  const pieces: Piece[] = [];
  const seen = new Set<YamlNode>();
  const waiting: [node: YamlNode, inAssets: boolean][] = [[root, false]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [node, inAssets] = [targetOf(next[0]), next[1]];
    if (seen.has(node) && !inAssets) continue;
    seen.add(node);
    if (node.kind === 'list') for (const item of node.children) waiting.push([item, inAssets]);
    if (node.kind !== 'map') continue;
    const isSecret = !inAssets || isSecretAsset(node, source);
    for (const [key, value] of entriesOf(node)) {
      const name = saidBy(key, source);
      if (isCredentialKey(name) || (inAssets && isContentKey(name) && isSecret)) hide(value, source, pieces);
      else waiting.push([value, inAssets ? name === '<<' : name.toLowerCase() === 'fileassets']);
    }
  }
  return pieces;
}

function targetOf(node: YamlNode): YamlNode {
  return node.kind === 'alias' && node.target ? node.target : node;
}

/** The keys of a map with their values. */
export function entriesOf({ children }: YamlNode): [YamlNode, YamlNode][] {
  const entries: [YamlNode, YamlNode][] = [];
  for (let at = 0; at + 1 < children.length; at += 2) entries.push([targetOf(children[at]!), children[at + 1]!]);
  return entries;
}

/** Whether one of the contents that a file asset has, by itself or by what is merged into it, must not be shown. */
function isSecretAsset(asset: YamlNode, source: Source): boolean {
  const entries = entriesOf(asset).map(([key, value]) => [saidBy(key, source), targetOf(value)] as const);
  const isBase64 = entries.some(([name, value]) => name === 'isBase64' && isTrue(value));
  return entries.some(([name, value]) => {
    if (!isContentKey(name)) return false;
    return holdsSecret({ content: value.kind === 'scalar' ? saidBy(value, source) : [], isBase64 });
  });
}

function isTrue(node: YamlNode): boolean {
  if (node.kind !== 'scalar') return false;
  try {
    const resolved = resolveScalar(node);
    return resolved.type === 'bool' && resolved.value;
  } catch {
    return false;
  }
}

/** Everything that a node says, keys too where it is no scalar. */
function hide(value: YamlNode, source: Source, pieces: Piece[]): void {
  const node = targetOf(value);
  if (node.kind !== 'scalar') {
    for (const child of node.children) if (child.kind !== 'alias') hide(child, source, pieces);
    return;
  }
  const { start, end } = insideOf(node, source.text);
  const said = saidBy(node, source);
  if (said.trim() !== '' && source.text.slice(start, end).trim() !== '') pieces.push({ start, end, value: said });
}

/** The text of a scalar without its quotes, or without the head of its block. */
function insideOf({ start, end }: YamlNode, text: string): { start: number; end: number } {
  const properties = /^(?:[&!]\S*\s+)*/.exec(text.slice(start, Math.min(end, start + 400)))?.[0].length ?? 0;
  const from = start + properties;
  const first = text[from];
  if (first === '"' || first === "'")
    return { start: from + 1, end: text[end - 1] === first && end - 1 > from ? end - 1 : end };
  if (first !== '|' && first !== '>') return { start: from, end };
  const head = /^[^\r\n]*[\r\n]+[ \t\r\n]*/.exec(text.slice(from, end))?.[0].length;
  return { start: head === undefined ? end : from + head, end };
}
