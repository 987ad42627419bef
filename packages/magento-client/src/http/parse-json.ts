import { parseJson as parseExactly } from '@magento-sync/exact-json';
import { UnexpectedPayloadError } from '../errors.ts';
import type { RawAnswer } from './transport.ts';

/** Parses a successful answer; the errors are retryable, because proxies answer with a page of their own for a while. */
export function parseJson(answer: RawAnswer, path: string): unknown {
  if (looksLikeHtml(answer)) {
    throw new UnexpectedPayloadError(
      `The answer to ${path} is a web page${pageTitle(answer.text)}, not JSON, although its status is ${answer.status}. Check that baseUrl is the shop's own address and that no login page, firewall or CDN answers for it.`,
      { path, problem: 'web_page', retryable: true },
    );
  }
  try {
    return parseExactly(answer.text);
  } catch (cause) {
    const what = answer.text === '' ? 'is empty' : 'is not complete JSON: it is broken or was cut off';
    throw new UnexpectedPayloadError(`The answer to ${path} ${what} (${answer.text.length} characters).`, {
      path,
      problem: answer.text === '' ? 'empty' : 'invalid_json',
      retryable: true,
      // The message of the syntax error quotes the text, which is personal data.
      cause: new Error(cause instanceof SyntaxError ? 'JSON syntax error' : 'JSON not parsed'),
    });
  }
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
