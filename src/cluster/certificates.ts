import { X509Certificate } from 'node:crypto';
import type { JsonObject } from './types.ts';

/** Keys of a kubeconfig that hold certificates as base64 of PEM. */
const CERTIFICATE_KEYS = ['certificate-authority-data', 'client-certificate-data'] as const;

/**
 * The keys of a kubeconfig's cluster or user whose certificates cannot be read; client-go then fails when kube-apiserver starts
 * (`transport/transport.go`, rootCertPool and X509KeyPair, client-go 0.36).
 */
export function unreadableCertificates(entry: JsonObject): string[] {
  return CERTIFICATE_KEYS.filter((key) => {
    const data = entry[key];
    return typeof data === 'string' && data !== '' && !isCertificate(data);
  });
}

function isCertificate(base64: string): boolean {
  try {
    return new X509Certificate(Buffer.from(base64, 'base64')).subject !== undefined;
  } catch {
    return false;
  }
}
