import { auditFlags, runsKubeApiserver, type CommandLine } from './flags.ts';
import type { ApiServerPod } from './types.ts';

interface Pod {
  metadata: { name: string };
  spec: { nodeName?: string; containers: Container[] };
  status?: { conditions?: Condition[]; containerStatuses?: ContainerStatus[] };
}

interface Container extends CommandLine {
  name: string;
}

interface Condition {
  type: string;
  status: string;
}

interface ContainerStatus {
  name: string;
  state?: { running?: { startedAt?: string } };
}

/** Reads what `kubectl get pods -o json` prints (a List of core/v1 Pods); undefined where it is anything else. */
export function parsePods(text: string): ApiServerPod[] | undefined {
  try {
    const { items } = JSON.parse(text) as { items: Pod[] };
    return items.map(readPod).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return undefined;
  }
}

function readPod({ metadata, spec, status = {} }: Pod): ApiServerPod {
  const server =
    spec.containers.find(({ name }) => name === 'kube-apiserver') ?? spec.containers.find(runsKubeApiserver);
  const running = status.containerStatuses?.find(({ name }) => name === server?.name)?.state?.running;
  const startedAt = Date.parse(running?.startedAt ?? '') / 1000;
  return {
    name: String(metadata.name),
    node: spec.nodeName ?? null,
    ready: (status.conditions ?? []).some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    startedAt: Number.isNaN(startedAt) ? null : startedAt,
    flags: auditFlags(server ?? {}),
  };
}
