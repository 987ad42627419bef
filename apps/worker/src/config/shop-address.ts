/** An address as somebody typed it: what the client needs of it, or what is wrong, with the address to write instead. */
export type TypedAddress =
  | {
      readonly url: string;
      /** What stood before an "@". */
      readonly login: { readonly username: string; readonly password: string } | undefined;
    }
  | { readonly problem: string };

/** What people copy from the address bar or from examples, and what stands before it is the shop. */
const pages: readonly { readonly found: RegExp; readonly what: string }[] = [
  {
    found: /^(.*?)(?:\/index\.php)?\/(?:admin[\w-]*|backend|adminhtml)(?:\/.*)?$/i,
    what: 'the administration',
  },
  { found: /^(.*?)\/(?:soap|graphql|oauth|customer|checkout|catalog)(?:\/.*)?$/, what: 'a page of the shop' },
];

/**
 * Reads the address of a shop as people type it.
 *
 * Forgiven is what can mean one thing only: slashes at the end, `/rest`, `/rest/V1/…`, capital letters, a lone "#". The
 * rest is refused with the address to write instead.
 */
export function readShopAddress(typed: string): TypedAddress {
  const quoted = /^(["'`])(.*)\1$/.exec(typed);
  if (quoted) {
    return {
      problem: `is wrapped in quotation marks, which "docker run --env-file" keeps: write it without them, as ${shown(quoted[2] ?? '')}`,
    };
  }
  if (!/^https?:\/\//i.test(typed)) {
    const bare = typed.replace(/^[a-z]+:\/*(?!\d)/i, '');
    const proposal = URL.canParse(`https://${bare}`) ? `, for example ${shown(`https://${bare}`)}` : '';
    return { problem: `must be a web address that begins with https:// or http://${proposal}` };
  }
  if (!URL.canParse(typed)) return { problem: 'must be a web address that begins with https:// or http://' };
  const url = new URL(typed);
  const path = url.pathname.replaceAll(/\/{2,}/g, '/').replace(/\/+$/, '');
  if (url.search !== '' || url.hash !== '') {
    return {
      problem: `must be the plain address of the shop, without "?" or "#": write ${url.origin}${beforeRest(path)}`,
    };
  }
  const scoped = /^(.*?)\/rest\/(?!V\d)(?!all(?:\/|$))([A-Za-z]\w*)(?:\/.*)?$/.exec(path);
  if (scoped) {
    return {
      problem: `must end before /rest: write ${url.origin}${scoped[1] ?? ''}, and MAGENTO_STORE_CODE=${scoped[2]} if the shop answers only there`,
    };
  }
  const base = beforeRest(path);
  for (const { found, what } of pages) {
    const before = found.exec(base)?.[1];
    if (before !== undefined) return { problem: `leads to ${what}: write ${url.origin}${before}` };
  }
  const { username, password } = url;
  const login = { username: decoded(username), password: decoded(password) };
  return { url: `${url.origin}${base}`, login: username === '' && password === '' ? undefined : login };
}

function beforeRest(path: string): string {
  return path.replace(/\/rest(?:\/.*)?$/, '').replace(/\/V1(?:\/.*)?$/, '');
}

/** Without what stands before an "@". */
function shown(address: string): string {
  return address.replace(/\/\/[^/]*@/, '//');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
