import {
  cancel,
  confirm,
  intro,
  isCancel,
  log,
  multiselect,
  outro,
  password,
  select,
  text,
} from '@clack/prompts';

/** One of several answers. */
export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

/** Somebody who answers questions; every method throws {@link CancelledError} when they have had enough. */
export interface Questions {
  begin(title: string): void;
  /** A line of text; `initial` is what Enter alone means. */
  text(
    question: string,
    options: { readonly initial?: string; readonly optional?: boolean },
  ): Promise<string>;
  /** Something that is not shown. */
  secret(question: string, options?: { readonly optional?: boolean }): Promise<string>;
  one(question: string, choices: readonly Choice[], initial: string): Promise<string>;
  several(question: string, choices: readonly Choice[], initial: readonly string[]): Promise<string[]>;
  yes(question: string, initial: boolean): Promise<boolean>;
  tell(how: 'success' | 'warning' | 'error' | 'message', sentence: string): void;
  end(sentence: string): void;
}

/** Thrown when somebody presses Ctrl-C at a question: nothing has been written. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
}

/** Whether somebody is there to be asked: else a prompt would wait for ever. */
export function canAsk(environment: Readonly<Record<string, string | undefined>>): boolean {
  const isCi = /^(1|true|yes)$/i.test(environment['CI'] ?? '');
  return process.stdin.isTTY === true && process.stdout.isTTY === true && !isCi;
}

/** Asks on the terminal; a question that is open when the signal fires counts as cancelled. */
export function terminalQuestions(signal: AbortSignal): Questions {
  const given = <T>(answer: T): Exclude<T, symbol> => {
    if (!isCancel(answer)) return answer as Exclude<T, symbol>;
    cancel('Nothing was written.');
    throw new CancelledError('Nothing was written.');
  };
  const needed = (value: string | undefined) => (value?.trim() ? undefined : 'This is needed.');
  return {
    begin: (title) => intro(title),
    async text(message, { initial, optional }) {
      const answer = await text({
        signal,
        message,
        ...(initial === undefined ? {} : { initialValue: initial }),
        ...(optional ? {} : { validate: needed }),
      });
      return (given(answer) ?? '').trim();
    },
    async secret(message, options) {
      const answer = await password({ signal, message, ...(options?.optional ? {} : { validate: needed }) });
      return given(answer) ?? '';
    },
    async one(message, choices, initial) {
      return given(await select({ signal, message, options: [...choices], initialValue: initial }));
    },
    async several(message, choices, initial) {
      const answer = await multiselect({
        signal,
        message: `${message} (space chooses, Enter goes on)`,
        options: [...choices],
        initialValues: [...initial],
        required: true,
      });
      return given(answer);
    },
    yes: async (message, initial) => given(await confirm({ signal, message, initialValue: initial })),
    tell(how, sentence) {
      if (how === 'success') log.success(sentence);
      else if (how === 'warning') log.warn(sentence);
      else if (how === 'error') log.error(sentence);
      else log.message(sentence);
    },
    end: (sentence) => outro(sentence),
  };
}
