/** The embedded PostgreSQL could not be installed, started or stopped; the message names the cure. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}
