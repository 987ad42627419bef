/** A setting of an example: `--base-url https://…` on the command line, or `MAGENTO_BASE_URL` in the environment. */
export function setting(name: string): string {
  const value = optionalSetting(name);
  if (value === undefined) {
    throw new Error(`Give --${name} or set ${environmentName(name)}.`);
  }
  return value;
}

/** The same, when it may be missing. */
export function optionalSetting(name: string): string | undefined {
  const position = process.argv.indexOf(`--${name}`);
  return position < 0 ? process.env[environmentName(name)] : process.argv[position + 1];
}

function environmentName(name: string): string {
  return `MAGENTO_${name.replaceAll('-', '_').toUpperCase()}`;
}
