import { UserError } from '../errors.ts';
import { nearest } from '../policy/nearest.ts';
import type { SpecDocument } from './documents.ts';
import { foreignDocument, foreignHint } from './foreign.ts';

/** The Cluster document to work on, and the InstanceGroup documents that belong to it. */
export interface Selection {
  cluster: SpecDocument;
  groups: SpecDocument[];
}

/**
 * Picks the Cluster document out of a file.
 *
 * @param options `file`: the file's name for messages; `name`: the cluster asked for, left out for the only one; `pickWith`: what a
 *   person names it with, for the message where it is not clear.
 * @throws UserError where there is none, where several are there and none was named, or two have one name.
 */
export function selectCluster(
  documents: readonly SpecDocument[],
  { file, name, pickWith }: { file: string; name?: string | undefined; pickWith?: string },
): Selection {
  const clusters = documents.filter(
    (document) => document.kind === 'Cluster' && foreignDocument(document) === undefined,
  );
  const [only] = clusters;
  if (!only) {
    for (const document of documents) if (document.kind === '') document.value(); // not YAML at all is the better answer
    throw noCluster(documents, file);
  }
  const names = clusters.map((cluster) => cluster.name || '(no name)');
  if (name === undefined && clusters.length > 1 && new Set(names).size > 1) {
    throw new UserError(`holds ${clusters.length} clusters`, {
      hint: `Pick one${pickWith === undefined ? '' : ` with ${pickWith}`}: ${names.join(', ')}.`,
      place: { file },
    });
  }
  const wanted = name ?? only.name;
  const [cluster, twin] = clusters.filter((document) => document.name === wanted);
  if (!cluster) throw unknownCluster(wanted, names, file);
  if (twin) {
    throw new UserError(
      `two Cluster documents have the name ${wanted || '(no name)'}: at line ${cluster.line} and at line ${twin.line}`,
      {
        hint: 'kOps would store both, one after the other, and the last one would win. Remove one.',
        place: { file, line: twin.line },
      },
    );
  }
  return {
    cluster,
    groups: documents.filter(({ kind, clusterLabel }) => kind === 'InstanceGroup' && clusterLabel === wanted),
  };
}

function noCluster(documents: readonly SpecDocument[], file: string): UserError {
  const kinds = [...new Set(documents.map(kindText))].join(', ');
  return new UserError(`no Cluster document here, only ${kinds}`, {
    hint: foreignHint(documents) ?? 'Give the spec of a cluster, as `kops get all --name NAME -o yaml` prints it.',
    place: { file },
  });
}

/** A Cluster that is none of kOps' is told with its group. */
function kindText({ kind, apiVersion }: SpecDocument): string {
  if (kind === 'Cluster') return `Cluster of ${apiVersion}`;
  return kind || 'a document without a kind';
}

function unknownCluster(wanted: string, names: readonly string[], file: string): UserError {
  const near = nearest(wanted, names);
  return new UserError(`no cluster named ${wanted} here`, {
    hint: near ? `Did you mean ${near}?` : `It has ${names.join(', ')}.`,
    place: { file },
  });
}
