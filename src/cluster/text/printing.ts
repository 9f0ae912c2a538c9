import type { Document, Node, Scalar } from 'yaml';
import { visit } from 'yaml';
import type { SpecDocument } from './documents.ts';
import type { Drafting } from './draft.ts';
import { withNewline } from './edits.ts';
import { endOf } from './entries.ts';
import type { Layout } from './layout.ts';
import { layoutOf, lineEnd } from './layout.ts';

/** What is known of the old text while edits of it are made. */
export interface Printing {
  document: SpecDocument;
  /** The document's source, with a newline at its end even if it has none, so that every line is whole. */
  source: string;
  drafting: Drafting;
  layout: Layout;
  /** The block texts of the source, by the offset behind their last line. */
  textsByEnd: ReadonlyMap<number, Scalar>;
}

/** Collects what the edits of a document need to know of its text. */
export function printingOf(drafting: Drafting): Printing {
  const { document, root } = drafting;
  const source = withNewline(document.source);
  return { document, source, drafting, layout: layoutOf(source, root), textsByEnd: blockTexts(source, root) };
}

/** How a block text ends: with one newline (''), none ('-') or all that follow ('+'). */
export function chompingOf(source: string, text: Node): string {
  return /^[|>]\d?([-+]?)/.exec(source.slice(text.range?.[0]))?.[1] ?? '';
}

function blockTexts(source: string, root: Document): Map<number, Scalar> {
  const texts = new Map<number, Scalar>();
  visit(root, {
    Scalar: (_key, node) => {
      if (node.type?.startsWith('BLOCK')) texts.set(lineEnd(source, endOf(source, node)), node);
    },
  });
  return texts;
}
