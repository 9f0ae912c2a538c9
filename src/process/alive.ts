import { readFileSync } from 'node:fs';

/** One process of this machine; the start tells it from a later one with the same pid. */
export interface ProcessMark {
  pid: number;
  processStart?: string;
}

/** The mark of this process. */
export function thisProcess(): ProcessMark {
  const start = readStat(process.pid)?.start;
  return { pid: process.pid, ...(start !== undefined && { processStart: start }) };
}

/**
 * Whether a process of this machine still runs. One that ended and was not waited for (a zombie) does not.
 * Where the system does not tell when a process started, a later one with the same pid counts as the same.
 */
export function isAlive({ pid, processStart }: ProcessMark): boolean {
  if (!canBeSignalled(pid)) return false;
  const now = readStat(pid);
  if (now === undefined) return true;
  return !'ZX'.includes(now.state) && (processStart === undefined || processStart === now.start);
}

function canBeSignalled(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** State and start of a process, fields 3 and 22 of Linux' /proc/PID/stat (`man 5 proc`). The name before may hold anything. */
function readStat(pid: number): { state: string; start: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', start: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
