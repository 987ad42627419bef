import { randomInt } from 'node:crypto';

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

/** How long every key, secret, token and verifier of Magento's OAuth is. */
export const CREDENTIAL_LENGTH = 32;

/** A new key, secret, token or verifier: 32 characters of `0-9a-z`. Magento: framework/Oauth/Helper/Oauth.php. */
export function randomCredential(): string {
  return Array.from({ length: CREDENTIAL_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
