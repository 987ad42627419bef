import { InvalidArgumentError } from 'commander';
import { exitCodes } from '../exit-codes.ts';
import { type Erasure, erasePerson } from '../operations/erase.ts';
import { entityName, namesOfAll } from './chosen-entities.ts';
import type { CommandDefinition } from './command.ts';
import { interruptible } from './interruptible.ts';
import { operatorOf, operatorOptions, recordIds, withOperations } from './operator.ts';
import { createProgress } from './progress.ts';

/** `magento-sync erase <entity> <id|e-mail>` */
export const eraseCommand: CommandDefinition = {
  name: 'erase',
  summary: 'remove the personal data of one person from the copy, for good',
  description:
    'Empties what is personal in the record, in its parts and history, and in orders and documents of the same person, by\n' +
    'customer id and by e-mail address. Numbers, states and ids stay. What the shop says of these records later comes\n' +
    'without the person. The shop itself is neither asked nor changed. For example: magento-sync erase customers 17\n' +
    'or, for guests too: magento-sync erase orders ada@example.com',
  notes:
    'An e-mail address is looked for in every entity. sync.acts keeps that it was done, by whom and why, without the address.\n' +
    'Exits with 3 when the copy has no such record.',
  options: (command) =>
    operatorOptions(
      command
        .argument('<entity>', `kind of record: ${namesOfAll}`, entityName)
        .argument('<record>', 'its id in the shop, or an e-mail address', idOrEmail),
    ).option('--json', 'print the result as JSON'),
  async run(options, context) {
    const { output } = context;
    const { entity, record } = options as { entity: string; record: number | string };
    const subject = typeof record === 'number' ? { entity, id: record } : { email: record };
    const progress = createProgress(output, options['json'] === true, 'records');
    // A signal does not part a person: what has begun is done, and only what takes too long is ended.
    return interruptible({ shutdown: patience }, output, async () => {
      const erased = await withOperations('erase', context, (operations) =>
        erasePerson(operations, operatorOf(options), subject, {
          start: (records) => progress.start(null, 'erase', records, 0),
          done: (rows) => progress.add({ rows }),
        }),
      ).finally(() => progress.stop());
      if (options['json']) output.json({ erased: withAny(erased) });
      else output.line(erasedText(withAny(erased)));
      return exitCodes.success;
    });
  },
};

/** How long an erasure may go on after a signal. */
const patience = { graceMs: 20_000, deadlineMs: 20_000 };

function withAny(erased: Erasure): Erasure {
  return Object.fromEntries(Object.entries(erased).filter(([, ids]) => ids.length > 0));
}

function erasedText(erased: Erasure): string {
  const some = Object.entries(erased).map(([name, ids]) => `${name} ${ids.join(', ')}`);
  if (some.length === 0) return 'Nothing was left to erase: it was done before.';
  return `Erased ${some.join('; ')}, and what other records held of the same person.`;
}

function idOrEmail(text: string): number | string {
  if (/^[^\s@]+@[^\s@]+$/.test(text)) return text;
  const [id] = recordIds([text]);
  if (id !== undefined) return id;
  throw new InvalidArgumentError('Give an id, for example 17, or an e-mail address.');
}
