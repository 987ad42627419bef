import type { Stage } from './stage.ts';

/** A few steps that bring about what one defence is there for, and little else. */
export interface Scene {
  /** Names it, also in mutations.ts. */
  readonly title: string;
  /** What the shop looks like before the backfill that every scene begins with. */
  readonly before?: (stage: Stage) => void;
  readonly play: (stage: Stage) => Promise<void>;
}
