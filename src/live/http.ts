import { request as http } from 'node:http';
import { request as https } from 'node:https';
import type { Outcome } from '../ship/verdict.ts';

/** A request to a server that is not the API server: a log store. */
export interface HttpRequest {
  url: string;
  method: 'GET' | 'POST';
  headers: Readonly<Record<string, string>>;
  body?: Uint8Array;
  timeoutMs: number;
  signal: AbortSignal;
}

/** No more of an answer is read: what stores say in words is short, and a search is asked for a few rows. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Sends one request on a connection of its own, follows no redirect, and gives what came back.
 *
 * @throws the signal's reason.
 */
export function sendHttp({ url, method, headers, body, timeoutMs, signal }: HttpRequest): Promise<Outcome> {
  return new Promise((done, fail) => {
    const send = url.startsWith('https:') ? https : http;
    const length = body === undefined ? {} : { 'content-length': String(body.length) };
    const sent = send(url, { method, headers: { ...headers, ...length }, agent: false, signal });
    const timer = setTimeout(() => sent.destroy(new TimeoutError(timeoutMs)), timeoutMs);
    const end = (outcome: Outcome): void => {
      clearTimeout(timer);
      done(outcome);
    };
    sent.on('error', (error) => {
      if (signal.aborted) fail(signal.reason);
      end(failureOf(error));
    });
    sent.on('response', (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= MOST_BYTES) chunks.push(chunk);
        else answer.destroy();
      });
      answer.on('error', (error) => end(failureOf(error)));
      answer.on('close', () => {
        const { 'content-type': contentType = '', location = '' } = answer.headers;
        end({ type: 'answer', status: answer.statusCode ?? 0, contentType, location, body: Buffer.concat(chunks) });
      });
    });
    sent.end(body);
  });
}

class TimeoutError extends Error {
  readonly code = 'TIMEOUT';

  constructor(milliseconds: number) {
    super(`nothing came within ${milliseconds / 1000} s`);
  }
}

/** Where several addresses of a name were tried, the first tells why. */
function failureOf(error: Error): Outcome {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const told = first instanceof Error ? first : error;
  return { type: 'failure', code: 'code' in told ? String(told.code) : '', message: told.message };
}
