import { type Document, type Node, isCollection, isNode, isScalar, visit } from 'yaml';

/** Something that go-yaml v2 refuses and the `yaml` package reads; `offset` counts from the start of the text. */
export interface GoRefusal {
  offset: number;
  message: string;
  hint: string;
}

const TAB_HINT = 'Indent with spaces.';

/** Lists what go-yaml v2 refuses in a text that the `yaml` package could read, with the document it read. */
export function goRefusals(text: string, document: Document): GoRefusal[] {
  return [...directives(text), ...anchors(document), ...questionMarks(document), ...tabs(text, document)];
}

// YAML 1.1 may be named, once; nothing else may.
function directives(text: string): GoRefusal[] {
  const [head] = text.split(/^---/m, 1);
  const found = [...(head ?? '').matchAll(/^%.*$/gm)];
  const wrong = found.filter(
    ({ 0: line }, at) => !/^%(TAG\s|YAML\s+1\.1\s*(#.*)?$)/.test(line) || (at > 0 && line.startsWith('%YAML')),
  );
  const message = 'kube-apiserver does not take this directive';
  return wrong.map(({ index }) => ({ offset: index, message, hint: 'Leave it out, or write "%YAML 1.1".' }));
}

function anchors(document: Document): GoRefusal[] {
  const found: GoRefusal[] = [];
  visit(document, {
    Node: (_key, node) => {
      const name = 'anchor' in node ? node.anchor : undefined;
      if (!name || /^[\w-]+$/.test(name)) return;
      const hint = 'Use letters, digits, "_" and "-" only.';
      found.push({ offset: startOf(node), message: `${JSON.stringify(name)} is not a name for an anchor`, hint });
    },
  });
  return found;
}

// Inside brackets a text without quotes ends at "?".
function questionMarks(document: Document): GoRefusal[] {
  const found: GoRefusal[] = [];
  visit(document, {
    Scalar: (_key, node, parents) => {
      const isFlow = parents.some((parent) => isCollection(parent) && parent.flow);
      if (!isFlow || node.type !== 'PLAIN' || !String(node.value).includes('?')) return;
      const message = `inside brackets ${JSON.stringify(node.value)} needs quotes, because of the "?"`;
      found.push({ offset: startOf(node), message, hint: 'Put it in quotes.' });
    },
  });
  return found;
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

// As indentation, after "- ", and on an otherwise empty line.
function tabs(text: string, document: Document): GoRefusal[] {
  const scanned = text.slice(0, document.range?.[2]);
  const harmless = tabRanges(document);
  const offsets = [...scanned.matchAll(/^ *(?:[-?] +)*(?:[-?](?=\t))?\t/gm)].map(
    (match) => match.index + match[0].length - 1,
  );
  return offsets
    .filter((offset) => !harmless.some(([start, end]) => start <= offset && offset < end))
    .map((offset) => ({ offset, message: 'a tab stands where YAML wants spaces', hint: TAB_HINT }));
}

// Inside brackets, quotes and blocks a tab is a blank or part of the text.
function tabRanges(document: Document): [number, number][] {
  const ranges: [number, number][] = [];
  visit(document, {
    Node: (_key, node) => {
      if (!isNode(node) || !node.range) return;
      const holds = isScalar(node) ? node.type !== 'PLAIN' : isCollection(node) && node.flow === true;
      if (holds) ranges.push([node.range[0], node.range[1]]);
    },
  });
  return ranges;
}
