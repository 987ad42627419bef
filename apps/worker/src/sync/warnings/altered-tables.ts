import type { SyncContext } from '../ports.ts';

/** The name under which it is kept as something known of the shop. */
export const alteredTables = 'altered_tables';

const mostShown = 3;

/** What somebody has done to the tables of the copy, in one sentence with the cure; `undefined` where they are as they were made. */
export async function alteredTablesWarning({
  store,
}: Pick<SyncContext, 'store'>): Promise<string | undefined> {
  const altered = await store.alteredTables();
  if (altered.length === 0) return undefined;
  const shown = altered.slice(0, mostShown).map(({ problem }) => problem);
  const more = altered.length > mostShown ? ` And ${altered.length - mostShown} more of the kind.` : '';
  return `Somebody has altered tables of the copy: ${shown.join(' Also ')}${more}`;
}
