import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { excluder } from '../../input/find-files.ts';
import { type DirectoryFile, isManifests, strayFiles } from '../../lint/kubeadm/manifests.ts';
import type { FileLint } from '../../lint/rule.ts';

const MAX_BYTES = 1_048_576;

/** A file with the pod of a kube-apiserver, and the folder in whose search it was found. */
export interface FoundPod {
  file: string;
  folder: string;
}

/**
 * What does not belong into the directories of static pods that were searched, for each such file.
 *
 * @param exclude the globs of what the search leaves out.
 */
export function strayManifests(pods: readonly FoundPod[], exclude: readonly string[]): FileLint[] {
  const folders = new Map(pods.map(({ file, folder }) => [dirname(file), folder]));
  return [...folders].flatMap(([directory, folder]) => {
    const isExcluded = excluder(folder, exclude);
    const names = namesIn(directory).filter((name) => !isExcluded(relative(folder, join(directory, name))));
    if (!isManifests(resolve(directory), names)) return [];
    const files = names.flatMap((name) => fileIn(directory, name));
    return strayFiles(files).map(({ name, finding }) => ({
      file: join(directory, name),
      findings: [finding],
      skipped: [],
      errors: [],
      specs: [],
    }));
  });
}

function fileIn(directory: string, name: string): DirectoryFile[] {
  const text = textOf(join(directory, name));
  return text === undefined ? [] : [{ name, text }];
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).toSorted();
  } catch {
    return [];
  }
}

/** undefined: no file, or one that cannot be read or is too large for a manifest. */
function textOf(file: string): string | undefined {
  try {
    const stat = statSync(file);
    return stat.isFile() && stat.size <= MAX_BYTES ? readFileSync(file, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}
