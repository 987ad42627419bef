import { entities, namesOf } from '@magento-sync/entities';
import { type Command, InvalidArgumentError } from 'commander';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { describeFailure, UsageError } from '../failure.ts';
import { PausedError } from '../operations/work.ts';
import type { Output } from '../output.ts';
import { CancelledError } from '../sync/cancellation.ts';
import { chosenEntities, concernsOneEntity } from '../sync/entity/entities.ts';
import type { EntityDescriptor } from '../sync/entity/entity.ts';
import type { SyncContext } from '../sync/ports.ts';

/** All names, for messages. */
export const namesOfAll = namesOf(entities).join(', ');

/** Adds the argument that chooses one entity; without it a command is about all that are switched on. */
export function entityArgument(command: Command): Command {
  return command.argument('[entity]', `only this one of ENTITIES: ${namesOfAll}`, entityName);
}

/** Reads the name of an entity. */
export function entityName(text: string): string {
  const found = entities.find(({ name }) => name === text);
  if (found) return found.name;
  throw new InvalidArgumentError(`Known are: ${namesOfAll}.`);
}

/** The entities that a command is about. Throws when the one that was named is not switched on. */
export function entitiesOf(
  sync: SyncContext,
  options: Readonly<Record<string, unknown>>,
): readonly EntityDescriptor[] {
  const { entity: name } = options as { entity?: string };
  const chosen = chosenEntities(sync);
  if (name === undefined) return chosen;
  const found = chosen.find((entity) => entity.name === name);
  if (found) return [found];
  throw new UsageError(
    `${name} is not switched on. Set ENTITIES=${[...namesOf(sync.entities), name].join(',')} and run the command again.`,
  );
}

/**
 * Does the work for one entity after the other; one that the account has no right to, or that the shop does not offer, is
 * named and left out, and the others go on.
 */
export async function forEachEntity(
  chosen: readonly EntityDescriptor[],
  output: Output,
  work: (entity: EntityDescriptor) => Promise<ExitCode>,
): Promise<ExitCode> {
  const codes: ExitCode[] = [];
  for (const entity of chosen) {
    try {
      codes.push(await work(entity));
    } catch (error) {
      const isHeld = error instanceof PausedError || error instanceof CancelledError;
      if (isHeld && chosen.length > 1) {
        output.note(`${entity.name}: ${error.message}`);
        codes.push(exitCodes.incomplete);
        continue;
      }
      if (chosen.length === 1 || !concernsOneEntity(error)) throw error;
      output.note(`${entity.name}: ${describeFailure(error).sentence}`);
      codes.push(exitCodes.failure);
    }
  }
  const worst = [exitCodes.interrupted, exitCodes.failure, exitCodes.incomplete];
  return worst.find((code) => codes.includes(code)) ?? exitCodes.success;
}
