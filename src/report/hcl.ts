import type { Json } from '../json.ts';

/** A block of HCL, its attributes aligned as `terraform fmt` does, with a final newline. */
export function hclBlock(name: string, attributes: readonly (readonly [string, Json])[]): string {
  const runs = aligned(attributes);
  return `${name} {\n${runs.map((line) => `  ${line}\n`).join('')}}\n`;
}

/** What stands over several lines is not aligned with the others. */
function aligned(attributes: readonly (readonly [string, Json])[]): string[] {
  const texts = attributes.map(([key, value]) => [key, hclValue(value)] as const);
  const width = Math.max(0, ...texts.filter(([, text]) => !text.includes('\n')).map(([key]) => key.length));
  return texts.map(([key, text]) => `${text.includes('\n') ? key : key.padEnd(width)} = ${text}`);
}

/**
 * A value as HCL 2 reads it back: text of several lines as a heredoc, which has only one kind of escape and stays readable; any other
 * text in quotes. Source: `hclsyntax/scan_tokens.rl` and `parser.go` of hashicorp/hcl v2.24.0; compared with what that makes of it in
 * `test/conformance/hcl.json`.
 */
export function hclValue(value: Json): string {
  if (typeof value === 'string') return /\n.*\n$/s.test(value) && HEREDOC.test(value) ? heredoc(value) : quoted(value);
  if (Array.isArray(value)) return `[${value.map(hclValue).join(', ')}]`;
  return JSON.stringify(value);
}

/** A heredoc ends with a line feed, and holds no other control character. */
const HEREDOC = /^[^\0-\x08\x0b-\x1f\x7f\u2028\u2029]*$/;

function heredoc(text: string): string {
  const lines = new Set(text.split('\n').map((line) => line.trim()));
  let marker = 'EOT';
  for (let count = 2; lines.has(marker); count++) marker = `EOT${count}`;
  return `<<${marker}\n${withoutTemplates(text)}${marker}`;
}

function quoted(text: string): string {
  return `"${withoutTemplates(text.replaceAll(SPECIAL, escaped))}"`;
}

const SPECIAL = /["\\\0-\x1f\x7f\u2028\u2029]/g;

const SHORT: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(character: string): string {
  return SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** `${` and `%{` begin a template, and `$${` is the first of them; of `$$${` no reader is sure, so a run of signs goes in as a string. */
function withoutTemplates(text: string): string {
  return text.replaceAll(/([$%])\1*\{/g, (run, sign: string) =>
    run.length === 2 ? `${sign}${run}` : `\${"${run.slice(0, -1)}"}{`,
  );
}
