import { inFreshLane } from '@magento-sync/magento-client';
import { parseConfig } from '../config/config.ts';
import { exitCodes } from '../exit-codes.ts';
import { withServices } from '../services.ts';
import { signInNow } from '../sign-in.ts';
import type { CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { interruptible } from './interruptible.ts';

/** `magento-sync sign-in` */
export const signInCommand: CommandDefinition = {
  name: 'sign-in',
  summary: 'sign in to the shop now, also while no login would be tried',
  description:
    'Signs in once, without the wait that follows a refused login: for when the account was unlocked or its password\n' +
    'put back. A success opens the door for all workers of the shop. A login that would be the sixth wrong one within\n' +
    'half an hour is not sent, because Magento locks the account for everybody then.',
  notes: 'Exits with 1 when the shop refuses.',
  options: (command) =>
    command
      .option('--force', 'try also when one more wrong login would lock the account')
      .option('--json', 'print the result as JSON'),
  async run(options, { environment, output }) {
    const config = parseConfig(environment);
    const log = commandLogger(config, 'other');
    return interruptible(config, output, ({ abort: signal }) =>
      withServices(config, { command: 'sign-in', log, signal }, async ({ magento }) => {
        // Somebody waits for it.
        const result = await inFreshLane(() =>
          signInNow(magento, { evenIfItLocks: options['force'] === true }, signal),
        );
        if (options['json']) output.json(result);
        else output.line(sentenceOf(result));
        return exitCodes.success;
      }),
    );
  },
};

function sentenceOf({ kind, loggedIn, expiresAt, customers }: Awaited<ReturnType<typeof signInNow>>): string {
  const token = expiresAt ? `; the token is good until ${expiresAt.toISOString()}` : '';
  const how = loggedIn ? `Signed in (${kind})${token}.` : `Signing in by ${kind} needs no login; it works.`;
  return `${how} The shop shows this account ${customers} customers. Workers that run go on with their next job.`;
}
