import { isUtf8 } from 'node:buffer';
import { durationText } from '../../cluster/go-values.ts';
import type { WebhookPieces } from '../../cluster/kubeconfig/pieces.ts';
import type { WantedWebhook } from '../../cluster/options.ts';
import { UserError } from '../../errors.ts';
import { readGoDuration } from '../../flags/values.ts';
import { decodeText, readSpecFile, readStdin, type DecodeText, type Stdin } from '../../input/read.ts';

/** The flags about the webhook. */
export interface WebhookFlags {
  webhookConfig?: string;
  webhookUrl?: string;
  webhookCa?: string;
  webhookClientCert?: string;
  webhookClientKey?: string;
  webhookTokenFile?: string;
  webhookMode?: string;
  webhookInitialBackoff?: string;
}

/**
 * The webhook that the flags ask for, its config read or made of its parts; what is not given is left out.
 *
 * @param stdin for what is `-`.
 * @throws UserError for a file that cannot be read, for parts that kube-apiserver could not use, and for a duration that is none.
 */
export async function readWebhook(flags: WebhookFlags, stdin?: () => Stdin): Promise<WantedWebhook> {
  const { webhookConfig: file, webhookUrl: url, webhookMode: mode, webhookInitialBackoff: backoff } = flags;
  const config =
    file !== undefined
      ? normalised(await textOf(file, decodeText, 'a webhook config', stdin))
      : url !== undefined
        ? await configOf(url, flags, stdin)
        : undefined;
  return {
    ...(config === undefined ? {} : { config }),
    ...(mode === undefined ? {} : { mode }),
    ...(backoff === undefined ? {} : { initialBackoff: readBackoff(backoff) }),
  };
}

function textOf(file: string, decode: DecodeText, what: string, stdin?: () => Stdin): Promise<string> {
  if (file === '-' && stdin) return readStdin(stdin(), decode, what);
  return readSpecFile(file, decode).then(({ text }) => text);
}

/** The files that a config is made of: the flag, what it holds, and how its bytes are read. */
const PARTS = [
  { piece: 'ca', flag: 'webhookCa', what: 'the CA', decode: decodePem },
  { piece: 'clientCert', flag: 'webhookClientCert', what: 'the client certificate', decode: decodePem },
  { piece: 'clientKey', flag: 'webhookClientKey', what: 'the client key', decode: decodePem },
  { piece: 'token', flag: 'webhookTokenFile', what: 'the token', decode: decodeText },
] as const;

async function configOf(url: string, flags: WebhookFlags, stdin?: () => Stdin): Promise<string> {
  refuseHalfPair(flags);
  const pieces: WebhookPieces = { url };
  for (const { piece, flag, what, decode } of PARTS) {
    const file = flags[flag];
    if (file !== undefined) pieces[piece] = await textOf(file, decode, what, stdin);
  }
  const { kubeconfigOf, pieceProblem } = await import('../../cluster/kubeconfig/pieces.ts');
  const problem = pieceProblem(pieces);
  if (problem === null) return kubeconfigOf(pieces);
  const { piece, message, mend } = problem;
  const part = PARTS.find((each) => each.piece === piece);
  const file = part && flags[part.flag];
  if (file === undefined) throw new UserError(`--webhook-url ${message}`, { hint: mend });
  throw new UserError(message, { place: { file }, hint: mend });
}

function refuseHalfPair({ webhookClientCert: cert, webhookClientKey: key }: WebhookFlags): void {
  if (cert !== undefined && key === undefined)
    throw new UserError('--webhook-client-cert goes with --webhook-client-key', { hint: 'Give its key as well.' });
  if (cert === undefined && key !== undefined)
    throw new UserError('--webhook-client-key goes with --webhook-client-cert', {
      hint: 'Give its certificate as well.',
    });
}

/** PEM, a character a byte; a byte order mark is left out, which Go's reader trips over. Throws UserError for what is no text. */
function decodePem(bytes: Uint8Array, file: string): string {
  if (bytes.includes(0) || !isUtf8(bytes)) throw notPem(file);
  const text = decodeText(bytes, file).replace(/^\uFEFF/, '');
  return Buffer.from(text, 'utf8').toString('latin1');
}

function notPem(file: string): UserError {
  const hint = `Convert it: openssl x509 -inform der -in FILE for a certificate, openssl pkey for a key, openssl pkcs12 -nodes for both in one file.`;
  return new UserError('is binary, not PEM', { place: { file }, hint });
}

/** In the form in which kOps gives it back, or it would read back different from what was sent. */
function readBackoff(backoff: string): string {
  return durationText(readGoDuration('--webhook-initial-backoff', backoff));
}

/** LF, no byte order mark, no tabs at line ends and no trailing blanks, so that kOps prints it as a readable block. */
function normalised(text: string): string {
  const lines = text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .split('\n');
  return `${lines
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd()}\n`;
}
