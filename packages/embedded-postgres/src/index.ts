export { binariesBeside, installedBinaries, type PostgresBinaries } from './binaries.ts';
export { EmbeddedPostgresError } from './errors.ts';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './start-embedded-postgres.ts';
