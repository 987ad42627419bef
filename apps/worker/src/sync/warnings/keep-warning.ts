import type { SyncContext } from '../ports.ts';

/** Keeps a warning as something known of the shop, or forgets it; tells the log when it is new. */
export async function keepWarning(
  { store, shop, clock, log }: SyncContext,
  name: string,
  value: { readonly warning: string; readonly lagMs?: number } | null,
): Promise<void> {
  const before = (await store.capabilities.get(shop, name))?.value as { warning?: string } | undefined;
  if (value === null) {
    if (before) await store.capabilities.remove(shop, name);
    return;
  }
  if (before?.warning !== value.warning) log.warn(value.warning);
  await store.capabilities.put(shop, name, value, clock.now());
}
