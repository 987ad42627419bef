/** Where the parts lie whose defences are switched off. */
export const sync = 'apps/worker/src/sync';
export const client = 'packages/magento-client/src';
export const copy = 'packages/db/src';

/** A change of the source. */
export interface SourceChange {
  /** File that is changed, from the root of the repository. */
  readonly file: string;
  /** Text that is replaced; it must occur exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** A defence that is switched off by changing the source, and who notices that it is missed. */
export interface Mutation extends SourceChange {
  /** The defence: what the code does while it is there. */
  readonly defence: string;
  /** The same defence once more, in another place: switched off as well. */
  readonly again?: SourceChange;
  /** The scene that shows it; a story does when there is neither this nor a probe. */
  readonly scene?: string;
  /** The file in `probes/` that shows it, in a fraction of the time that a scene takes. */
  readonly probe?: string;
  /** The entities of the story, or the one of a scene that may be played with any; customers when absent. */
  readonly names?: readonly string[];
  /** Whose story, or scene, notices it; of no meaning to a probe. */
  readonly seed: number;
  /** What is then said. */
  readonly says: RegExp;
}
