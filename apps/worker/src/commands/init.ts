import { resolve } from 'node:path';
import type { Command } from 'commander';
import { pino } from 'pino';
import type { Config } from '../config/config.ts';
import type { Diagnosis } from '../doctor/diagnose.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageError } from '../failure.ts';
import { collectSettings, type KnownAnswers } from '../init/init.ts';
import { CancelledError, canAsk, type Questions, terminalQuestions } from '../init/questions.ts';
import {
  changedNames,
  readSettings,
  requirePlace,
  withSettings,
  writeSettings,
} from '../init/settings-file.ts';
import type { CommandContext, CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { interruptible } from './interruptible.ts';

interface Options extends KnownAnswers {
  readonly file: string;
  readonly yes?: boolean;
  readonly force?: boolean;
}

/** `magento-sync init` */
export const initCommand: CommandDefinition = {
  name: 'init',
  aboutShops: 'any',
  summary: 'ask what has to be known, try it, and write .env',
  description:
    'Asks for the address of the shop, the way to sign in, what is copied and where PostgreSQL is, tries the answers with\n' +
    'the checks of "doctor" and one login, and writes them to a file that only you can read. A mistyped address is found,\n' +
    'and the right one proposed.',
  notes:
    'For scripts: magento-sync init --yes --url https://shop.example.com --username sync --entities all, with the secrets in\n' +
    'the environment (MAGENTO_PASSWORD, DATABASE_URL …): flags would show them to every user of the machine.\n' +
    'Exits with 1 and writes nothing when something does not work; --force writes it nevertheless.',
  options,
  async run(given, context) {
    const { yes, ...choices } = given as unknown as Options;
    if (!yes && !canAsk(context.environment)) {
      throw new UsageError(
        'There is no terminal to ask on. Give --yes, --url, --username (or --auth), --entities and --database-url, and the ' +
          'secrets in the environment.',
      );
    }
    const patience = { graceMs: 0, deadlineMs: 10_000 };
    return interruptible(
      { shutdown: patience },
      context.output,
      async ({ pause: signal }): Promise<ExitCode> => {
        try {
          const questions = yes ? undefined : terminalQuestions(signal);
          return await setUp(choices, context, questions, signal);
        } catch (error) {
          if (error instanceof CancelledError) return exitCodes.interrupted;
          throw error;
        }
      },
    );
  },
};

function options(command: Command): Command {
  return command
    .option('--yes', 'ask nothing: take flags, the environment and defaults')
    .option('--url <address>', 'address of the shop')
    .option('--auth <way>', 'how to sign in: admin, integration, bearer or ims')
    .option('--username <name>', 'user of the administration')
    .option('--entities <names>', 'what is copied, separated by commas, or all')
    .option(
      '--database-url <address>',
      'where PostgreSQL is; better in the environment when it has a password',
    )
    .option('--file <path>', 'the file to write', '.env')
    .option('--force', 'change settings that are in the file already, and write also what does not work yet');
}

async function setUp(
  { file, force, ...known }: Omit<Options, 'yes'>,
  { environment, output }: CommandContext,
  questions: Questions | undefined,
  signal: AbortSignal,
): Promise<ExitCode> {
  const path = resolve(file);
  // Before anything is asked: nobody should answer for nothing.
  await requirePlace(path);
  const before = await readSettings(path);
  questions?.begin('magento-sync: setting up a shop');
  if (before !== undefined && questions && !force) {
    const goOn = await questions.yes(`${file} exists. Change it? Other lines stay as they are.`, false);
    if (!goOn) throw new CancelledError('Nothing was written.');
  }
  const silent = pino({ level: 'silent' });
  const { settings, diagnosis } = await collectSettings(
    {
      known,
      environment,
      questions,
      tell: (sentence) => {
        if (!questions) output.note(sentence);
      },
      logOf: (config: Config) => commandLogger(config, 'other'),
      log: silent,
    },
    signal,
  );
  signal.throwIfAborted();
  const { healthy } = diagnosis;
  for (const sentence of problemsOf(diagnosis)) {
    if (questions) questions.tell('error', sentence);
    else output.note(sentence);
  }
  if (!healthy && !force) {
    const anyway =
      (await questions?.yes('Something does not work yet. Write the file nevertheless?', false)) ?? false;
    if (!anyway) {
      const sentence = `${file} was not written. Cure what is named above and run it again, or add --force.`;
      if (questions) questions.end(sentence);
      else output.note(sentence);
      return exitCodes.failure;
    }
  }
  const changed = changedNames(before, settings);
  if (changed.length > 0 && !force) {
    const sentence = `${file} has ${changed.join(', ')} already, with other values`;
    if (!questions) throw new UsageError(`${sentence}; add --force to change them. Nothing was written.`);
    if (!(await questions.yes(`${sentence}. Change them?`, true)))
      throw new CancelledError('Nothing was written.');
  }
  await writeSettings(path, withSettings(before, settings));
  const names = Object.keys(settings).join(', ');
  const next = `Next: "magento-sync plan" says how long a backfill takes; "magento-sync daemon" fills the copy and keeps it fresh.`;
  if (questions) {
    questions.tell('success', `${file} written, readable by you alone: ${names}`);
    questions.end(next);
  } else {
    output.line(`${file} written, readable by you alone: ${names}`);
    output.line(next);
  }
  return healthy ? exitCodes.success : exitCodes.failure;
}

function problemsOf({ findings }: Diagnosis): string[] {
  const wrong = findings.filter(({ outcome }) => outcome === 'problem');
  return wrong.map(({ check, detail }) => `${check}: ${detail}`);
}
