import { UserError } from '../../errors.ts';
import { type DecodeText, decodeText, MAX_SPEC_BYTES, tooLarge } from './decode-text.ts';

/**
 * Reads all of stdin as text; `decode` as for `readSpecFile`.
 * @throws UserError where stdin is a terminal, empty, above 64 MB, not UTF-8, or cannot be read.
 */
export async function readStdin(
  stream: NodeJS.ReadableStream & { isTTY?: boolean },
  decode: DecodeText = decodeText,
): Promise<string> {
  if (stream.isTTY) throw terminalAsInput();
  return decode(await readAll(stream), '-');
}

async function readAll(stream: NodeJS.ReadableStream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
      size += chunk.length;
      if (size > MAX_SPEC_BYTES) throw tooLarge('-');
    }
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(error);
  }
  return Buffer.concat(chunks);
}

function terminalAsInput(): UserError {
  return new UserError('`-f -` reads the spec from stdin, but stdin is a terminal', {
    hint: 'Pipe a spec in, such as `kops get cluster -o yaml | kops-audit enable -f -`, or give a file.',
  });
}

function unreadable(error: unknown): UserError {
  const reason = error instanceof Error ? error.message : String(error);
  return new UserError(`stdin cannot be read: ${reason}`, { cause: error });
}
