import { selectCluster } from '../cluster/select.ts';
import type { SpecChange } from '../cluster/spec-change.ts';
import { readDocuments, type SpecDocument } from '../cluster/documents.ts';
import { UserError } from '../errors.ts';
import { halfReadFindings } from '../cluster/half-read.ts';
import { lineOf } from '../cluster/sections.ts';
import { emptySpellings, splice } from '../cluster/splice.ts';
import { HALF_READ } from '../lint/cluster/spec.ts';
import type { Finding } from '../lint/rule.ts';
import type { EditedText, Reading } from './change.ts';

/** A cluster in a text: a file's, or what came on stdin. */
export interface TextReading extends Reading {
  text: string;
  /** The name for messages; `-` is stdin. */
  file: string;
  document: SpecDocument;
  /** Places where kOps itself would read only half of this text. */
  halfRead: Finding[];
}

/**
 * Finds a cluster and its instance groups in the text of a spec file.
 *
 * @param name the cluster asked for; undefined takes the only one.
 * @param kopsVersion the release given with `--kops-version`, null if none.
 * @throws UserError where the text is no spec, or the cluster is not clear.
 */
export function readSpecText(
  text: string,
  file: string,
  name: string | undefined,
  kopsVersion: string | null,
): TextReading {
  const documents = readDocuments(text, file);
  const { cluster, groups } = selectCluster(documents, { file, name, pickWith: '--cluster' });
  return {
    text,
    file,
    document: cluster,
    cluster: cluster.value(),
    groups: groups.map((group) => group.value()),
    spellings: emptySpellings(cluster, ['fileAssets', 'kubeAPIServer']),
    kopsVersion,
    halfRead: halfReadFindings(text).map((said) => HALF_READ.found({ ...said, file })),
  };
}

/** As readSpecText, for a text that is to be changed. Throws UserError for a JSON list, too: kOps would refuse what comes of it. */
export function readSpecToChange(...[text, file, name, kopsVersion]: Parameters<typeof readSpecText>): TextReading {
  const reading = readSpecText(text, file, name, kopsVersion);
  if (!/^\uFEFF?\s*\[/.test(text)) return reading;
  throw new UserError('is a JSON list, which kOps does not read', {
    place: { file, line: 1 },
    hint: 'Give its objects as YAML documents, as `kops get all --name NAME -o yaml` prints them.',
  });
}

/** The text with the plan carried out in it: only the changed ranges of the one Cluster document differ. */
export function editSpecText({ text, document }: TextReading, plan: SpecChange): string {
  return plan.operations.length === 0 ? text : splice(text, document, plan.operations, plan.spellings);
}

/**
 * The text with the plan carried out in it, or as it is known beforehand.
 * The edited document's neighbours stay out of the diff: they may hold secrets that nobody looked for.
 */
export function editText(reading: TextReading, plan: SpecChange, known: string | undefined): EditedText {
  const { text, file, document } = reading;
  const whole = known ?? editSpecText(reading, plan);
  const tail = text.length - document.end;
  return {
    whole,
    before: text.slice(document.start, document.end),
    after: whole.slice(document.start, whole.length - tail),
    ending: tail > 0 ? '\n' : '',
    firstLine: lineOf(text, document.start),
    name: file === '-' ? 'stdin' : file,
  };
}
