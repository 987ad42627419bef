import { type Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../clock.ts';
import { exitCodes } from '../exit-codes.ts';
import { UsageError } from '../failure.ts';
import { pauseWork, resumeWork } from '../operations/pauses.ts';
import { type WorkKind, workKinds } from '../operations/work.ts';
import { entityName, namesOfAll } from './chosen-entities.ts';
import type { CommandDefinition } from './command.ts';
import {
  momentAfter,
  operatorOf,
  operatorOptions,
  positiveDuration,
  withOperations,
  workKind,
} from './operator.ts';

interface Choice {
  readonly entity?: string;
  readonly only?: WorkKind;
  readonly reason?: string;
  readonly for?: number;
  readonly until?: Date;
  readonly json?: boolean;
}

function choiceOptions(command: Command): Command {
  return command
    .argument('[entity]', `only what is about this one: ${namesOfAll}`, entityName)
    .option('--only <kind>', `only this kind of work: ${workKinds.join(', ')}`, workKind);
}

/** `magento-sync pause [entity]` */
export const pauseCommand: CommandDefinition = {
  name: 'pause',
  summary: 'let work rest, in every daemon and command',
  description:
    'Pauses all work of the shop, or only that of an entity or of a kind. No job of it begins any more, and what runs\n' +
    'ends within seconds after the page at hand, with its checkpoint. The pause is kept in PostgreSQL and survives every\n' +
    'restart. Hints are taken and kept for later; tokens, metrics and the feed go on.',
  notes:
    'For example: magento-sync pause --reason "PHP upgrade" --for 2h\n' +
    '             magento-sync pause orders --only sweep --reason "the shop is slow" --until 18:00',
  options: (command) =>
    operatorOptions(choiceOptions(command))
      .option('--for <duration>', 'go on by itself after this time, for example 2h', positiveDuration)
      .option(
        '--until <time>',
        'go on by itself then: 18:00, or 2026-12-01 08:00 (UTC, or with +01:00)',
        moment,
      )
      .option('--json', 'print the pause as JSON'),
  async run(options, context) {
    const { entity, only, reason, for: lasting, until, json } = options as Choice;
    if (!reason?.trim()) {
      throw new UsageError('Say why, for whoever finds it paused: --reason "PHP upgrade of the shop".');
    }
    if (lasting !== undefined && until) {
      throw new UsageError('--for and --until exclude each other; leave one of them out.');
    }
    const end = lasting === undefined ? (until ?? null) : new Date(Date.now() + lasting);
    return withOperations('pause', context, async (operations) => {
      const operator = { ...operatorOf(options), why: reason };
      const { pause, sentence } = await pauseWork(operations, operator, {
        ...(entity === undefined ? {} : { entity }),
        ...(only === undefined ? {} : { kind: only }),
        until: end,
      });
      if (json) context.output.json(pause);
      else context.output.line(sentence);
      return exitCodes.success;
    });
  },
};

/** `magento-sync resume [entity]` */
export const resumeCommand: CommandDefinition = {
  name: 'resume',
  summary: 'let paused work go on',
  description:
    'Ends every pause of the shop, or only those of an entity or of a kind. Daemons pull at once and go on with backfills\n' +
    'from their checkpoints.',
  notes:
    'Exits with 3 when a wider pause still holds what was named; "magento-sync resume" alone ends all of them.',
  options: (command) =>
    operatorOptions(choiceOptions(command)).option('--json', 'print what was resumed as JSON'),
  async run(options, context) {
    const { entity, only, json } = options as Choice;
    return withOperations('resume', context, async (operations) => {
      const { lifted, stillPaused, sentence } = await resumeWork(operations, operatorOf(options), {
        ...(entity === undefined ? {} : { entity }),
        ...(only === undefined ? {} : { kind: only }),
      });
      if (json) context.output.json({ lifted, stillPaused });
      else context.output.line(sentence);
      return stillPaused.length > 0 ? exitCodes.incomplete : exitCodes.success;
    });
  },
};

function moment(text: string): Date {
  const now = systemClock.now();
  const found = momentAfter(text, now);
  if (!found) throw new InvalidArgumentError('Give a time such as 18:00 or 2026-12-01 08:00.');
  if (found <= now) throw new InvalidArgumentError(`${found.toISOString()} is over already.`);
  return found;
}
