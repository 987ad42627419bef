/** Text of the environment; an empty text counts as not set. */
export type Environment = Readonly<Record<string, string | undefined>>;
