import type { Diagnostic } from './diagnostic.ts';
import { type LoadedPolicy, loadPolicy } from './load.ts';

/** Loads policies for one Kubernetes release; a text that is known already is not read again. */
export interface PolicyLoader {
  load(text: string): LoadedPolicy;
  /** Takes in what is known of a text from elsewhere; `isSound`: the rules for policies have nothing to say of it. */
  remember(text: string, loaded: Pick<LoadedPolicy, 'policy' | 'diagnostics'>, isSound?: boolean): void;
  isSound(text: string): boolean;
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
  const sound = new Set<string>();
  const byNewest = remembered((text) => loadPolicy(text, kubernetesVersion === null ? {} : { kubernetesVersion }));
  const byOldest = remembered((text) =>
    oldest === undefined ? null : loadPolicy(text, { kubernetesVersion: oldest }),
  );
  const load = (text: string): LoadedPolicy => {
    const loaded = byNewest(text);
    if (loaded.policy !== null) return loaded;
    const other = byOldest(text);
    return other !== null && other.policy !== null ? other : loaded;
  };
  return {
    load: (text) => known.get(text) ?? load(text),
    isSound: (text) => sound.has(text),
    remember: (text, { policy, diagnostics }, isSound = false) => {
      if (isSound) sound.add(text);
      let read: LoadedPolicy | undefined;
      const locate: LoadedPolicy['locate'] = (path, atKey) => (read ??= load(text)).locate(path, atKey);
      const placeholders: LoadedPolicy['placeholders'] = () => (read ??= load(text)).placeholders?.() ?? [];
      known.set(text, { policy, diagnostics, locate, placeholders });
    },
    doubts: (text) => {
      const other = byOldest(text);
      if (other === null) return [];
      const loaded = byNewest(text);
      if ((loaded.policy === null) === (other.policy === null)) return [];
      return [loaded, other].flatMap(({ diagnostics }) => diagnostics.filter(({ severity }) => severity === 'error'));
    },
  };
}

/** A function of a text that is worked out once for each. */
function remembered<Result>(work: (text: string) => Result): (text: string) => Result {
  const known = new Map<string, { result: Result }>();
  return (text) => {
    const found = known.get(text) ?? { result: work(text) };
    known.set(text, found);
    return found.result;
  };
}
