import { parseConfig } from '../config/config.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { withServices } from '../services.ts';
import { describeAttributeChanges } from '../sync/reference-data/attribute-changes.ts';
import {
  type ReferenceDataResult,
  referenceKinds,
  refreshReferenceData,
} from '../sync/reference-data/reference-data.ts';
import type { CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { interruptible } from './interruptible.ts';
import { createProgress } from './progress.ts';

/** `magento-sync reference-data` */
export const referenceDataCommand: CommandDefinition = {
  name: 'reference-data',
  summary: 'read groups, stores and attributes now',
  description:
    'Reads customer groups, the store tree, attributes and their options, says what is new about them, and makes the\n' +
    'view magento.customers_flat fit. The daemon does so once a REFERENCE_DATA_EVERY, and when it meets a new attribute.',
  notes:
    'Exits with 3 when a part was refused, or when views of others keep magento.customers_flat from changing.',
  options: (command) => command.option('--json', 'print the result as JSON'),
  async run(options, { environment, output }) {
    const config = parseConfig(environment);
    const log = commandLogger(config, 'other');
    const progress = createProgress(output, options['json'] === true, 'kinds');
    return interruptible(config, output, ({ abort: signal, pause }) =>
      withServices(
        config,
        { command: 'reference-data', log, waitsOutOutages: true, signal },
        async ({ sync }) => {
          progress.start(sync, 'reference-data', referenceKinds, 0);
          const { details: _details, ...result } = await refreshReferenceData(sync, { signal, pause }, () =>
            progress.add({ rows: 1 }),
          ).finally(() => progress.stop());
          if (options['json']) output.json(result);
          else print(result, output);
          if (pause.aborted) return exitCodes.interrupted;
          return result.status === 'succeeded' ? exitCodes.success : exitCodes.incomplete;
        },
      ),
    );
  },
};

function print({ records, attributes, flatViews, reason }: ReferenceDataResult, output: Output): void {
  const counts = Object.entries(records).map(([kind, count]) => `${count} ${kind.replaceAll('_', ' ')}`);
  output.line(`Read ${counts.join(', ')}.`);
  for (const [kind, changes] of Object.entries(attributes)) {
    for (const sentence of describeAttributeChanges(changes)) {
      output.line(`${kind.replaceAll('_', ' ')}: ${sentence}.`);
    }
  }
  if (Object.keys(attributes).length === 0) output.line('Nothing is new about attributes and their options.');
  for (const [view, outcome] of Object.entries(flatViews)) output.line(`${view}: ${outcome}.`);
  if (reason) output.note(`Incomplete. ${reason}`);
}
