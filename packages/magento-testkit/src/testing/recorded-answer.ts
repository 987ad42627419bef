import { expect } from 'vitest';
import type { RecordedExchange } from '../recordings.ts';

/** What is compared of an answer. */
export interface ComparedAnswer {
  readonly status: number;
  readonly type: string | null | undefined;
  readonly body: string;
}

/** Reads an answer of `fetch` to its end. */
export async function readAnswer(answer: Response): Promise<ComparedAnswer> {
  return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
}

/** Fails unless status, content type and body are the recorded ones; `comparable` leaves out of both bodies what cannot be. */
export function expectAsRecorded(
  answer: ComparedAnswer,
  recorded: RecordedExchange['response'],
  comparable: (body: string) => string = (body) => body,
): void {
  expect({ ...answer, body: comparable(answer.body) }).toEqual({
    status: recorded.status,
    type: recorded.headers['content-type'],
    body: comparable(recorded.body),
  });
}
