import type { Config } from '../config/config.ts';
import { type Diagnosis, diagnose } from '../doctor/diagnose.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import type { CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { interruptible } from './interruptible.ts';

const patience = { graceMs: 0, deadlineMs: 10_000 };
const marks = { ok: 'ok      ', problem: 'PROBLEM ', skipped: 'skipped ' } as const;

/** `magento-sync doctor` */
export const doctorCommand: CommandDefinition = {
  name: 'doctor',
  summary: 'check configuration, PostgreSQL, queue and shop, and say how to cure what is wrong',
  description:
    'Checks the configuration, PostgreSQL, the queue, the address of the shop, the sign-in, every right that is needed\n' +
    'and the clocks, and prints one line for each. Safe at any time: it reads, shares the token of the workers, and at most\n' +
    'creates the tables of an empty database.',
  notes: 'Exits with 0 when all is well, else with 1.',
  options: (command) => command.option('--json', 'print the findings as JSON'),
  async run(options, { environment, environmentFile, output }) {
    return interruptible({ shutdown: patience }, output, async ({ pause: signal }): Promise<ExitCode> => {
      const logOf = (config: Config) => commandLogger(config, 'other');
      const diagnosis = await diagnose({ environment, environmentFile, logOf }, signal);
      if (options['json']) output.json(diagnosis);
      else print(diagnosis, output);
      return diagnosis.healthy ? exitCodes.success : exitCodes.failure;
    });
  },
};

function print({ configuration, findings, healthy }: Diagnosis, output: Output): void {
  for (const [variable, value] of Object.entries(configuration ?? {})) output.line(`${variable} = ${value}`);
  if (configuration) output.line('');
  const width = Math.max(...findings.map(({ check }) => check.length));
  for (const { check, outcome, detail } of findings) {
    output.line(`${marks[outcome]}${check.padEnd(width)}  ${detail}`);
  }
  output.line(
    healthy ? '\nAll is well.' : '\nCure the problems from the top: those below may follow from them.',
  );
}
