import { readSpecFile } from '../change/file/read-file.ts';
import { selectCluster } from '../cluster/select.ts';
import { readDocuments } from '../cluster/text/documents.ts';
import type { KopsObject } from '../cluster/types.ts';
import { ExternalError, UserError } from '../errors.ts';
import { readTemplate } from '../policy/render/template.ts';
import { kopsFor } from '../commands/change/kops-for.ts';
import type { Context } from '../commands/context.ts';
import type { EnableFlags } from '../commands/enable/flags.ts';
import { readTemplates } from '../commands/templates.ts';
import { FILE } from './present.ts';
import type { WizardState } from './flow.ts';
import type { World } from './question.ts';

/** Finds out what need not be asked. What was read once is not read again. */
export interface Finder {
  /** What the questions need to know. Throws InterruptError at Ctrl-C, UserError for a file that cannot be read. */
  world(state: Pick<WizardState, 'answers' | 'at'>): Promise<World>;
  /** The clusters of a state store; undefined is the one that kops finds. Throws UserError or ExternalError. */
  clusters(stateStore: string | undefined): Promise<KopsObject[]>;
}

/** The finder of one run. */
export function createFinder(flags: EnableFlags, context: Context): Finder {
  const read = new Map<string, Promise<KopsObject[]>>();
  const clusters = (state: string | undefined): Promise<KopsObject[]> => {
    const key = state ?? '';
    if (!read.has(key)) read.set(key, listClusters(state, flags, context));
    return read.get(key)!;
  };
  const templates = Object.entries(readTemplates()).map(([name, source]) => readTemplate(source, name));
  const rolls = flags.update && !flags.dryRun && flags.savePlan === undefined && flags.target !== 'terraform';
  return {
    clusters,
    async world({ answers, at }) {
      const { place, state, file } = answers;
      const store = place === FILE && at !== 'place' ? NOT_ASKED : await stored(() => clusters(state));
      const inFile = place === FILE && file !== undefined ? await clustersInFile(file) : [];
      return { ...store, inFile, templates, rolls };
    },
  };
}

const NOT_ASKED = { stored: [], problem: null };

async function stored(list: () => Promise<KopsObject[]>): Promise<Pick<World, 'stored' | 'problem'>> {
  try {
    return { stored: await list(), problem: null };
  } catch (error) {
    if (error instanceof UserError || error instanceof ExternalError) return { stored: [], problem: error.message };
    throw error;
  }
}

function listClusters(state: string | undefined, flags: EnableFlags, context: Context): Promise<KopsObject[]> {
  const { state: _, ...others } = flags;
  const kops = kopsFor({ ...others, ...(state === undefined ? {} : { state }) }, context, context.interrupt);
  return context.io.progress.during('reading the clusters with kops', () => kops.clusters());
}

/** The clusters of a spec file. Throws UserError where it cannot be read or holds none. */
export async function clustersInFile(path: string): Promise<KopsObject[]> {
  const { text } = await readSpecFile(path);
  const documents = readDocuments(text, path);
  const clusters = documents.filter(({ kind }) => kind === 'Cluster');
  const names = new Set(clusters.map(({ name }) => name));
  if (names.size !== clusters.length || clusters.length === 0) selectCluster(documents, clusters[0]?.name, path);
  return clusters.map((document) => document.value());
}
