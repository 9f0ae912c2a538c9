import { UserError } from '../../errors.ts';
import type { Section } from './sections.ts';
import { lineOf } from './sections.ts';

/**
 * Finds the objects of a text that is a JSON array, each with its range in the text. Gives undefined for any other text.
 *
 * @throws UserError with the place of an element that is no object.
 */
export function jsonElements(text: string, file: string): Section[] | undefined {
  if (!/^\uFEFF?\s*\[/.test(text) || !isJson(text)) return undefined;
  const elements = topElements(text);
  const strange = elements.find(({ start }) => text[start] !== '{');
  if (strange) {
    const column = strange.start - text.lastIndexOf('\n', strange.start);
    throw new UserError('a JSON list must hold kOps objects and nothing else', {
      place: { file, line: lineOf(text, strange.start), column },
    });
  }
  return elements;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
    return true;
  } catch {
    return false;
  }
}

/** The ranges of what stands one level deep in valid JSON. */
function topElements(text: string): Section[] {
  const elements: Section[] = [];
  let depth = 0;
  let start = -1;
  let end = -1;
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},]|[^\s"[\]{},:\uFEFF]+/g)) {
    const [token] = match;
    if (depth === 1 && (token === ',' || token === ']')) {
      if (start !== -1) elements.push({ start, end });
      start = -1;
    } else if (depth >= 1 && start === -1) {
      start = match.index;
    }
    if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth--;
    end = match.index + token.length;
  }
  return elements;
}
