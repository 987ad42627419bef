/** Credentials of an integration of no shop, as long as Magento makes them. */
export const integrationKeys = {
  kind: 'integration',
  consumerKey: 'ck0123456789ck0123456789ck012345',
  consumerSecret: 'cs0123456789cs0123456789cs012345',
  accessToken: 'tk0123456789tk0123456789tk012345',
  accessTokenSecret: 'ts0123456789ts0123456789ts012345',
} as const;
