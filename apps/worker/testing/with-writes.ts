import type { PageOutcome, PageToWrite } from '@magento-sync/db';
import type { Store, SyncContext } from '../src/sync/ports.ts';

/** The same store; every write of a page is given to `around`, which does it, or fails in its place. */
export function aroundWrites(
  store: Store,
  around: (page: PageToWrite, write: () => Promise<PageOutcome>) => Promise<PageOutcome>,
): Store {
  return {
    ...store,
    copyOf(entity) {
      const its = store.copyOf(entity);
      return { ...its, writePage: (page) => around(page, () => its.writePage(page)) };
    },
  };
}

/** The same worker; before every write of a page the hook is waited for. */
export function withWrites(context: SyncContext, beforeWrite: () => Promise<void>): SyncContext {
  const store = aroundWrites(context.store, async (_page, write) => {
    await beforeWrite();
    return write();
  });
  return { ...context, store };
}
