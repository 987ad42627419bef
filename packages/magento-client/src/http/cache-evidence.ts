import { randomBytes } from 'node:crypto';
import { CachedAnswerError } from '../errors.ts';

/**
 * Gives an address a parameter of its own, so that nobody can answer it from memory.
 *
 * Magento reads the parameters of a route by name and passes over others (framework/Webapi/ServiceInputProcessor.php);
 * all releases sign it alike. Not so SOAP, which refuses what it does not know (module-webapi/Controller/Soap.php).
 */
export function withOwnParameter(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}nocache=${randomBytes(8).toString('hex')}`;
}

/** The error for an answer that comes from a cache; `evidence` as {@link cacheEvidence} tells it. */
export function cachedAnswer(path: string, evidence: string): CachedAnswerError {
  return new CachedAnswerError(
    `The answer to ${path} comes from a cache (${evidence}) and may be older than the shop. ${cacheCure}`,
    { path },
  );
}

/** How a cache is kept away from the web API. */
export const cacheCure =
  'Exclude /rest from the cache: return (pass) for it in Varnish, proxy_cache_bypass and proxy_no_cache in nginx, a rule that bypasses the cache in a CDN, no mod_expires for it in Apache.';

/** Words by which caches say that they answered themselves: nginx, Varnish, Squid, CloudFront, Cloudflare, Fastly. */
const hit = /(?:^|[\s,;:_-])(?:hit|stale|updating|revalidated|refreshhit)(?:$|[\s,;:_-])/i;
/** Headers about caches that do not say who answered. */
const silent = /control|-key|-tags?$|-id$|-ttl|-policy|-expires|-age$|-group|-lookup/;

/** What an answer says of its coming from a cache; `undefined` when it says nothing of the kind. */
export function cacheEvidence(headers: Readonly<Record<string, string>>): string | undefined {
  for (const [name, value] of Object.entries(headers)) {
    if (isEvidence(name, value)) return `${name}: ${value.replace(/[^\x20-\x7e]/g, '?').slice(0, 80)}`;
  }
  return undefined;
}

function isEvidence(name: string, value: string): boolean {
  switch (name) {
    case 'age':
      return value.split(',').some((age) => Number(age) > 0);
    // Two ids: that of this request and that of the one that filled the cache.
    case 'x-varnish':
      return /^\s*\d+\s+\d+/.test(value);
    case 'cache-status':
      return isHitByStandard(value);
    // Apache Traffic Server tells in brackets: cH, cR and cS stand for what it had.
    case 'via':
      return /\[[^\]\s]*c[HRS]/.test(value);
    // 110 and 111 are stale answers.
    case 'warning':
      return /(?:^|,\s*)11[0-3]\b/.test(value);
    default:
  }
  if (!name.includes('cache') || silent.test(name)) return false;
  if (/cache-?hits?$|from-cache$/.test(name) && /^(?:yes|true|on)$/i.test(value.trim())) return true;
  if (/hits?$|from-cache$/.test(name))
    return value.split(',').some((count) => Number(count) > 0) || hit.test(value);
  return hit.test(value);
}

/** RFC 9211: every cache on the way is a member of the list, `hit` a parameter of those that answered. */
function isHitByStandard(value: string): boolean {
  return value
    .replace(/"(?:[^"\\]|\\.)*"/g, '""')
    .split(',')
    .some((cache) => cache.split(';').some((parameter) => /^\s*hit\s*(?:=\s*\?1\s*)?$/.test(parameter)));
}
