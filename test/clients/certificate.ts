import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Undefined: certificates can be made. Else what this machine lacks for it. */
export function missingForCertificates(): string | undefined {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'openssl';
  }
}

/** A certificate of 127.0.0.1 that nobody has signed but itself. Paths of PEM files, and the certificate's text. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
}

export async function makeCertificate(folder: string): Promise<Certificate> {
  const [certFile, keyFile] = [join(folder, 'api.crt'), join(folder, 'api.key')];
  const words = [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ...['-subj', '/CN=netbird-alerts test', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'],
    ...['-keyout', keyFile, '-out', certFile],
  ];
  execFileSync('openssl', words, { stdio: 'pipe' });
  return { certFile, keyFile, cert: await readFile(certFile, 'utf8') };
}
