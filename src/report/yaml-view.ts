import type { Json, JsonObject } from '../json.ts';
import { compareKeys } from './yaml-key-order.ts';
import { keyText, stringText } from './yaml-scalar.ts';

/**
 * A cluster (or any JSON object) as `kops get -o yaml` prints it, byte for byte, so that a diff of a live cluster reads
 * like the spec its owner knows. Keys are sorted, lists are not indented. For showing only, not for writing.
 * A key of more than 128 characters, or of several lines, would stand behind `? ` in kOps' own output.
 * Source: sigs.k8s.io/yaml as in kOps 1.36 and 1.32; compared with the real kops' output in the tests.
 */
export function specToYaml(spec: JsonObject): string {
  const lines: string[] = [];
  if (Object.keys(spec).length === 0) return '{}\n';
  writeMap(lines, spec, 0);
  return `${lines.join('\n')}\n`;
}

function writeMap(lines: string[], map: JsonObject, indent: number, first?: string): void {
  let lead = first ?? ' '.repeat(indent);
  for (const key of Object.keys(map).toSorted(compareKeys)) {
    writeEntry(lines, `${lead}${keyText(key)}:`, map[key] ?? null, indent);
    lead = ' '.repeat(indent);
  }
}

function writeEntry(lines: string[], lead: string, value: Json, indent: number): void {
  if (isScalar(value)) return writeScalar(lines, lead, value, indent);
  lines.push(lead);
  if (Array.isArray(value)) writeList(lines, value, indent);
  else writeMap(lines, value, indent + 2);
}

function writeList(lines: string[], list: Json[], indent: number, first?: string): void {
  let lead = first ?? ' '.repeat(indent);
  for (const item of list) {
    writeItem(lines, `${lead}-`, item, indent);
    lead = ' '.repeat(indent);
  }
}

function writeItem(lines: string[], lead: string, value: Json, indent: number): void {
  if (isScalar(value)) writeScalar(lines, lead, value, indent);
  else if (Array.isArray(value)) writeList(lines, value, indent + 2, `${lead} `);
  else writeMap(lines, value, indent + 2, `${lead} `);
}

function writeScalar(lines: string[], lead: string, value: Json, indent: number): void {
  const place = { column: lead.length + 1, indent: indent + 2 };
  lines.push(`${lead} ${typeof value === 'string' ? stringText(value, place) : JSON.stringify(value)}`);
}

/** Empty maps and lists stand on the line of their key, as scalars do. */
function isScalar(value: Json): value is null | boolean | number | string | (JsonObject & Record<string, never>) {
  return typeof value !== 'object' || value === null || Object.keys(value).length === 0;
}
