import type { NewIntegration } from './integration.ts';

/**
 * The integrations of the recorded shop, credentials included; the shop they belonged to is gone.
 * Recordings: recordings/integrations.json.
 */
export const recordedIntegrations: readonly NewIntegration[] = [
  {
    name: 'Full access',
    active: true,
    resources: 'all',
    consumerKey: 'thgv6egsgltw9ic6d25eenim616xvsev',
    consumerSecret: '6vsuq5cqzuw80d4qcvqhuvv9pkoyg39w',
    accessToken: '9lgfg8fan36aylzkpdjfazlxprc8xbeq',
    accessTokenSecret: '8sp0u2vfyblbtffetv3kmkpwps7ml3sl',
  },
  {
    name: 'Only CMS pages',
    active: true,
    resources: ['Magento_Cms::page'],
    consumerKey: 'ds53qy1q1qcn25c1mgdan18e7jfpezc9',
    consumerSecret: 'qvuqhxly7zr0a3u0770l3j9wg21j6oe6',
    accessToken: '5xpeu1a9gqo3qmr8nx1m2ogdg0amk5y1',
    accessTokenSecret: 'eazhmbw181dbeyl5guj36p1otrs7zcip',
  },
  {
    name: 'Only customers',
    active: true,
    resources: ['Magento_Customer::customer'],
    consumerKey: 'sfzxfumg6jb0lpovacsb284fxbhq85lv',
    consumerSecret: 'ibauafnzopv80x2ngby31zojlr1434of',
    accessToken: 'oyunqb4jzdxyjma20vd4pblrogk2jeqc',
    accessTokenSecret: 'sm0hf4p097296055i7imnpglejaxwyko',
  },
  {
    name: 'Inactive',
    active: false,
    resources: 'all',
    consumerKey: '3fx65m16ou5qfwugwzdt4u0h2iiy3t5n',
    consumerSecret: 'o8bv34wlearghsz5z2fegbc72ufcc4zr',
    accessToken: 'rpfzreamkix0ivuxuf3899m5f7s4jcdn',
    accessTokenSecret: 'mouybhe9du4m36vd1zwnfnqglwtp4f3a',
  },
];
