// `npm run demo:sql -- "select …"`: asks the database that the demonstration left behind.
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '@magento-sync/embedded-postgres';
import { openCopy } from './copy.ts';

const statement = process.argv[2];
if (!statement) {
  console.error(
    'Give one SQL statement, for example: npm run demo:sql -- "select count(*) from magento.customers"',
  );
  process.exitCode = 2;
} else {
  const dataDirectory = fileURLToPath(new URL('../../.data/demo', import.meta.url));
  await using server = await startEmbeddedPostgres({ dataDirectory });
  const url = new URL(server.url);
  url.pathname = '/demo';
  await using copy = openCopy(url.href);
  try {
    console.table(await copy.rows(statement));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
