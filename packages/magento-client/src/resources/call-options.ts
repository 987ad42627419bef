/** What every read takes. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** The signal as an optional property, which is not the same as one that is `undefined`. */
export function withSignal(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
