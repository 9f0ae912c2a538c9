import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { saveNode } from '../../../src/commands/logs/save.ts';
import { NodeLog } from '../../../src/live/node-log.ts';
import { CURRENT, rotate, rotated, serve, type Served, write } from '../../live/served-node.ts';

/** Saves into a folder of its own, and tells what is in that then. */
function saver(served: Served) {
  const dir = mkdtempSync(join(tmpdir(), 'save-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const place = { node: 'cp-1', folder: 'a', name: CURRENT };
  const folder = join(dir, 'cp-1');
  const save = (): Promise<string[]> =>
    saveNode(served.client, new NodeLog(served.client, place, () => {}), place, dir);
  const kept = (): Record<string, string> =>
    Object.fromEntries(
      readdirSync(folder)
        .toSorted()
        .map((name) => [name, textOf(join(folder, name))]),
    );
  return { save, kept, folder };
}

function textOf(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
}

describe('saveNode', () => {
  it('keeps all files by their names, for their owner only', async () => {
    const served = await serve();
    write(served, rotated(1), 'a\n');
    write(served, CURRENT, 'b\n');
    const { save, kept, folder } = saver(served);
    expect(await save()).toEqual([]);
    expect(kept()).toEqual({ [rotated(1)]: 'a\n', [CURRENT]: 'b\n' });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([0o600, 0o600]);
  });

  it('reads only what is new the second time', async () => {
    const served = await serve();
    write(served, rotated(1), 'a\n');
    write(served, CURRENT, 'b\n');
    const { save, kept } = saver(served);
    await save();
    write(served, CURRENT, 'c\n');
    served.asked.length = 0;
    await save();
    expect(kept()).toEqual({ [rotated(1)]: 'a\n', [CURRENT]: 'b\nc\n' });
    expect(served.asked.filter((each) => each.startsWith('audit'))).toEqual([`${CURRENT} bytes=0-`]);
  });

  it.each([false, true])('goes on across rotations since then (compressed: %s)', async (isCompressed) => {
    const served = await serve();
    const { save, kept } = saver(served);
    write(served, CURRENT, 'a\n');
    await save();
    write(served, CURRENT, 'b\n');
    rotate(served, rotated(1), isCompressed);
    write(served, CURRENT, 'c\n');
    rotate(served, rotated(2), isCompressed);
    write(served, CURRENT, 'd\n');
    expect(await save()).toEqual([]);
    const end = isCompressed ? '.gz' : '';
    expect(kept()).toEqual({ [`${rotated(1)}${end}`]: 'a\nb\n', [`${rotated(2)}${end}`]: 'c\n', [CURRENT]: 'd\n' });
    await save();
    expect(Object.keys(kept())).toHaveLength(3);
  });

  it('takes a rotation while it reads', async () => {
    const served = await serve();
    const { save, kept } = saver(served);
    write(served, CURRENT, 'a\n');
    let isFirst = true;
    served.before = (name) => {
      if (name === CURRENT && isFirst) {
        isFirst = false;
        rotate(served, rotated(1));
        write(served, CURRENT, 'b\n');
      }
      return false;
    };
    expect(await save()).toEqual([]);
    expect(kept()).toEqual({ [rotated(1)]: 'a\n', [CURRENT]: 'b\n' });
  });

  it('loses nothing that it has where the node has lost the rest', async () => {
    const served = await serve();
    const { save, kept } = saver(served);
    write(served, CURRENT, 'kept\n');
    await save();
    served.files.clear();
    write(served, CURRENT, 'new one, longer than that\n');
    await save();
    expect(Object.values(kept()).toSorted()).toEqual(['kept\n', 'new one, longer than that\n']);
  });

  it('keeps no half of a file', async () => {
    const served = await serve();
    const { save, kept } = saver(served);
    write(served, rotated(1), 'a\n');
    write(served, CURRENT, 'b\n');
    served.before = (name, _range, response) => {
      if (name !== CURRENT) return false;
      response.writeHead(200, { 'content-length': 24 });
      response.write('half', () => setTimeout(() => response.destroy(), 20));
      return true;
    };
    await expect(save()).rejects.toThrow('the connection to cp-1 broke');
    expect(kept()).toEqual({ [rotated(1)]: 'a\n' });
  });

  it('takes no name from a node that is none here', async () => {
    const served = await serve();
    const { save, kept } = saver(served);
    write(served, CURRENT, 'b\n');
    for (const end of ['%2F..%2F..%2Fx', '%0A'])
      served.files.set(`audit-2026-11-24T09-00-01.000.log${end}`, Buffer.from('evil'));
    await save();
    expect(kept()).toEqual({ [CURRENT]: 'b\n' });
  });
});
