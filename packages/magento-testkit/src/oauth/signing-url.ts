import type { SignatureGeneration } from './oauth-rules.ts';
import type { SignedRequest } from './signed-request.ts';

const LAMINAS_PATH_CHARS = /[A-Za-z0-9_\-.~:@&=+$,/;%]/;

/**
 * The URL that goes into the base string: scheme, host, port and path, without the query.
 *
 * The first two generations write the host in lower case and leave the scheme's own port out; the third takes
 * both as sent. Only the second rewrites percent-encoded characters of the path.
 * Magento: framework/Oauth/Helper/Signature/Hmac.php (2.4.8) and the libraries before it.
 */
export function signingUrl(request: SignedRequest, generation: SignatureGeneration): string {
  const path = request.uri.split('?', 1)[0] ?? '';
  if (generation === 'own') return `${request.scheme}://${request.host}${path}`;
  const defaultPort = request.scheme === 'https' ? ':443' : ':80';
  const host = request.host.toLowerCase();
  const trimmed = host.endsWith(defaultPort) ? host.slice(0, -defaultPort.length) : host;
  return `${request.scheme}://${trimmed}${generation === 'laminas' ? normalizePath(path) : path}`;
}

/** Laminas: Uri::normalizePath: decodes every escape whose character may stand in a path, encodes the rest. */
function normalizePath(path: string): string {
  const decoded = removeDotSegments(path).replace(/%[0-9A-Fa-f]{2}/g, (escape) => {
    const char = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return LAMINAS_PATH_CHARS.test(char) ? char : escape.toUpperCase();
  });
  return decoded.replace(/[^A-Za-z0-9_\-.~)(:@&=+$,/;%]+|%(?![0-9A-Fa-f]{2})/g, (text) =>
    [...text].map((char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

/** RFC 3986, 5.2.4. */
function removeDotSegments(path: string): string {
  if (!/(^|\/)\.{1,2}(\/|$)/.test(path)) return path;
  const kept: string[] = [];
  const segments = path.split('/');
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (segment === '..' && kept.length > 1) kept.pop();
    if (segment !== '.' && segment !== '..') kept.push(segment);
    else if (isLast) kept.push('');
  }
  return kept.join('/');
}
