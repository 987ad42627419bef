import {
  type ChangeRecording,
  createActRepository,
  createAlertRepository,
  createCapabilityRepository,
  createChangeRepository,
  createCheckpointRepository,
  createEntityCopy,
  createHintRepository,
  createOutboxRepository,
  createPauseRepository,
  createQuarantineRepository,
  createReferenceRepository,
  createRunRepository,
  type Database,
  findAlteredTables,
  flatViewName,
  hasFlatView,
  refreshFlatView,
  sumUpRowCounts,
} from '@magento-sync/db';
import { entities } from '@magento-sync/entities';
import type { Store } from './sync/ports.ts';

/** The repositories of the copy, on one open database; history and feed are kept unless they are switched off. */
export function createStore(database: Database, recording: Partial<ChangeRecording> = {}): Store {
  return {
    copyOf: (entity) => createEntityCopy(database, entity, recording),
    checkpoints: createCheckpointRepository(database),
    runs: createRunRepository(database),
    referenceData: createReferenceRepository(database),
    flatViews: entities.filter(hasFlatView).map((entity) => ({
      name: flatViewName(entity),
      refresh: () => refreshFlatView(database, entity),
    })),
    rowCounts: { sumUp: (shop) => sumUpRowCounts(database, shop) },
    alteredTables: () => findAlteredTables(database),
    quarantine: createQuarantineRepository(database),
    capabilities: createCapabilityRepository(database),
    changes: createChangeRepository(database),
    outbox: createOutboxRepository(database),
    hints: createHintRepository(database),
    pauses: createPauseRepository(database),
    acts: createActRepository(database),
    alerts: createAlertRepository(database),
  };
}
