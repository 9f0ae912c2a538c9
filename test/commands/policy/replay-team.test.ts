import { describe, expect, it, vi } from 'vitest';
import type { Done, Reader } from '../../../src/commands/policy/replay-reader.ts';
import { Team } from '../../../src/commands/policy/replay-team.ts';
import { LINES, partsAt } from './log-parts.ts';

const never = new AbortController().signal;

/** Reads nothing, and says of each part that it has so many bytes as it is asked for the how manieth time. */
class Counting implements Reader {
  readonly jobs: number[] = [];
  #end: (() => void) | undefined;
  readonly #isStuck: boolean;

  constructor(isStuck = false) {
    this.#isStuck = isStuck;
  }

  async read({ piece }: Parameters<Reader['read']>[0], onBytes: (bytes: number) => void): Promise<Done | null> {
    this.jobs.push(piece?.from ?? -1);
    onBytes(10 ** (this.jobs.length - 1));
    if (this.#isStuck) await new Promise<void>((resolve) => (this.#end = resolve));
    return null;
  }

  reuse(): void {}

  async end(): Promise<void> {
    this.#end?.();
  }
}

function teamOf(readers: readonly Reader[], lines: number): Team {
  return new Team(
    partsAt([LINES.slice(0, lines)], () => true),
    readers,
  );
}

describe('Team', () => {
  it('gives each part to one of its readers, in their order, and none far ahead of what is asked for', async () => {
    const readers = [new Counting(), new Counting()];
    const team = teamOf(readers, 9);
    const jobs = (): number[] => readers.flatMap((reader) => reader.jobs).toSorted((a, b) => a - b);
    await vi.waitUntil(() => jobs().length === 5);
    await expect(team.result(8, never)).resolves.toBe(null);
    expect(jobs()).toEqual([...new Set(jobs())]);
    expect(jobs().length).toBe(6);
    await team.end();
  });

  it('counts no byte of parts that are left out', async () => {
    const reader = new Counting();
    const team = teamOf([reader], 6);
    await vi.waitUntil(() => reader.jobs.length === 4);
    team.leaveOut(2);
    await vi.waitUntil(() => reader.jobs.length === 6);
    team.leaveOut(6);
    expect(team.bytes).toBe(0);
    await team.end();
  });

  it('tells why a reader ended', async () => {
    const read = (): never => {
      throw new Error('gone');
    };
    const team = teamOf([{ read, reuse: () => {}, end: async () => {} }], 2);
    await expect(team.result(0, never)).rejects.toThrow('gone');
    await team.end();
  });

  it('ends at once when it is interrupted', async () => {
    const reader = new Counting(true);
    const team = teamOf([reader], 2);
    const interrupted = new AbortController();
    const result = team.result(0, interrupted.signal);
    interrupted.abort(new Error('Ctrl-C'));
    await expect(result).rejects.toThrow('Ctrl-C');
    await team.end();
    expect(reader.jobs.length).toBe(1);
  });
});
