import { loadPolicy, type LoadedPolicy } from './load.ts';

/** Loads policies for one Kubernetes release; a text that is known already is not read again. */
export interface PolicyLoader {
  load(text: string): LoadedPolicy;
  /** Takes in what is known of a text from elsewhere. */
  remember(text: string, loaded: Omit<LoadedPolicy, 'locate'>): void;
}

/**
 * A loader that remembers, for work that looks at the same policy several times.
 *
 * @param kubernetesVersion the release whose API server would read them; null is the newest.
 */
export function policyLoader(kubernetesVersion: string | null): PolicyLoader {
  const known = new Map<string, LoadedPolicy>();
  const options = kubernetesVersion === null ? {} : { kubernetesVersion };
  return {
    load: (text) => {
      const loaded = known.get(text) ?? loadPolicy(text, options);
      known.set(text, loaded);
      return loaded;
    },
    remember: (text, { policy, diagnostics }) => {
      let read: LoadedPolicy | undefined;
      const locate: LoadedPolicy['locate'] = (path, atKey) => (read ??= loadPolicy(text, options)).locate(path, atKey);
      known.set(text, { policy, diagnostics, locate });
    },
  };
}
