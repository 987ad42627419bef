import type { SyncContext } from './ports.ts';

/**
 * Renews the token of the shop when its time has come, so that no request has to wait for a login.
 *
 * Returns when the token ends; `null` when it never does or when the way to sign in uses no token.
 */
export async function refreshToken(
  { magento }: Pick<SyncContext, 'magento'>,
  signal: AbortSignal,
): Promise<Date | null> {
  const refreshed = await magento.auth.refreshIfDue?.(signal);
  return refreshed?.expiresAt ?? null;
}
