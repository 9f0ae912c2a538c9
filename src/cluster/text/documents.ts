import type { Document } from 'yaml';
import { UserError, type Place } from '../../errors.ts';
import type { KopsObject } from '../types.ts';
import { jsonElements } from './json-elements.ts';
import type { ParsedSource } from './parse.ts';
import { isBlankYaml, lineCounter, splitDocuments } from './sections.ts';
import type { DocumentHead } from './sniff.ts';
import { specDocument } from './spec-document.ts';

/** One document of a spec file: its place, its head, and on demand its value. */
export interface SpecDocument extends DocumentHead {
  /** The file's name as the person gave it; `-` is stdin. */
  file: string;
  /** Where its text is in the file's text (UTF-16 units), without the separators around it. */
  start: number;
  end: number;
  /** The line its text begins at, counted from 1; blank lines before it do not count. */
  line: number;
  /** JSON is read and written by stricter rules. */
  form: 'yaml' | 'json';
  /** Its text as kOps reads it: CRLF became LF. Long runs of blank lines are left out. Offsets of nodes count in this text. */
  source: string;
  /** Where an offset of `source` is in the document's text with all its blank lines, with LF line ends. */
  back: (offset: number) => number;
  /**
   * The value as kOps reads it. Throws UserError with the place where the text can't be read, or where a Cluster or InstanceGroup
   * has no name or no spec. Of other kinds nothing is sure but the map. Don't change it.
   */
  value: () => KopsObject;
  /** The document with an empty name where it has none. Throws as `value` does but for that. */
  unnamed: () => ParsedSource;
  /** The nodes behind the value, with their offsets in `source`. Throws as `value` does. */
  node: () => Document;
  /** Where in the file an offset of `source` is. */
  placeAt: (offset: number) => PlaceInText;
}

export type PlaceInText = Required<Place>;

/**
 * Reads the text of a spec file: YAML documents, one JSON object, or a JSON array of objects as `kops get -o json` prints (each
 * element is then a document). Documents without content are left out. Only a document whose kind is not plain to see is parsed;
 * the others when their `value` is asked for.
 * @param text Line ends as they are; a byte order mark may come first.
 * @param file The name for messages; `-` is stdin.
 * @throws UserError where there is no document, or one that has to be parsed can't be.
 */
export function readDocuments(text: string, file: string): SpecDocument[] {
  checkText(text, file);
  const elements = jsonElements(text, file);
  const sections = elements ?? splitDocuments(text).filter(({ start, end }) => !isBlankYaml(text.slice(start, end)));
  if (sections.length === 0) throw noDocument(file, elements !== undefined);
  const lineAt = lineCounter(text);
  return sections.map((section) => specDocument(text, file, section, lineAt));
}

function checkText(text: string, file: string): void {
  const nul = text.indexOf('\0');
  if (nul !== -1) {
    throw new UserError('is not a text file, or not in UTF-8', {
      place: { file },
      hint: 'If it is UTF-16, save it as UTF-8.',
    });
  }
  const [full] = /^\s*\/\/.*/.exec(text) ?? [];
  if (full !== undefined) {
    throw new UserError('begins with a comment that neither YAML nor JSON knows', {
      place: { file, line: 1, column: 1 },
      hint: 'Is it from `kops get --full`? That is not a spec to edit: take `kops get cluster -o yaml`.',
    });
  }
}

function noDocument(file: string, isArray: boolean): UserError {
  const message = isArray ? 'is an empty JSON list' : 'holds no document';
  return new UserError(message, {
    place: { file },
    hint: 'Give a file with kOps objects, such as the output of `kops get all -o yaml`.',
  });
}
