import type { TextRange, Positions } from '../../yaml/positions.ts';
import type { JsonNode, Path, Stretch } from '../../yaml/json-node.ts';
import { named } from './policy-diagnostics.ts';
import { placeholderIn } from './template-marks.ts';

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
