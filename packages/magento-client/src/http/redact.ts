/** Shorter ones are no secrets, and taking them out would leave no message. */
const MIN_LENGTH = 4;

/** Takes secrets out of what a shop, a proxy or a debugging module said, in case it repeats what it was sent. */
export function redact(text: string, secrets: readonly string[]): string {
  const spellings = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    insideJson(secret),
    // A request's body that is repeated in the message of an answer.
    insideJson(insideJson(secret)),
  ]);
  // Most secrets have one spelling, and pages are long.
  return [...new Set(spellings)]
    .filter((secret) => secret.length >= MIN_LENGTH)
    .reduce(
      (result, secret) => (result.includes(secret) ? result.replaceAll(secret, '[secret]') : result),
      text,
    );
}

function insideJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The secrets in the headers that a strategy made for one attempt. */
export function secretsOfHeaders(headers: Readonly<Record<string, string>>): string[] {
  const { authorization = '', cookie = '' } = headers;
  const quoted = [...authorization.matchAll(/oauth_(?:token|signature)="([^"]+)"/g)].map(
    ([, value]) => value ?? '',
  );
  const bearer = /^Bearer (.+)$/.exec(authorization)?.[1];
  const session = /=(.+)$/.exec(cookie)?.[1];
  return [bearer, session, ...quoted, ...quoted.map(decodeURIComponent)].filter(
    (secret) => secret !== undefined,
  );
}
