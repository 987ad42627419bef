import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { alertsCommand } from './commands/alerts.ts';
import { authorizeCommand } from './commands/authorize.ts';
import { backfillCommand } from './commands/backfill.ts';
import { capabilitiesCommand } from './commands/capabilities.ts';
import { changesCommand } from './commands/changes.ts';
import type { CommandContext, CommandDefinition } from './commands/command.ts';
import { consoleCommand } from './commands/console.ts';
import { daemonCommand } from './commands/daemon.ts';
import { doctorCommand } from './commands/doctor.ts';
import { eraseCommand } from './commands/erase.ts';
import { healthCommand } from './commands/health.ts';
import { historyCommand } from './commands/history.ts';
import { initCommand } from './commands/init.ts';
import { migrateCommand } from './commands/migrate.ts';
import { pauseCommand, resumeCommand } from './commands/pause.ts';
import { planCommand } from './commands/plan.ts';
import { pullCommand } from './commands/pull.ts';
import { quarantineCommand } from './commands/quarantine.ts';
import { reconcileCommand } from './commands/reconcile.ts';
import { referenceDataCommand } from './commands/reference-data.ts';
import { resyncCommand } from './commands/resync.ts';
import { runsCommand } from './commands/runs.ts';
import { shopsCommand } from './commands/shops.ts';
import { signInCommand } from './commands/sign-in.ts';
import { statusCommand } from './commands/status.ts';
import { sweepCommand } from './commands/sweep.ts';
import { verifyCommand } from './commands/verify.ts';
import { exitCodeHelp, exitCodes } from './exit-codes.ts';
import { describeFailure, UsageError } from './failure.ts';
import { chooseShop } from './shops-file/choose-shop.ts';

// Beside both src and dist.
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Every command; a new one needs its file and a line here. */
const commands: readonly CommandDefinition[] = [
  initCommand,
  daemonCommand,
  planCommand,
  backfillCommand,
  pullCommand,
  sweepCommand,
  reconcileCommand,
  verifyCommand,
  resyncCommand,
  eraseCommand,
  pauseCommand,
  resumeCommand,
  referenceDataCommand,
  statusCommand,
  runsCommand,
  quarantineCommand,
  alertsCommand,
  consoleCommand,
  historyCommand,
  changesCommand,
  doctorCommand,
  healthCommand,
  shopsCommand,
  authorizeCommand,
  signInCommand,
  capabilitiesCommand,
  migrateCommand,
];

const introduction = `Keeps a PostgreSQL copy of a Magento 2 shop's customers and sales complete, fresh and provably equal to the source.

Settings come from the environment, and from a file .env in the working directory; .env.example lists all of them.`;

/**
 * Runs the command line and returns the exit code; never throws and never ends the process itself.
 *
 * A failure is one sentence on standard error; the stack trace is added by --trace or LOG_LEVEL=debug.
 */
export async function runCli(args: readonly string[], context: CommandContext): Promise<number> {
  let exitCode: number = exitCodes.success;
  const program = createProgram(context, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.success : exitCodes.usage;
    const failure = describeFailure(error);
    context.output.note(`magento-sync: ${failure.sentence}`);
    const trace = args.includes('--trace') || context.environment['LOG_LEVEL'] === 'debug';
    if (trace) context.output.note(describeTrace(error));
    return failure.exitCode;
  }
}

function createProgram(context: CommandContext, onExitCode: (code: number) => void): Command {
  const program = new Command('magento-sync')
    .description(introduction)
    .option('--trace', 'show the stack trace of a failure')
    .version(version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', exitCodeHelp)
    .showSuggestionAfterError(true)
    .showHelpAfterError('(--help shows what there is)')
    .configureOutput({
      writeOut: (text) => context.output.line(text.trimEnd()),
      writeErr: (text) => context.output.note(text.trimEnd()),
    })
    .exitOverride();
  for (const definition of commands) addCommand(program, definition, context, onExitCode);
  return program;
}

function addCommand(
  parent: Command,
  definition: CommandDefinition,
  context: CommandContext,
  onExitCode: (code: number) => void,
): void {
  const command = parent
    .command(definition.name)
    .summary(definition.summary)
    // Its lines are broken for the source; the terminal breaks them anew.
    .description(definition.description.replaceAll('\n', ' '))
    .addHelpText('after', `${definition.notes ? `\n${definition.notes}\n` : ''}${exitCodeHelp}`)
    .option('--shop <name>', 'which shop of SHOPS_FILE is meant; needed only if there are several')
    .option('--trace', 'show the stack trace of a failure');
  definition.options?.(command);
  const below = definition.commands ?? [];
  // With commands below it, what is no command is refused by their names.
  const namesCommands = below.length > 0 && command.registeredArguments.length === 0;
  command.allowExcessArguments(namesCommands);
  command.action(async () => {
    const [unknown] = namesCommands ? command.args : [];
    if (unknown !== undefined) {
      throw new UsageError(`"${unknown}" is not one of: ${below.map(({ name }) => name).join(', ')}.`);
    }
    const given = { ...command.optsWithGlobals(), ...argumentsOf(command) };
    const { shop } = command.optsWithGlobals<{ shop?: string }>();
    const environment = chooseShop(context.environment, definition, shop);
    onExitCode(await definition.run(given, { ...context, environment }));
  });
  for (const each of below) addCommand(command, each, context, onExitCode);
}

/** The arguments of a command by their names. */
function argumentsOf(command: Command): Record<string, unknown> {
  return Object.fromEntries(
    command.registeredArguments.map((argument, index) => [argument.name(), command.processedArgs[index]]),
  );
}

function describeTrace(error: unknown): string {
  const lines: string[] = [];
  for (let each = error; each instanceof Error; each = each.cause) {
    lines.push(`${lines.length > 0 ? 'caused by ' : ''}${each.stack ?? each.message}`);
  }
  return lines.length > 0 ? lines.join('\n') : String(error);
}
