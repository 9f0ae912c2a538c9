import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type DirectoryFile, isManifests, strayFiles } from '../../lint/kubeadm/manifests.ts';
import type { FileLint } from '../../lint/rule.ts';

const MAX_BYTES = 1_048_576;

/**
 * What does not belong into the directories of static pods that were searched, for each such file.
 *
 * @param pods the files with the pod of a kube-apiserver that were found.
 */
export function strayManifests(pods: readonly string[]): FileLint[] {
  return [...new Set(pods.map((file) => dirname(file)))].flatMap((directory) => {
    const names = namesIn(directory);
    const files = names.flatMap((name) => fileIn(directory, name));
    if (!isManifests(directory, names)) return [];
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
