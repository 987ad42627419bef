/** Encodes everything but RFC 3986's unreserved characters, as PHP's `rawurlencode` does; throws a `URIError` for half a character. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
