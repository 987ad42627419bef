import {
  ActivationError,
  type ActivationListener,
  type IntegrationAuthOptions,
  type MagentoClient,
} from '@magento-sync/magento-client';
import { formatDuration } from '../config/duration.ts';
import { UsageError } from '../failure.ts';

/** Where to wait for the shop, for how long, and whom to tell what happens. */
export interface ActivationWait {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly timeoutMs: number;
  /** How long to wait for the browser once the tokens are there. */
  readonly browserTimeoutMs?: number;
  readonly signal: AbortSignal;
  /** Called once, when the port is open. */
  readonly onListening: (port: number) => void;
  readonly onProgress: (sentence: string) => void;
  /** Keeps the credentials; called as soon as there are any, before the browser is waited for. */
  readonly keep: (credentials: IntegrationAuthOptions) => Promise<void>;
}

const reminderEveryMs = 60_000;

/**
 * Waits until an administrator activates the integration, and returns its credentials.
 *
 * A refused attempt (too late, a verifier that was used, somebody's made-up callback) ends nothing: its reason is
 * reported and the wait goes on. Throws `MagentoTimeoutError` when the time is over, and `UsageError` when the port
 * cannot be opened.
 */
export async function awaitActivation(
  guest: Pick<MagentoClient, 'listenForActivation'>,
  wait: ActivationWait,
): Promise<IntegrationAuthOptions> {
  const endsAt = Date.now() + wait.timeoutMs;
  const left = () => Math.max(1, endsAt - Date.now());
  const reminder = setInterval(
    () => wait.onProgress(`Still waiting for the shop, ${formatDuration(left())} left.`),
    reminderEveryMs,
  ).unref();
  let port = wait.port;
  let refusal: ActivationError | undefined;
  try {
    for (;;) {
      await using listener = await open(guest, { ...wait, port, timeoutMs: left() });
      port = listener.port;
      // Said once the port is open again, so that whoever reads it can try at once.
      if (refusal)
        wait.onProgress(`${refusal.message} Still waiting: press Reauthorize in Magento to try again.`);
      else wait.onListening(port);
      try {
        return await listener.credentials;
      } catch (error) {
        if (!(error instanceof ActivationError)) throw error;
        refusal = error;
      }
    }
  } finally {
    clearInterval(reminder);
  }
}

async function open(
  guest: Pick<MagentoClient, 'listenForActivation'>,
  { host, port, timeoutMs, browserTimeoutMs, signal, keep }: ActivationWait,
): Promise<ActivationListener> {
  try {
    return await guest.listenForActivation({
      host,
      port,
      timeoutMs,
      signal,
      onCredentials: keep,
      ...(browserTimeoutMs === undefined ? {} : { browserTimeoutMs }),
    });
  } catch (error) {
    signal.throwIfAborted();
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reasons: Record<string, string> = {
      EADDRINUSE: 'it is taken, perhaps by another "magento-sync authorize"; choose another by --port',
      EACCES: 'it is not allowed to this user; choose one above 1023 by --port',
      EADDRNOTAVAIL: 'this machine has no such address; correct --host',
      ENOTFOUND: 'this machine has no such address; correct --host',
    };
    const reason = reasons[code];
    if (reason === undefined) throw error;
    throw new UsageError(`The port ${host}:${port} cannot be opened: ${reason}.`);
  }
}
