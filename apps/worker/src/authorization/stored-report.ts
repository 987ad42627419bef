import { formatDuration } from '../config/duration.ts';
import type { Output } from '../output.ts';
import type { StoredCredentials } from '../stored-credentials.ts';

/** Says what is stored and how old it is, without its secrets. */
export async function showStored(
  stored: StoredCredentials,
  shop: string,
  output: Output,
  asJson: boolean,
): Promise<void> {
  const found = await stored.describe();
  if (asJson) {
    output.json({ shop, stored: found !== undefined, ...found });
    return;
  }
  if (!found) {
    output.line(`Nothing is stored for the shop ${shop}.`);
    return;
  }
  const age = formatDuration(Date.now() - found.storedAt.getTime());
  output.line(
    `The credentials of an integration of the shop ${shop}, stored ${found.storedAt.toISOString()} (${age} ago).`,
  );
  if (!found.readable) {
    output.line(
      'No configured key opens them: set TOKEN_ENCRYPTION_KEY or TOKEN_ENCRYPTION_KEY_PREVIOUS to the key they were stored with.',
    );
  }
}

/** Forgets what is stored; the integration itself stays in the shop. */
export async function forgetStored(
  stored: StoredCredentials,
  shop: string,
  output: Output,
  asJson: boolean,
): Promise<void> {
  const removed = await stored.remove();
  if (asJson) output.json({ shop, removed });
  else if (removed)
    output.line(
      `Forgotten. The integration is still active in the shop: delete it there when it is not needed any more.`,
    );
  else output.line(`Nothing was stored for the shop ${shop}.`);
}
