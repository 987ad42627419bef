/** A page that came, as the owner of the page size sees it. */
export interface PageTiming {
  readonly asked: number;
  readonly rows: number;
  readonly durationMs: number;
  /** Size of the decoded answer. */
  readonly bytes: number;
}

/** Decides how many rows the next page has, and is told what became of those before. */
export interface PageSizer {
  /** Rows to ask for now. */
  current(): number;
  /** Waits, before a page, for what would make another size of it; never for long. */
  ready?(signal: AbortSignal | undefined): Promise<void>;
  /**
   * The shop gives at most `max` rows a page: `current()` must not say more from then on.
   *
   * `refused` means that it said so itself, `cut` that it sent no more although more matched.
   */
  limit(max: number, how: 'refused' | 'cut'): void;
  /** A page came. */
  observe(page: PageTiming): void;
  /** A page of this size took so long that somebody gave up waiting for it. */
  tooSlow(asked: number): void;
  /** The answer of a page of this size was cut, or larger than is read. */
  tooLarge(asked: number): void;
}

/** Rows a page: always the same, or as its owner says before every page. */
export type PageSize = number | PageSizer;

/** Rows to ask for now. */
export function currentPageSize(pageSize: PageSize): number {
  return typeof pageSize === 'number' ? pageSize : pageSize.current();
}

/** A page size that becomes smaller when the shop limits it, and never changes otherwise. */
export function fittingPageSize(size: number): PageSizer {
  let most = size;
  return {
    current: () => most,
    limit(max) {
      most = Math.min(most, max);
    },
    observe() {},
    tooSlow() {},
    tooLarge() {},
  };
}
