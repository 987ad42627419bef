import type { Database } from '../connection/open-database.ts';
import { outboxChannel } from './outbox-append.ts';

/** Listens on a connection of its own until it is disposed of; `onLost` is called once if that connection breaks. */
export async function listenToOutbox(
  database: Database,
  onGrowth: (shop: string) => void,
  onLost: (error: Error) => void,
): Promise<AsyncDisposable> {
  const client = await database.connectAlone('listen');
  let closing = false;
  client.on('notification', ({ channel, payload }) => {
    if (channel === outboxChannel && payload !== undefined) onGrowth(payload);
  });
  client.once('end', () => {
    if (!closing) onLost(new Error('The connection that listened for changes was lost; listen again.'));
  });
  await client.query(`listen ${outboxChannel}`);
  return {
    async [Symbol.asyncDispose]() {
      closing = true;
      await client.end();
    },
  };
}
