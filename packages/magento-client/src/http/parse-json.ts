import { readJson } from '@magento-sync/exact-json';
import { UnexpectedPayloadError } from '../errors.ts';
import { cut } from './decode-body.ts';
import { endOfJson, findJson } from './find-json.ts';
import { phpMessage } from './php-message.ts';
import type { RawAnswer } from './transport.ts';

/** An answer as a value and, where no number in it needs care, as the JSON that says the same. */
export interface ParsedAnswer {
  readonly body: unknown;
  readonly json?: string;
}

/**
 * Parses a successful answer.
 *
 * A byte order mark and blanks around the JSON are passed over. What else is no JSON is retryable where it may pass:
 * proxies answer with a page of their own for a while, and what PHP prints it prints again.
 */
export function parseJson(
  answer: Pick<RawAnswer, 'status' | 'headers' | 'text'>,
  path: string,
): ParsedAnswer {
  const text = withoutMarks(answer.text);
  try {
    const { value, isPlain } = readJson(text);
    return { body: value, ...(isPlain ? { json: text } : {}) };
  } catch {
    // The message of the syntax error quotes the text, which is personal data.
    throw unreadable({ ...answer, text }, path);
  }
}

/** Takes byte order marks, zero bytes and blanks from both ends of a text. */
export function withoutMarks(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isMark(text[start])) start += 1;
  while (end > start && isMark(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

/** A loop and no expression: one that looks for blanks at the end takes minutes over millions of them elsewhere. */
function isMark(character: string | undefined): boolean {
  return character !== undefined && (character === '\0' || character.trim() === '');
}

function unreadable(
  answer: Pick<RawAnswer, 'status' | 'headers' | 'text'>,
  path: string,
): UnexpectedPayloadError {
  const { text, status } = answer;
  if (text === '') {
    return new UnexpectedPayloadError(
      `The answer to ${path} is empty, although its status is ${status}. PHP ends like this when its memory or time is used up: look into the error log of PHP in the shop.`,
      { path, problem: 'empty', retryable: true },
    );
  }
  const php = phpMessage(text);
  const json = findJson(text);
  if (json !== undefined) {
    const place = json.start > 0 ? 'before' : 'behind';
    const what =
      php === undefined ? `text ${place} the JSON` : `${php.what} that PHP prints ${place} the JSON`;
    return new UnexpectedPayloadError(
      `The answer to ${path} has ${what}. ${php === undefined ? 'A module of the shop or something before it adds it.' : php.cure}`,
      { path, problem: 'text_around' },
    );
  }
  if (php !== undefined) {
    return new UnexpectedPayloadError(
      `The answer to ${path} is ${php.what} that PHP prints instead of JSON. ${php.cure}`,
      { path, problem: 'invalid_json' },
    );
  }
  if (looksLikeHtml(answer)) {
    return new UnexpectedPayloadError(
      `The answer to ${path} is a web page${pageTitle(text)}, not JSON, although its status is ${status}. Check that baseUrl is the shop's own address and that no login page, firewall or CDN answers for it.`,
      { path, problem: 'web_page', retryable: true },
    );
  }
  if (endOfJson(text, 0) === 'cut')
    return cut(path, `its JSON ends unfinished after ${text.length} characters`);
  return new UnexpectedPayloadError(
    `The answer to ${path} is not JSON (${text.length} characters). A module of the shop or something before it breaks it.`,
    { path, problem: 'invalid_json', retryable: true },
  );
}

/** Whether an answer is a web page, by what it says and by what it is. */
export function looksLikeHtml(answer: Pick<RawAnswer, 'headers' | 'text'>): boolean {
  return (
    /\bhtml\b/i.test(answer.headers['content-type'] ?? '') || /^\s*<(!doctype|html)\b/i.test(answer.text)
  );
}

/** The title of a web page in brackets, for messages; empty without one. */
export function pageTitle(text: string): string {
  const title = /<title[^>]*>([^<]{1,200})/i.exec(text)?.[1]?.trim().replace(/\s+/g, ' ');
  return title === undefined || title === '' ? '' : ` ("${title}")`;
}
