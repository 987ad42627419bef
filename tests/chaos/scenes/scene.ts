import type { Population } from '../world.ts';
import type { Stage } from './stage.ts';

/** A few steps that bring about what one defence is there for, and little else. */
export interface Scene {
  /** Names it, also in mutations.ts. */
  readonly title: string;
  /** The entities that are copied, the one that it is about first; a scene without them may be played with any. */
  readonly names?: readonly string[];
  /** What else is particular about the shop. */
  readonly shop?: Partial<Population>;
  /** What the shop looks like before the backfill that every scene begins with. */
  readonly before?: (stage: Stage) => void;
  readonly play: (stage: Stage) => Promise<void>;
}
