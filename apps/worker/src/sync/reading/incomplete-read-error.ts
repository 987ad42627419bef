/** A walk over pages ended without its last page, so nobody may say that everything was read. */
export class IncompleteReadError extends Error {
  override readonly name = 'IncompleteReadError';

  constructor(entity: string, what: string) {
    super(
      `The read of ${what} of ${entity} ended before its last page. Nothing was marked as complete; the next run reads on.`,
    );
  }
}
