import { client, type Mutation, sync } from './mutation.ts';

/** What carries a worker through trouble. */
export const outageMutations: readonly Mutation[] = [
  {
    defence: 'a row over which answers break is set aside and everything else goes on',
    file: `${sync}/reading/quarantine.ts`,
    find: '      if (!mayBeAboutARow(error) || !(await answers())) throw error;\n      const id',
    replace: '      if (error !== undefined) throw error;\n      const id',
    probe: 'reading',
    seed: 1,
    says: /cannot be served ended the backfill/,
  },
  {
    defence: 'a refused token is renewed once and the request repeated',
    file: `${client}/http/http-transport.ts`,
    find: 'if (!renewed && sent.isAuthorized &&',
    replace: 'if (renewed && sent.isAuthorized &&',
    scene: 'a token that ends',
    seed: 1,
    says: /what had to succeed failed: .*401/,
  },
  {
    defence: 'a request that met a passing trouble is repeated',
    file: `${client}/http/retry-policy.ts`,
    find: 'if (attempt >= Math.min(options.attempts, mostAttemptsFor(error))) return { retry: false };',
    replace: 'if (attempt >= Math.min(1, mostAttemptsFor(error))) return { retry: false };',
    scene: 'a trouble that passes',
    seed: 1,
    says: /what had to succeed failed/,
  },
  {
    defence: 'refused logins end before Magento locks the account',
    file: `${client}/auth/token-holder.ts`,
    find: 'if (breaker.open) {',
    replace: 'if (breaker.open && now < 0) {',
    scene: 'a password that was changed',
    seed: 1,
    says: /wrong logins: Magento locks/,
  },
  {
    defence: 'who was set aside is tried again',
    file: `${sync}/reading/quarantine.ts`,
    find: "if (retries === 'all' || nextAttemptAt <= now) {",
    replace: "if (retries === 'all' && nextAttemptAt <= new Date(0)) {",
    scene: 'a broken customer',
    seed: 1,
    says: /the end: .*differs/,
  },
  {
    defence: 'a record is set aside in whatever way it spoils answers',
    file: `${sync}/reading/broken-answers.ts`,
    find: '    mayBeAboutRows(error) ||',
    replace: '    (mayBeAboutRows(error) && traceOf(error as MagentoError).httpStatus !== null) ||',
    scene: 'a notice before answers',
    seed: 1,
    says: /what had to succeed failed/,
  },
];
