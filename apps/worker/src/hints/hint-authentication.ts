import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Secret } from '../config/secret.ts';
import { Refusal } from '../http/route.ts';

/** Name of the header that signs the body: `sha256=` and the HMAC in hexadecimal digits. */
const signatureHeader = 'x-hint-signature';

/** Lets a request pass only when it knows the secret. */
export interface HintAuthentication {
  /** Checks what can be checked before the body is read. Throws a `Refusal` with 401. */
  checkHeaders(headers: IncomingHttpHeaders): void;
  /** Checks the signature of the body, when the request carries one. Throws a `Refusal` with 401. */
  checkBody(headers: IncomingHttpHeaders, body: Buffer): void;
}

/** Creates the check: `Authorization: Bearer <secret>`, or a signature of the body made with the secret. */
export function hintAuthentication(secret: Secret): HintAuthentication {
  return {
    checkHeaders(headers) {
      const bearer = /^Bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1];
      if (bearer !== undefined) {
        if (!equal(bearer.trim(), secret.reveal())) throw refused('The secret is wrong.');
      } else if (headers[signatureHeader] === undefined) {
        throw refused('Send "Authorization: Bearer <HINT_SECRET>" or sign the body in "X-Hint-Signature".');
      }
    },
    checkBody(headers, body) {
      const signature = headers[signatureHeader];
      if (signature === undefined) return;
      const expected = `sha256=${createHmac('sha256', secret.reveal()).update(body).digest('hex')}`;
      if (typeof signature !== 'string' || !equal(signature.trim().toLowerCase(), expected)) {
        throw refused(
          'The signature does not fit the body; sign the bytes as they are sent, with HINT_SECRET.',
        );
      }
    },
  };
}

function refused(message: string): Refusal {
  return new Refusal(401, message, { 'www-authenticate': 'Bearer' });
}

/** Compares in a time that tells nothing; digests have one length whatever was sent. */
function equal(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
