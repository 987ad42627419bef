import { readdirSync, readFileSync } from 'node:fs';
import { entities } from '@magento-sync/entities';
import { describeTables } from '../packages/db/src/schema/dictionary.ts';

const introduction = `# Data dictionary

What the tables of the copy hold, generated from \`packages/entities\` by \`pnpm write-documents\`. A source is where the shop's
JSON has the value; columns without one are the copy's own. What is personal is emptied when a person is erased
(\`DELETED_CUSTOMERS=erase\`). \`\\d+ magento.orders\` says the same in the database.
`;

/** The document that lists every table and column of copied entities. */
export function dataDictionary(): string {
  const tables = entities.flatMap(describeTables).map(({ name, comment, columns }) => {
    const rows = columns.map(
      (column) =>
        `| \`${column.name}\` | ${column.type} | ${column.source ? `\`${column.source}\`` : ''} | ${column.personal ? 'yes' : ''} | ${meaning(column.comment, column.source)} |`,
    );
    return [
      `## magento.${name}`,
      '',
      `${comment}.`,
      '',
      '| Column | Type | Source | Personal | Meaning |',
      '| --- | --- | --- | --- | --- |',
      ...rows,
      '',
    ].join('\n');
  });
  return [introduction, ...tables, ...describedViews()].join('\n');
}

/** Views of schema `magento` with the comments that the migrations leave them with. */
function describedViews(): string[] {
  const folder = new URL('../packages/db/migrations/', import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  const sql = names
    .toSorted()
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
  const views = sql.matchAll(/^COMMENT ON VIEW magento\.(\w+) IS '(.*)';$/gm);
  const comments = new Map([...views].map(([, view, comment]) => [view, comment]));
  return [...comments].map(([view, comment]) => {
    const last = sql.slice(sql.lastIndexOf(`CREATE VIEW magento.${view} AS`));
    const columns = last.matchAll(
      new RegExp(`^COMMENT ON COLUMN magento\\.${view}\\.(\\w+) IS '(.*)';$`, 'gm'),
    );
    const rows = [...columns].map(([, column, meaning]) => `| \`${column}\` | ${meaning} |`);
    return [
      `## View magento.${view}`,
      '',
      `${comment}.`,
      '',
      '| Column | Meaning |',
      '| --- | --- |',
      ...rows,
      '',
    ].join('\n');
  });
}

/** The comment of a column repeats its source, which has a place of its own here. */
function meaning(comment: string, source: string | null): string {
  return source === null ? comment : comment.slice(0, -` (${source})`.length);
}
