import type { SyncContext } from '../src/sync/ports.ts';

/** The same worker; before every write of a page the hook is waited for. */
export function withWrites(context: SyncContext, beforeWrite: () => Promise<void>): SyncContext {
  const { store } = context;
  return {
    ...context,
    store: {
      ...store,
      copyOf(entity) {
        const its = store.copyOf(entity);
        return {
          ...its,
          async writePage(page) {
            await beforeWrite();
            return its.writePage(page);
          },
        };
      },
    },
  };
}
