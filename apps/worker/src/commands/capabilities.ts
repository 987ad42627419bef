import { parseConfig } from '../config/config.ts';
import { exitCodes } from '../exit-codes.ts';
import { textTable } from '../output.ts';
import { withServices } from '../services.ts';
import { type CapabilityReport, probeCapabilities } from '../sync/capabilities/capabilities.ts';
import type { CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { interruptible } from './interruptible.ts';
import { createProgress } from './progress.ts';

/** `magento-sync capabilities` */
export const capabilitiesCommand: CommandDefinition = {
  name: 'capabilities',
  summary: 'look what the shop can do',
  description:
    'Finds out by a few harmless reads which release the shop has, how large its pages may be, what its tokens are and\n' +
    'whether its clock is right, and keeps that for the other commands. The daemon does the same once a day.',
  notes: 'Exits with 3 when the shop refused to answer some of the questions.',
  options: (command) => command.option('--json', 'print the result as JSON'),
  async run(options, { environment, output }) {
    const config = parseConfig(environment);
    const log = commandLogger(config, 'other');
    const progress = createProgress(output, options['json'] === true, 'requests');
    const onRequest = () => progress.add({ rows: 1 });
    return interruptible(config, output, ({ abort: signal }) =>
      withServices(config, { command: 'capabilities', log, signal, onRequest }, async ({ sync }) => {
        progress.start(null, 'capabilities', null, 0);
        const report = await probeCapabilities(sync, signal).finally(() => progress.stop());
        if (options['json']) output.json(report);
        else for (const line of linesOf(report)) output.line(line);
        return Object.keys(report.unanswered).length === 0 ? exitCodes.success : exitCodes.incomplete;
      }),
    );
  },
};

function linesOf({ capabilities, unanswered, warnings }: CapabilityReport): string[] {
  const rows = Object.entries(capabilities).flatMap(([name, value]) =>
    textsOf(value).map((text, index) => [index === 0 ? name : '', text]),
  );
  return [
    textTable(['CAPABILITY', 'VALUE'], rows),
    ...Object.entries(unanswered).map(([name, reason]) => `No answer about ${name}: ${reason}`),
    ...warnings,
  ];
}

/** A list has one line an entry, an object its members one after the other. */
function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== 'object' || value === null) return [String(value)];
  return [
    Object.entries(value)
      .map(([name, member]) => `${name}: ${member === null ? 'none' : String(member)}`)
      .join(', '),
  ];
}
