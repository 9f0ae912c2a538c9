import type { Json } from '../../json.ts';
import { inlineScalar, isLeaf } from './scalars.ts';

/**
 * Writes a value in one line with brackets and braces: `{a: b, c: [d]}` in YAML, `{"a": "b"}` in JSON.
 * @param gap What stands behind colons and commas; in YAML a blank is needed behind a colon.
 */
export function flowText(value: Json, form: 'flow' | 'json', gap = ' '): string {
  if (isLeaf(value)) return inlineScalar(value, form);
  if (Array.isArray(value)) return `[${value.map((item) => flowText(item, form, gap)).join(`,${gap}`)}]`;
  const members = Object.entries(value).map(
    ([key, item]) => `${inlineScalar(key, form)}:${gap}${flowText(item, form, gap)}`,
  );
  return `{${members.join(`,${gap}`)}}`;
}
