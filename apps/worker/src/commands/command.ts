import type { Telemetry } from 'bullmq';
import type { Command } from 'commander';
import type { Environment } from '../config/environment.ts';
import type { EnvironmentFile } from '../config/environment-file.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import type { AboutShops } from '../shops-file/choose-shop.ts';

/** What a command is given by the outside world. */
export interface CommandContext {
  readonly environment: Environment;
  /** Where some of it comes from. */
  readonly environmentFile?: EnvironmentFile | undefined;
  readonly output: Output;
  /** Spans of jobs, while traces are on. */
  readonly jobTelemetry?: Telemetry | undefined;
}

/** One command of the command line. */
export interface CommandDefinition {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly description: string;
  /** What else the help says, before the exit codes. */
  readonly notes?: string;
  /** Which shops of SHOPS_FILE it is about; one, unless it says otherwise. */
  readonly aboutShops?: AboutShops;
  /** Adds the command's own options and arguments. */
  options?(command: Command): void;
  /** What can be done below it, for example `list` below `quarantine`; `run` is for the command without one of them. */
  readonly commands?: readonly CommandDefinition[];
  /** Options and arguments come by their names. */
  run(options: Readonly<Record<string, unknown>>, context: CommandContext): Promise<ExitCode>;
}
