/**
 * Waits for a promise, but not longer than so many milliseconds; says whether it was settled by then.
 *
 * A promise that fails later is nobody's business any more. Rejects with its reason when it fails in time.
 */
export async function withinMs(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => undefined);
  }
}
