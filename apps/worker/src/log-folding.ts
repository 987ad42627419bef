/** Decides which of many equal lines are written. */
export interface LineFolding {
  /**
   * Whether a line is written now: the first of its kind is, further ones within the window are counted.
   *
   * `write` is called once at the end of a window in which lines were held back, with their number and for the last of
   * them.
   */
  admit(kind: string, write: (repeated: number) => void): boolean;
}

interface Window {
  held: number;
  writeLast: (repeated: number) => void;
}

/** Kinds that are remembered at once: beyond this a line is written as it is, so that memory stays bounded. */
const mostKinds = 1_000;

/** Folds equal lines into the first one and one a window with a count. */
export function foldLines(windowMs: number): LineFolding {
  const windows = new Map<string, Window>();

  function open(kind: string): void {
    windows.set(kind, { held: 0, writeLast: () => undefined });
    // Unreferenced: what is left to be said never keeps a process alive.
    setTimeout(() => close(kind), windowMs).unref();
  }

  function close(kind: string): void {
    const window = windows.get(kind);
    windows.delete(kind);
    if (!window || window.held === 0) return;
    // What goes on is folded further.
    open(kind);
    window.writeLast(window.held);
  }

  return {
    admit(kind, write) {
      const window = windows.get(kind);
      if (window) {
        window.held += 1;
        window.writeLast = write;
        return false;
      }
      if (windows.size < mostKinds) open(kind);
      return true;
    },
  };
}
