import {
  createCapabilityRepository,
  createChangeRepository,
  createCheckpointRepository,
  createCustomerRepository,
  createHintRepository,
  createOutboxRepository,
  createQuarantineRepository,
  createReferenceRepository,
  createRunRepository,
  type Database,
} from '@magento-sync/db';
import type { Store } from './sync/ports.ts';

/** The repositories of the copy, on one open database. */
export function createStore(database: Database): Store {
  return {
    customers: createCustomerRepository(database),
    checkpoints: createCheckpointRepository(database),
    runs: createRunRepository(database),
    referenceData: createReferenceRepository(database),
    quarantine: createQuarantineRepository(database),
    capabilities: createCapabilityRepository(database),
    changes: createChangeRepository(database),
    outbox: createOutboxRepository(database),
    hints: createHintRepository(database),
  };
}
