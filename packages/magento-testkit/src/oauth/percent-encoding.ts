const OUTSIDE_UNRESERVED = /[^A-Za-z0-9\-._~]/g;
const ESCAPED_BYTE = /%([0-9A-Fa-f]{2})/g;

/**
 * Encodes everything outside RFC 3986's unreserved characters.
 *
 * Works on byte strings (one character per byte, as Node hands out request lines and headers), because PHP
 * signs bytes and does not care whether they are valid UTF-8. PHP: `rawurlencode`.
 */
export function percentEncode(bytes: string): string {
  return bytes.replace(OUTSIDE_UNRESERVED, (char) => `%${hexByte(char)}`);
}

/** Decodes `%XX` and nothing else: a plus stays a plus. PHP: `rawurldecode`. */
export function percentDecode(text: string): string {
  return text.replace(ESCAPED_BYTE, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Decodes as a form field: `%XX`, and plus as space. PHP: `urldecode`, `parse_str`. */
export function formDecode(text: string): string {
  return percentDecode(text.replaceAll('+', ' '));
}

/** Turns text into the byte string of its UTF-8 form. */
export function toByteString(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function hexByte(char: string): string {
  return (char.charCodeAt(0) & 0xff).toString(16).toUpperCase().padStart(2, '0');
}
