import { request as http, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as https } from 'node:https';
import type { RequestOptions as TlsOptions } from 'node:https';

export interface Answer {
  status: number;
  body: string;
}

export interface Sending extends TlsOptions {
  /** Text to send. */
  content?: string;
  /** Goes away as soon as the answer begins, as a client that has seen enough of a watch. */
  leave?: boolean;
}

/** Sends one request, over TLS where there is a `ca`, on a connection of its own, and gives the answer. Throws if there is none. */
export function answer({ content, leave = false, ...options }: Sending): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const all: RequestOptions = { agent: false, timeout: 20_000, ...options };
    const sent = options.ca === undefined ? http(all) : https(all);
    const settle = ({ statusCode = 0 }: IncomingMessage, body = ''): void => resolve({ status: statusCode, body });
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => settle(response, Buffer.concat(chunks).toString()));
      response.on('error', () => settle(response));
      if (leave) sent.destroy();
    });
    sent.on('upgrade', (response, socket) => {
      socket.destroy();
      settle(response);
    });
    sent.on('timeout', () => sent.destroy(new Error(`${options.method} ${options.path}: no answer`)));
    sent.on('error', reject);
    sent.end(content);
  });
}
