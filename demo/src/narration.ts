/** Announces a step of the demonstration. */
export function step(title: string): void {
  console.log(`\n── ${title}`);
}

/** Tells what happens within a step. */
export function say(sentence: string): void {
  console.log(`   ${sentence}`);
}

/** Says how to go on from here. */
export function closingWords(): void {
  step('That was the demo. What now?');
  say('Look at the tables:      npm run demo:sql -- "select * from magento.customers limit 3"');
  say(
    '                         npm run demo:sql -- "select kind, status, pages, inserted, updated from sync.runs"',
  );
  say(
    'Your own shop:           export MAGENTO_BASE_URL=https://shop.example.com MAGENTO_USERNAME=… MAGENTO_PASSWORD=…',
  );
  say('                         npx --yes pnpm@10.34.9 magento-sync doctor');
  say('                         npx --yes pnpm@10.34.9 magento-sync backfill');
  say('                         npx --yes pnpm@10.34.9 magento-sync daemon');
}
