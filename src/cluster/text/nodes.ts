import { type Document, type Node, isCollection, isNode, isPair, isScalar, visit } from 'yaml';
import { parseGoYaml } from '../../policy/load/go-yaml.ts';
import { unquote } from '../../yaml/json.ts';
import { readYaml, type YamlNode } from '../../yaml/read.ts';
import { countBelow } from './edits.ts';
import { lineStart } from './layout.ts';

/**
 * The nodes of a text that kOps can read, for places and edits. What the `yaml` package finds wrong does not count: edits are compared with
 * what kOps reads of them.
 */
export function nodesOf(source: string): Document {
  const document = parseGoYaml(source);
  const nodes = document.errors.length > 0 ? (indented(source) ?? document) : document;
  nodes.errors = [];
  dropFinalNewline(source, nodes);
  return nodes;
}

/** The nodes of a JSON text. In its strings also the characters stand as they are that YAML takes for line ends. */
export function jsonNodesOf(source: string): Document {
  const document = parseGoYaml(source.replaceAll(/[\u0085\u2028\u2029]/g, 'x'));
  document.errors = [];
  visit(document, {
    Scalar: (_key, node) => {
      if (node.type === 'QUOTE_DOUBLE' && node.range) node.value = unquote(source.slice(node.range[0], node.range[1]));
    },
  });
  return document;
}

/** What is put before the lines of brackets: the line, how far, and how much that is with all before it. */
interface Padding {
  starts: number[];
  widths: number[];
}

/**
 * The nodes with the lines inside brackets further in, where the `yaml` package needs them and go-yaml does not; their places are those of the
 * text as it is.
 */
function indented(source: string): Document | undefined {
  const padding = paddingOf(source);
  if (padding.starts.length === 0) return undefined;
  const parts = padding.starts.map((start, at) => {
    return source.slice(padding.starts[at - 1] ?? 0, start) + ' '.repeat(padding.widths[at]!);
  });
  const document = parseGoYaml(parts.join('') + source.slice(padding.starts.at(-1)));
  if (document.errors.length > 0) return undefined;
  const back = placesBack(padding);
  visit(document, (_key, node) => {
    if (isNode(node) && node.range) node.range = [back(node.range[0]), back(node.range[1]), back(node.range[2])];
  });
  return document;
}

function paddingOf(source: string): Padding {
  const padding: Padding = { starts: [], widths: [] };
  for (const { start, end } of outerBrackets(readYaml(source).root, source)) {
    const width = source.slice(lineStart(source, start), start).length + 1;
    for (let line = source.indexOf('\n', start); line !== -1 && line < end; line = source.indexOf('\n', line + 1)) {
      padding.starts.push(line + 1);
      padding.widths.push(width);
    }
  }
  return padding;
}

/** The brackets that are in no others, in the order of the text. */
function outerBrackets(root: YamlNode | null, source: string): YamlNode[] {
  if (!root || root.kind === 'scalar' || root.kind === 'alias') return [];
  if ('[{'.includes(source.charAt(root.start))) return [root];
  return root.children.flatMap((child) => outerBrackets(child, source));
}

function placesBack({ starts, widths }: Padding): (offset: number) => number {
  const ends: number[] = [];
  const sums: number[] = [];
  for (const [at, start] of starts.entries()) {
    sums.push((sums.at(-1) ?? 0) + widths[at]!);
    ends.push(start + sums[at]!);
  }
  return (offset) => {
    const before = countBelow(ends, offset + 1);
    const moved = offset - (sums[before - 1] ?? 0);
    return Math.min(moved, starts[before] ?? moved);
  };
}

/**
 * go-yaml v2 (`yaml_parser_scan_block_scalar`) reads no newline at the end of a block text that ends the input without one.
 * That happens to every block text at the end of a document which kOps cuts off before "\n---\n".
 */
function dropFinalNewline(source: string, node: Document): void {
  const last = lastNode(node.contents as Node | null);
  if (!isScalar(last) || !last.type?.startsWith('BLOCK') || last.range?.[1] !== source.length) return;
  if (source.slice(source.lastIndexOf('\n') + 1).trim() === '') return;
  last.value = String(last.value).replace(/\n$/, '');
}

function lastNode(node: Node | null): Node | null {
  if (!isCollection(node) || node.flow) return node;
  const last = node.items.at(-1);
  return lastNode((isPair(last) ? last.value : last) as Node | null);
}
