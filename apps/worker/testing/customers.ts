import { entityOf } from '../src/sync/entity/entities.ts';

/** The entity that most tests of the use cases read. */
export const customers = entityOf('customers');
