// drizzle-kit takes tables by the names under which a module exports them; those of definitions are not known beforehand.
const { entities } = require('../entities/src/index.ts');
const { recordTable, childTable } = require('./src/schema/copied-tables.ts');

Object.assign(exports, require('./src/schema/index.ts'));
for (const entity of entities) {
  exports[entity.table.name] = recordTable(entity);
  for (const child of entity.children) exports[child.name] = childTable(child);
}
