import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificate } from './hostile-server.js';

/** Whether certificates can be made, which Node cannot do. */
export const HAS_OPENSSL = spawnSync('openssl', ['version']).status === 0;

if (!HAS_OPENSSL) console.warn('SKIPPED: tests of TLS, because there is no openssl to make certificates with');

export interface CertificateFile extends Certificate {
  /** The certificate's path, for those who are to trust it. */
  readonly path: string;
}

/** Makes a certificate that vouches for itself; `name` is what it is for, such as `IP:127.0.0.1`. */
export function selfSigned(folder: string, name: string): CertificateFile {
  const base = join(folder, name.replaceAll(/\W/g, '-'));
  const [keyPath, path] = [`${base}.key`, `${base}.pem`];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '2', '-subj', '/CN=qf test'],
      ...['-addext', `subjectAltName=${name}`, '-keyout', keyPath, '-out', path],
    ],
    { stdio: 'pipe' },
  );
  return { key: readFileSync(keyPath, 'utf8'), cert: readFileSync(path, 'utf8'), path };
}
