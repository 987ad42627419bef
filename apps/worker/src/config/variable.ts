import type { z } from 'zod';

/** One environment variable: what it means to people and how its text becomes a value. */
export interface Variable<Schema extends z.ZodType = z.ZodType> {
  readonly section:
    | 'Shop'
    | 'Network'
    | 'Sign-in'
    | 'Kindness'
    | 'Storage'
    | 'Schedule'
    | 'Operation'
    | 'Alerts';
  /** One line for the table of the README; ends without a full stop. */
  readonly about: string;
  readonly example: string;
  /** Text that is used when the variable is not set. */
  readonly default?: string;
  /** What happens when it is not set, for variables without a plain default. */
  readonly otherwise?: string;
  /** Other names of the same, which are looked for first to last when it is not set by its own. */
  readonly aliases?: readonly string[];
  readonly schema: Schema;
}
