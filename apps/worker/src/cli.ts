import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import type { CommandContext, CommandDefinition } from './commands/command.ts';
import { exitCodeHelp, exitCodes } from './exit-codes.ts';
import { describeFailure, UsageError } from './failure.ts';
import { chooseShop } from './shops-file/choose-shop.ts';

// Beside both src and dist.
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/**
 * Every command by its name; a new one needs its file and a line here.
 *
 * Only the one that is asked for is loaded: all of them together take a second of a processor and 100 MB of memory, and health
 * checks come every few seconds.
 */
const commands: Readonly<Record<string, () => Promise<CommandDefinition>>> = {
  init: async () => (await import('./commands/init.ts')).initCommand,
  daemon: async () => (await import('./commands/daemon.ts')).daemonCommand,
  plan: async () => (await import('./commands/plan.ts')).planCommand,
  backfill: async () => (await import('./commands/backfill.ts')).backfillCommand,
  pull: async () => (await import('./commands/pull.ts')).pullCommand,
  sweep: async () => (await import('./commands/sweep.ts')).sweepCommand,
  reconcile: async () => (await import('./commands/reconcile.ts')).reconcileCommand,
  verify: async () => (await import('./commands/verify.ts')).verifyCommand,
  resync: async () => (await import('./commands/resync.ts')).resyncCommand,
  erase: async () => (await import('./commands/erase.ts')).eraseCommand,
  pause: async () => (await import('./commands/pause.ts')).pauseCommand,
  resume: async () => (await import('./commands/pause.ts')).resumeCommand,
  'reference-data': async () => (await import('./commands/reference-data.ts')).referenceDataCommand,
  status: async () => (await import('./commands/status.ts')).statusCommand,
  runs: async () => (await import('./commands/runs.ts')).runsCommand,
  quarantine: async () => (await import('./commands/quarantine.ts')).quarantineCommand,
  alerts: async () => (await import('./commands/alerts.ts')).alertsCommand,
  console: async () => (await import('./commands/console.ts')).consoleCommand,
  history: async () => (await import('./commands/history.ts')).historyCommand,
  changes: async () => (await import('./commands/changes.ts')).changesCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  health: async () => (await import('./commands/health.ts')).healthCommand,
  shops: async () => (await import('./commands/shops.ts')).shopsCommand,
  authorize: async () => (await import('./commands/authorize.ts')).authorizeCommand,
  'sign-in': async () => (await import('./commands/sign-in.ts')).signInCommand,
  capabilities: async () => (await import('./commands/capabilities.ts')).capabilitiesCommand,
  migrate: async () => (await import('./commands/migrate.ts')).migrateCommand,
};

const introduction = `Keeps a PostgreSQL copy of a Magento 2 shop's customers and sales complete, fresh and provably equal to the source.

Settings come from the environment, and from a file .env in the working directory; .env.example lists all of them.`;

/**
 * Runs the command line and returns the exit code; never throws and never ends the process itself.
 *
 * A failure is one sentence on standard error; the stack trace is added by --trace or LOG_LEVEL=debug.
 */
export async function runCli(args: readonly string[], context: CommandContext): Promise<number> {
  let exitCode: number = exitCodes.success;
  try {
    const program = createProgram(await commandsFor(args), context, (code) => {
      exitCode = code;
    });
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

/** The command that is named first; all of them for the help, and for who misspells one. */
async function commandsFor(args: readonly string[]): Promise<readonly CommandDefinition[]> {
  const [named = ''] = args.filter((argument) => argument !== '--trace');
  if (named === '--version' || named === '-V') return [];
  const load = Object.hasOwn(commands, named) ? commands[named] : undefined;
  return load ? [await load()] : Promise.all(Object.values(commands).map((each) => each()));
}

function createProgram(
  definitions: readonly CommandDefinition[],
  context: CommandContext,
  onExitCode: (code: number) => void,
): Command {
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
  for (const definition of definitions) addCommand(program, definition, context, onExitCode);
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
    const { withVariablesFromFiles } = await import('./config/variables-from-files.ts');
    const environment = await chooseShop(withVariablesFromFiles(context.environment), definition, shop);
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
