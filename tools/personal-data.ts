import { entities } from '@magento-sync/entities';
import { describeTables } from '../packages/db/src/schema/dictionary.ts';

const introduction = `# Personal data

Which personal data the copy holds, where it comes from, and how it goes; generated from \`packages/entities\` by
\`pnpm write-documents\`. [data-dictionary.md](data-dictionary.md) has every other column.

## How it gets in and out

- **What is read is a choice**: \`PERSONAL_DATA=no-contact-data\` leaves out every column below that holds text or an open shape,
  \`pseudonymous\` days as well and keeps a keyed hash (HMAC-SHA-256 by \`PERSONAL_DATA_KEY\`) of e-mail addresses, by which customers and
  orders can still be joined. \`PERSONAL_DATA_KEEP=customers.created_in\` names columns that stay. The shop is asked for nothing else
  (\`fields=\`) where that fits into an address; else the rest is cut before anything is hashed. Of \`raw\` only what a kept column reads
  is left, so that members nobody knows go too.
- **Another choice or key** takes effect at the next start of any command that works with the shop (restart all workers): what is no
  longer wanted is removed from rows, deleted ones too, from \`raw\` and history; what is wanted comes with the next sweep.
- **Secrets** never get in: what a definition names below is cut before anything is hashed, stored or logged.
- **Erasing one person**: \`magento-sync erase customers 17\`, or by e-mail address, which covers guests. It empties every column
  below, \`raw\`, parts and history, also in orders and documents of the same person; numbers, states, times and ids stay. What
  the shop says of these records later comes without the person. \`sync.acts\` keeps that it was done, by whom and why.
- **Deleted customers**: with \`DELETED_CUSTOMERS=erase\` the same happens by itself once the shop has confirmed the deletion.
- **History** (\`sync.changes\`) repeats old and new values of these columns until it is pruned (\`CHANGE_HISTORY_KEPT\`) or erased; the
  feed (\`sync.outbox\`), quarantine and hints hold ids and names of fields, never values.
- Logs, metrics and errors name ids and fields, never values.

The shop itself is only read: what is erased here has to be erased there by its own means, and in backups of both.
`;

/** The document that lists what is personal, by entity. */
export function personalData(): string {
  const parts = entities.map((entity) => {
    const { person, secrets } = entity;
    const whose =
      'order' in person
        ? `Whose a record is, its order says (\`${person.order}\`).`
        : `Whose a record is, \`${person.customer}\` and \`${person.email}\` say.`;
    const tables = describeTables(entity).flatMap(({ name, columns }) => {
      const personal = columns.filter(({ personal: its }) => its);
      if (personal.length === 0) return [];
      const rows = personal.map(
        ({ name: column, source }) => `| \`${column}\` | ${source === null ? '' : `\`${source}\``} |`,
      );
      return [`### magento.${name}`, '', '| Column | Source |', '| --- | --- |', ...rows, ''];
    });
    const cut =
      secrets.length === 0
        ? 'Nothing is secret.'
        : `Cut as secret: ${secrets.map((path) => `\`${path}\``).join(', ')}.`;
    return [`## ${entity.name}`, '', `${whose} ${cut}`, '', ...tables].join('\n');
  });
  return [introduction, ...parts].join('\n');
}
