import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A network of its own: loopback with a few addresses more, and no way out. */
export interface Network {
  /** The words that run what follows in it. */
  enter: [string, ...string[]];
  /** The port of its 127.0.0.1 that `socket` leads to. */
  port: number;
  /** A unix socket by which the tests get in, who are outside. */
  socket: string;
  close(): Promise<void>;
}

const PORT = 6443;
/** Lets in who connects to the socket $0; it ends when its stdin does, and the network with it. */
const DOOR = `
  const { connect, createServer } = require('node:net');
  createServer((from) => {
    const to = connect(${PORT}, '127.0.0.1');
    for (const [one, other] of [[from, to], [to, from]]) one.on('error', () => other.destroy()).pipe(other);
  }).listen(process.argv[1], () => console.log('open'));
  process.stdin.on('end', () => process.exit()).resume();`;
const SET_UP =
  'ip link set lo up && ip route add "$1" dev lo && shift && while [ "$1" != -- ]; do ip addr add "$1/32" dev lo && shift || exit; done && shift && exec "$@"';

/**
 * Makes one, which stays until it is closed or this process ends. An API server refuses to forward to loopback addresses, so servers that it
 * forwards to need others. Needs Linux, root and iproute2.
 *
 * @param addresses what it has.
 * @param silent an address in it where nobody answers, not even that nobody is there.
 * @throws with what was said if it cannot be made.
 */
export async function openNetwork(dir: string, addresses: readonly string[], silent: string): Promise<Network> {
  const socket = join(dir, 'network.sock');
  const door = [process.execPath, '-e', DOOR, socket];
  const script = ['sh', '-c', SET_UP, 'network', silent, ...addresses, '--', ...door];
  const child = spawn('unshare', ['--net', ...script], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  let said = '';
  child.stderr.on('data', (text) => (said += String(text)));
  const ended = once(child, 'exit');
  const isOpen = await Promise.race([once(child.stdout, 'data').then(() => true), ended.then(() => false)]);
  if (!isOpen) throw new Error(`no network of its own could be made: ${said}`);
  return {
    enter: ['nsenter', `--net=/proc/${child.pid}/ns/net`],
    port: PORT,
    socket,
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
