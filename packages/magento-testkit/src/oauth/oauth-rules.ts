import { releaseOf } from '../release.ts';

/**
 * Which code of Magento checks signatures: the ZF1 library (up to 2.4.5), Laminas (2.4.6 and 2.4.7) or
 * Magento's own (from 2.4.8). They differ in parameter order, URL rules and what of the query they sign.
 */
export type SignatureGeneration = 'zf1' | 'laminas' | 'own';

/** What the OAuth code of one release does differently from that of others. */
export interface OAuthRules {
  readonly generation: SignatureGeneration;
  readonly signatureMethods: readonly string[];
  readonly badSignatureMessage: string;
  /** Whether an integration's access token is accepted as a plain bearer token without being switched on. */
  readonly bearerByDefault: boolean;
  /** Whether SOAP accepts OAuth headers besides bearer tokens. */
  readonly soapAcceptsOAuth: boolean;
}

/**
 * The OAuth rules of a release.
 *
 * @param release such as `2.4.7` or `2.4.7-p6`
 */
export function oauthRules(release: string): OAuthRules {
  const { isFrom: from } = releaseOf(release);
  const sha1 = from('2.4.4') ? [] : ['HMAC-SHA1'];
  return {
    generation: from('2.4.8') ? 'own' : from('2.4.6') ? 'laminas' : 'zf1',
    signatureMethods: [...sha1, 'HMAC-SHA256'],
    badSignatureMessage: `The ${from('2.3.2') ? 'signature' : 'signatire'} is invalid. Verify and try again.`,
    bearerByDefault: !from('2.4.4'),
    soapAcceptsOAuth: from('2.4.4'),
  };
}
