/** What PHP printed into an answer. */
export interface PhpMessage {
  /** `a "Deprecated" of app/code/Acme/Crm/Plugin/Customer.php, line 42,`: never its text, which may hold data. */
  readonly what: string;
  readonly cure: string;
}

const kinds =
  'Deprecated|Notice|Warning|Fatal error|Parse error|Strict Standards|Recoverable fatal error|Catchable fatal error|Core warning|Core error|Compile error|User notice|User warning|User error|User deprecated|Xdebug';

/** PHP: display_errors prints `<b>Kind</b>:  text in <b>file</b> on line <b>42</b>`, without tags when html_errors is off. */
const pattern = new RegExp(
  `(?:<b>|^|\\n)(?:PHP )?(${kinds})(?:</b>)?:[\\s\\S]{0,4000}? in (?:<b>)?([^<>\\s][^<>\\n]{0,400}?)(?:</b>)? on line (?:<b>)?(\\d{1,7})`,
  'i',
);

/** Finds what PHP printed into an answer, e.g. before its JSON. */
export function phpMessage(text: string): PhpMessage | undefined {
  const found = pattern.exec(text.length > 400_000 ? text.slice(0, 200_000) + text.slice(-200_000) : text);
  if (found === null) return undefined;
  const [, kind = '', file = '', line = ''] = found;
  return {
    what: `a "${kind}" of ${withinShop(file)}, line ${line},`,
    cure: 'Set display_errors = Off in the php.ini of the shop (errors belong into its log), and have the module mended.',
  };
}

/** The part of a file's path that says what it belongs to: not where the shop lies. */
function withinShop(file: string): string {
  const path = file.replaceAll('\\', '/').replace(/[^\w./ -]/g, '');
  const start = path.search(/(?<=^|\/)(?:app|vendor|generated|lib|pub|setup|var)\//);
  return start < 0 ? (path.split('/').at(-1) ?? '') : path.slice(start);
}
