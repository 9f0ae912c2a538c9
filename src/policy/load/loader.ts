import type { Diagnostic } from './diagnostic.ts';
import { loadPolicy, type LoadedPolicy } from './load.ts';

/** Loads policies for one Kubernetes release; a text that is known already is not read again. */
export interface PolicyLoader {
  load(text: string): LoadedPolicy;
  /** Takes in what is known of a text from elsewhere. */
  remember(text: string, loaded: Omit<LoadedPolicy, 'locate'>): void;
  /** Where it is not known which release will read it: why some that may be meant refuse a text that others take. */
  doubts(text: string): Diagnostic[];
}

/**
 * A loader that remembers, for work that looks at the same policy several times.
 *
 * @param kubernetesVersion the release whose API server would read them; null is the newest.
 * @param oldest where it could be any from this one on: a text that only one of the two loads is given as that one loads it.
 */
export function policyLoader(kubernetesVersion: string | null, oldest?: string): PolicyLoader {
  const known = new Map<string, LoadedPolicy>();
  const options = kubernetesVersion === null ? {} : { kubernetesVersion };
  const byOldest = (text: string): LoadedPolicy | null =>
    oldest === undefined ? null : loadPolicy(text, { kubernetesVersion: oldest });
  const load = (text: string): LoadedPolicy => {
    const loaded = loadPolicy(text, options);
    if (loaded.policy !== null) return loaded;
    const other = byOldest(text);
    return other !== null && other.policy !== null ? other : loaded;
  };
  return {
    load: (text) => {
      const loaded = known.get(text) ?? load(text);
      known.set(text, loaded);
      return loaded;
    },
    remember: (text, { policy, diagnostics }) => {
      let read: LoadedPolicy | undefined;
      const locate: LoadedPolicy['locate'] = (path, atKey) => (read ??= load(text)).locate(path, atKey);
      const placeholders: LoadedPolicy['placeholders'] = () => (read ??= load(text)).placeholders?.() ?? [];
      known.set(text, { policy, diagnostics, locate, placeholders });
    },
    doubts: (text) => {
      const other = byOldest(text);
      if (other === null) return [];
      const loaded = loadPolicy(text, options);
      if ((loaded.policy === null) === (other.policy === null)) return [];
      return [loaded, other].flatMap(({ diagnostics }) => diagnostics.filter(({ severity }) => severity === 'error'));
    },
  };
}
