import type { JsonNode, Path, Stretch } from '../../yaml/json-node.ts';
import type { Positions, TextRange } from '../../yaml/positions.ts';

/** A place of a text that a template language fills in. */
export interface TemplateMark {
  offset: number;
  /** What it looks like, and the language where that tells it: `{{ }}`, `{% %} (Jinja)`. */
  marks: string;
  /** How it is filled in. */
  hint: string;
}

interface Language {
  marks: string;
  /** What the language writes, wherever it stands. */
  mark: RegExp;
  /** A whole line, or the begin of a value without quotes, that no YAML has. */
  structure: RegExp;
  hint: string;
}

const RENDER = 'Render it first, and give the result.';
const TERRAFORM = 'Render it first, with `templatefile` of Terraform, and give the result.';
const VALUE = String.raw`^[ \t]*(?:- +)*(?:[\w."'/-]+:[ \t]+)?`;

/** Those that say most about the language come first. */
const LANGUAGES: readonly Language[] = [
  { marks: '{% %} (Jinja)', mark: /\{[%#][-+ ]/g, structure: /^[ \t]*\{[%#]/gm, hint: RENDER },
  { marks: '%{ } (Terraform)', mark: /%\{/g, structure: /^[ \t]*%\{/gm, hint: TERRAFORM },
  { marks: '<% %> (ERB)', mark: /<%/g, structure: new RegExp(`${VALUE}<%`, 'gm'), hint: RENDER },
  {
    marks: '{{ }}',
    mark: /\{\{/g,
    structure: new RegExp(String.raw`${VALUE}\{\{`, 'gm'),
    hint: 'Render it first, with `kops toolbox template` or whatever fills it in, and give the result.',
  },
  { marks: '${ } (Terraform)', mark: /\$\{/g, structure: /^[ \t]*(?:- +)?\$\{[^\n]*\}[ \t]*$/gm, hint: TERRAFORM },
];

/** What else can be done where it is the template of a Cluster. */
export const PASTE_BLOCKS = 'Or paste what `kops-audit enable --blocks yaml` prints into the template.';

/**
 * Finds why a text that is no YAML is a template: the line that can't be read has a mark of a template language, or some line is one that
 * only such a language has. Undefined where it is none.
 */
export function templateMark(text: string, offset: number): TemplateMark | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const line = text.slice(start, end === -1 ? undefined : end);
  return firstMark(line, start, 'mark') ?? firstMark(text, 0, 'structure');
}

function firstMark(text: string, start: number, where: 'mark' | 'structure'): TemplateMark | undefined {
  for (const { marks, hint, ...language } of LANGUAGES) {
    const [found] = text.matchAll(language[where]);
    if (!found) continue;
    const inner = found[0].search(language.mark);
    return { offset: start + found.index + Math.max(0, inner), marks, hint };
  }
  return undefined;
}

/** What a value looks like that is still to be filled in. */
const PLACEHOLDERS: readonly (Omit<TemplateMark, 'offset'> & { mark: RegExp })[] = [
  { marks: '{% %} (Jinja)', mark: /\{%|\{#[-+ ]/, hint: RENDER },
  { marks: '%{ } (Terraform)', mark: /%\{/, hint: TERRAFORM },
  { marks: '<% %> (ERB)', mark: /<%/, hint: RENDER },
  { marks: '{{ }}', mark: /\{\{/, hint: RENDER },
  {
    marks: '${ } (Terraform or envsubst)',
    mark: /\$\{/,
    hint: 'Render it first, with `templatefile` of Terraform or `envsubst`, and give the result.',
  },
  {
    marks: '$NAME (envsubst)',
    mark: /(?<![\w$])\$[A-Z_][A-Z0-9_]*(?!\w)/,
    hint: 'Render it first, with `envsubst`, and give the result.',
  },
];

/** Why a value that can't hold such marks is a placeholder of a template; undefined where it is none. */
export function placeholderIn(value: string): Omit<TemplateMark, 'offset'> | undefined {
  const found = PLACEHOLDERS.find(({ mark }) => mark.test(value));
  return found && { marks: found.marks, hint: found.hint };
}

/** What to do about a value that is wrong because it is a placeholder; undefined where it is none. */
export function renderFirst(value: string): string | undefined {
  const found = placeholderIn(value);
  return found && `This is a template with ${found.marks}. ${found.hint}`;
}

/** A comment that is nothing but a directive of a language that does not know YAML's comments, so that it is followed all the same. */
const DIRECTIVE =
  /(?<=^|[ \t])#+[ \t]*(?:%\{~?[ \t]*(?:if|else|endif|for|endfor)\b[^}\n]*\}|\{%[-+]?[ \t]*(?:if|elif|else|endif|for|endfor|set|include)\b[^%\n]*%\})[ \t]*$/m;

/** Finds the first comment that is a directive of a template; one that merely speaks of such marks is none. */
export function directiveComment(text: string): TemplateMark | undefined {
  const found = DIRECTIVE.exec(text);
  const language = found && placeholderIn(found[0]);
  return language ? { ...language, offset: found.index } : undefined;
}

/** A part of a policy that a template language is still to fill in. */
export interface Placeholder {
  /** In words: `item 1 of users of rule 2`. */
  name: string;
  range: TextRange;
  /** What it looks like, and how it is filled in. */
  marks: string;
  hint: string;
}

/** Where a policy's own values stand; what is beside them (annotations, keys that are not known) can be meant as it is. */
const PARTS: ReadonlySet<unknown> = new Set(['apiVersion', 'kind', 'rules', 'omitStages', 'omitManagedFields']);

/** The placeholders of a policy, in the order of its parts. Each part is looked at once, also where aliases bring it in again. */
export function placeholdersOf(root: JsonNode | null, positions: Positions): Placeholder[] {
  const found: Placeholder[] = [];
  const seen = new Set<JsonNode>();
  const tell = ({ start, end }: Stretch, text: string, path: Path): void => {
    const placeholder = text.includes('\n') ? undefined : placeholderIn(text);
    if (placeholder) found.push({ ...placeholder, name: nameOf(path), range: positions.range(start, end) });
  };
  const visit = (node: JsonNode, path: Path): void => {
    if (seen.has(node) || path.length > DEEPEST) return;
    seen.add(node);
    if (node.kind === 'string') tell(node, node.value, path);
    if (node.kind === 'list') for (const [at, item] of node.items.entries()) visit(item, [...path, at]);
    if (node.kind !== 'map') return;
    for (const entry of node.entries) {
      const inner = [...path, entry.key];
      tell(entry, entry.key, inner);
      if (PARTS.has(inner[0]) || (inner[0] === 'metadata' && (inner[1] ?? 'name') === 'name'))
        visit(entry.value, inner);
    }
  };
  if (root !== null) visit(root, []);
  return found;
}

/** A policy has no more than six levels. */
const DEEPEST = 8;

function nameOf(path: Path): string {
  const [first, rule] = path;
  return first === 'rules' && typeof rule === 'number' && path.length > 2
    ? `${named(path)} of rule ${rule + 1}`
    : named(path);
}

/** "item 2 of users", counted from 1 as all that a person reads; of a rule only what is inside it. */
export function named(path: Path): string {
  const inside = path[0] === 'rules' && path.length > 2 ? path.slice(2) : path;
  const words = inside.map((step) => (typeof step === 'number' ? `item ${step + 1}` : step));
  return words.toReversed().join(' of ');
}
