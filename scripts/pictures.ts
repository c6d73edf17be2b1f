/** `npm run pictures`: takes the screenshots of docs/pictures/ anew, out of the tests that open every page. */
import { copyFile, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Failure, main, type RunOptions, runCommand } from "./command.ts";
import { ROOT } from "./schema/schema.ts";
import { test } from "./test.ts";

const HELP = `
Takes the screenshots of docs/pictures/ anew, with their index docs/pictures/README.md. They are a choice of those that
the tests of all pages take. It takes some minutes. Look at them before you commit them.

npm run pictures
npm run pictures -- --from <folder>  out of a folder that tests have filled: PICTURES=<folder> npm test -- …`;

const TESTS = ["console/console", "storefront/accessibility"];
const FOLDER = path.join(ROOT, "docs/pictures");
/** All of them together: a clone of the repository carries them. */
const MAX_BYTES = 3_000_000;

/** The name here, the name that the test gives it, and what it shows. */
const CHOICE: readonly (readonly [name: string, taken: string, shows: string])[] = [
  ["console_home_light", "console_home_light", "Home: what needs a person, each with its sentence and its repair"],
  ["console_home_dark", "console_home_dark", "Home, dark"],
  ["console_home_narrow", "console_home_narrow", "Home on a phone, dark"],
  ["console_find_light", "console_found_light", "Find: all that belongs to an e-mail address"],
  ["console_line_light", "console_line_light", "The line of an order, from the event to the attempts"],
  ["console_line_dark", "console_line_dark", "The line, dark"],
  ["console_line_narrow", "console_line_narrow", "The line on a phone, dark"],
  ["console_events_light", "console_events_light", "Events, with their filters and their count"],
  ["console_delivery_light", "console_delivery_light", "A dead delivery: why, each attempt, and the exact payload"],
  ["console_delivery_dark", "console_delivery_dark", "A delivery, dark"],
  ["console_destinations_light", "console_destinations_light", "Destinations: health, breaker, rate, routes"],
  ["console_destinations_dark", "console_destinations_dark", "Destinations, dark"],
  ["console_charts_light", "console_charts_light", "Charts"],
  ["console_audit_light", "console_audit_light", "The consistency audit"],
  ["shop_list_light", "shop_list_light", "The shop"],
  ["shop_list_narrow", "shop_list_dark_narrow", "The shop on a phone, dark"],
  ["shop_times_light", "shop_times_light", "A tutor's free times"],
  ["shop_review_narrow", "shop_review_dark_narrow", "A cart before it is paid, on a phone, dark"],
  ["shop_pay_light", "shop_pay_page_light", "The pay page of a provider's stand-in, after a declined card"],
  ["shop_paid_light", "shop_paid_light", "A paid order"],
  ["shop_session_light", "shop_session_light", "A tutoring session: move it, cancel it"],
  ["shop_chat_light", "shop_chat_light", "The members' chat"],
];

/** Runs the command; resolves to its exit code. */
function pictures(args: string[], { signal }: RunOptions = {}): Promise<number> {
  return runCommand({ help: HELP, options: { from: { type: "string" } } }, args, signal, async ({ values }) => {
    if (values.from !== undefined) return await choose(values.from);
    const folder = await mkdtemp(path.join(os.tmpdir(), "signalbox-pictures-"));
    try {
      process.env.PICTURES = folder;
      const code = await test(TESTS, { signal });
      if (code !== 0) throw new Failure("No pictures: the tests that take them failed. Mend that first.");
      await choose(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

async function choose(folder: string): Promise<void> {
  const taken = new Set(await readdir(folder));
  const missing = CHOICE.filter(([, name]) => !taken.has(`${name}.png`)).map(([, name]) => name);
  if (missing.length > 0) {
    throw new Failure(`The tests took no picture ${missing.join(", ")}: change CHOICE in scripts/pictures.ts.`);
  }
  const sizes = await Promise.all(CHOICE.map(async ([, name]) => (await stat(path.join(folder, `${name}.png`))).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes > MAX_BYTES) {
    throw new Failure(`${bytes} bytes of pictures are more than ${MAX_BYTES}: choose fewer in scripts/pictures.ts.`);
  }
  for (const old of await readdir(FOLDER)) if (old.endsWith(".png")) await rm(path.join(FOLDER, old));
  for (const [name, from] of CHOICE) {
    await copyFile(path.join(folder, `${from}.png`), path.join(FOLDER, `${name}.png`));
  }
  await writeFile(path.join(FOLDER, "README.md"), indexOf());
  console.log(`${CHOICE.length} pictures, ${Math.round(bytes / 1000)} KB, in docs/pictures. Look at them.`);
}

function indexOf(): string {
  const part = (title: string, prefix: string) =>
    `## ${title}\n\n${CHOICE.filter(([name]) => name.startsWith(prefix))
      .map(([name, , shows]) => `${shows}:\n\n![${shows}](${name}.png)`)
      .join("\n\n")}\n`;
  return `# Pictures

Taken by \`npm run pictures\` out of the tests that open every page: their rows are the tests'.

${part("The console", "console_")}
${part("The shop", "shop_")}`;
}

await main(import.meta.url, pictures);
