// `pnpm --filter @magento-sync/db generate --name what_it_does`: makes a migration of what the schema says and the last
// migration does not, with the comments of new tables and columns, which drizzle-kit does not know.
import { execFileSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entities } from '@magento-sync/entities';
import { literal } from './src/flat-view/attribute-columns.ts';
import { describeTables } from './src/schema/dictionary.ts';
import { countingTriggers } from './src/schema/row-counts.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const migrations = join(folder, 'migrations');
const before = new Set(readdirSync(migrations));
execFileSync(join(folder, 'node_modules', '.bin', 'drizzle-kit'), ['generate', ...process.argv.slice(2)], {
  cwd: folder,
  stdio: 'inherit',
});
for (const name of readdirSync(migrations).filter((each) => each.endsWith('.sql') && !before.has(each))) {
  const file = join(migrations, name);
  const statements = additionsTo(readFileSync(file, 'utf8'));
  if (statements.length > 0)
    appendFileSync(file, statements.map((text) => `--> statement-breakpoint\n${text}`).join('\n'));
}

/** Comments for what a migration adds, room in the pages of tables whose rows are updated over and over, and counting. */
function additionsTo(migration: string): string[] {
  const isCreated = (table: string) => migration.includes(`CREATE TABLE "magento"."${table}"`);
  const isAdded = (table: string, column: string) =>
    migration.includes(`ALTER TABLE "magento"."${table}" ADD COLUMN "${column}"`);
  return entities.flatMap((entity) =>
    describeTables(entity).flatMap(({ name, comment, columns }) => {
      const created = isCreated(name);
      const commented = columns.filter((column) => created || isAdded(name, column.name));
      return [
        ...(created && name === entity.table.name
          ? [`ALTER TABLE magento.${name} SET (fillfactor = 85);`]
          : []),
        ...(created ? triggersOf(entity, name) : []),
        ...(created ? [`COMMENT ON TABLE magento.${name} IS ${literal(comment)};`] : []),
        ...commented.map(
          (column) => `COMMENT ON COLUMN magento.${name}.${column.name} IS ${literal(column.comment)};`,
        ),
      ];
    }),
  );
}

function triggersOf({ table, children }: (typeof entities)[number], name: string): string[] {
  const part = children.find((child) => child.name === name);
  return part ? countingTriggers(name, part.parent, 'parts') : countingTriggers(name, table.key, 'records');
}
