import type { Stop, SyncContext } from './ports.ts';

const lookEveryMs = 2_000;
/** So long the page at hand may take; then what is in flight is cut off, as at the end of a process. */
const graceMs = 10_000;

/** Thrown instead of the result of a run that somebody has cancelled; its message says who, and why. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
  readonly runId: number;

  constructor(runId: number, reason: string) {
    super(`Run ${runId} has ended: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`);
    this.runId = runId;
  }
}

/** Looks whether somebody cancels a run, in any process, while work for it goes on. */
export interface CancelWatch extends Disposable {
  /** Fires also when the run is cancelled: the pause at once, the signal after a grace. */
  readonly stop: Stop;
  /** Looks once more; the error to be thrown when the run is cancelled. */
  cancelled(): Promise<CancelledError | undefined>;
}

/** Watches a run. A look that fails changes nothing: the work goes on, and the next look comes. */
export function watchCancellation(
  { store }: Pick<SyncContext, 'store'>,
  runId: number,
  stop: Stop,
): CancelWatch {
  const pause = new AbortController();
  const abort = new AbortController();
  let found: CancelledError | undefined;
  let grace: NodeJS.Timeout | undefined;
  const look = async () => {
    if (found) return found;
    const reason = await store.runs.cancellation(runId).catch(() => undefined);
    if (reason === undefined || found) return found;
    const error = new CancelledError(runId, reason);
    found = error;
    pause.abort(error);
    grace = setTimeout(() => abort.abort(error), graceMs).unref();
    return found;
  };
  const timer = setInterval(() => void look(), lookEveryMs).unref();
  return {
    stop: {
      signal: AbortSignal.any([stop.signal, abort.signal]),
      pause: AbortSignal.any([stop.pause, pause.signal]),
    },
    cancelled: look,
    [Symbol.dispose]() {
      clearInterval(timer);
      clearTimeout(grace);
    },
  };
}
