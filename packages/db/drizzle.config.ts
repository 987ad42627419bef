import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: './drizzle-tables.cjs',
  out: './migrations',
  schemaFilter: ['magento', 'sync'],
});
