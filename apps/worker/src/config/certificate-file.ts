import { X509Certificate } from 'node:crypto';
import { readNamedFile } from './named-file.ts';
import { Secret } from './secret.ts';

/**
 * Reads a file of certificates in PEM.
 *
 * Yields the certificates, shown as the path that people know them by, or what is wrong as the rest of a sentence.
 */
export function readCertificateFile(path: string): Secret | { readonly problem: string } {
  const pem = readNamedFile(path);
  if (typeof pem !== 'string') return pem;
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (certificates.length === 0) {
    return {
      problem:
        'names a file without a certificate in PEM ("-----BEGIN CERTIFICATE-----"); "openssl x509 -inform der" makes one of a .cer or .der file',
    };
  }
  try {
    for (const certificate of certificates) new X509Certificate(certificate);
  } catch {
    return { problem: 'names a file with a certificate that is broken' };
  }
  return new Secret(certificates.join('\n'), path);
}
