export * from './changes.ts';
export * from './console.ts';
export { magentoSchema, syncSchema } from './namespaces.ts';
export * from './operations.ts';
export * from './progress.ts';
export * from './reference.ts';
export * from './row-counts.ts';
export * from './secrets.ts';
export * from './shops.ts';
