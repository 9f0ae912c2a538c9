import { describe, expect, it } from 'vitest';
import { NodeLog } from '../../src/live/node-log.ts';
import { CURRENT, rotate, rotated, serve, type Served, write } from './served-node.ts';

function logOf({ client }: Served): { log: NodeLog; gaps: string[]; read: () => Promise<string> } {
  const gaps: string[] = [];
  const log = new NodeLog(client, { node: 'cp-1', folder: 'a', name: CURRENT }, (text) => gaps.push(text));
  const read = async (): Promise<string> => {
    let text = '';
    for await (const bytes of log.news()) text += Buffer.from(bytes).toString();
    return text;
  };
  return { log, gaps, read };
}

describe('NodeLog', () => {
  it('gives what was rotated away, the file, and then only what is new', async () => {
    const served = await serve();
    write(served, rotated(2), 'b\n');
    write(served, rotated(1), 'a\n');
    write(served, CURRENT, 'c\n');
    const { read, gaps } = logOf(served);
    expect(await read()).toBe('a\nb\nc\n');
    expect(await read()).toBe('');
    write(served, CURRENT, 'd\n');
    served.asked.length = 0;
    expect(await read()).toBe('d\n');
    expect(served.asked).toEqual([`${CURRENT} bytes=0-`]);
    expect(gaps).toEqual([]);
  });

  it.each([false, true])(
    'goes on across several rotations between two looks (compressed: %s)',
    async (isCompressed) => {
      const served = await serve();
      const { read, gaps } = logOf(served);
      write(served, CURRENT, 'a\n');
      expect(await read()).toBe('a\n');
      write(served, CURRENT, 'b\n');
      rotate(served, rotated(1), isCompressed);
      write(served, CURRENT, 'c\n');
      rotate(served, rotated(2), isCompressed);
      write(served, CURRENT, 'a longer one than the first\n');
      expect(await read()).toBe('b\nc\na longer one than the first\n');
      expect(gaps).toEqual([]);
    },
  );

  it('reads again where the file is rotated between the listing and the opening', async () => {
    const served = await serve();
    const { read } = logOf(served);
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
    expect(await read()).toBe('a\nb\n');
  });

  it('says where the file was emptied, and where what followed it is gone', async () => {
    const served = await serve();
    const { read, gaps } = logOf(served);
    write(served, CURRENT, 'first\n');
    await read();
    served.files.clear();
    write(served, rotated(5), 'other file\n');
    write(served, CURRENT, 'new\n');
    expect(await read()).toBe('other file\nnew\n');
    expect(gaps).toEqual(['cp-1: audit.log was replaced; what came after its byte 6 may be missing']);
  });

  it('goes on where a connection breaks in the middle', async () => {
    const served = await serve();
    const { read } = logOf(served);
    write(served, CURRENT, 'first half, second half\n');
    let isFirst = true;
    served.before = (name, _range, response) => {
      if (name !== CURRENT || !isFirst) return false;
      isFirst = false;
      response.writeHead(200, { 'content-length': 24 });
      response.write('first half, ', () => setTimeout(() => response.destroy(), 50));
      return true;
    };
    expect(await read()).toBe('first half, second half\n');
  });

  it('leaves out what is there', async () => {
    const served = await serve();
    const { log, read } = logOf(served);
    write(served, rotated(1), 'a\n');
    write(served, CURRENT, 'b\n');
    await log.skip();
    write(served, CURRENT, 'c\n');
    expect(await read()).toBe('c\n');
  });
});

describe('NodeClient', () => {
  it.each(['a/../pods', 'a/./x', '', 'a//b', 'a/\u0000', '..'])(
    'asks for no path that goes elsewhere: %j',
    async (path) => {
      const { client, asked } = await serve();
      await expect(client.open('cp-1', path, null)).rejects.toThrow('is no path below /var/log');
      expect(asked).toEqual([]);
    },
  );

  it('knows its own requests by their ID and by what was asked, not by one of them', async () => {
    const served = await serve();
    let auditID = '';
    served.before = (_name, _range, response) => {
      auditID = String(response.getHeader('audit-id'));
      return false;
    };
    await served.client.list('cp-1', 'a');
    const own = { auditID, verb: 'get', requestURI: '/api/v1/nodes/cp-1/proxy/logs/a/' };
    expect(served.client.isOurs(own)).toBe(true);
    expect(served.client.isOurs({ ...own, verb: 'delete' })).toBe(false);
    expect(served.client.isOurs({ ...own, requestURI: '/api/v1/secrets' })).toBe(false);
    expect(served.client.isOurs({ ...own, auditID: 'another' })).toBe(false);
  });

  it('does not wait for ever for one that says nothing', async () => {
    const served = await serve(100);
    served.before = () => true;
    await expect(served.client.list('cp-1', 'a')).rejects.toThrow('cp-1 gives nothing for 0.1 s');
  });
});
