/** Exit codes of every command; documented in the help and in README.md. */
export const exitCodes = {
  success: 0,
  failure: 1,
  /** Bad usage or configuration. */
  usage: 2,
  /** The command ended in order but work is left; the output says why. */
  incomplete: 3,
  /** Stopped by a signal, as shells count it: 128 + SIGINT. */
  interrupted: 130,
} as const;

/** One of the documented exit codes. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The table of exit codes at the end of every help text. */
export const exitCodeHelp = `
Exit codes:
  0    done
  1    failed; the message says what to do
  2    bad usage or configuration
  3    ended in order, but work is left
  130  stopped by a signal`;
