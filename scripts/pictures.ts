/** `npm run pictures`: takes the screenshots of docs/pictures/ anew, out of the tests that open every page. */
import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { startBrowser } from "../simulator/browser.ts";
import { Failure, main, type RunOptions, runCommand } from "./command.ts";
import { ROOT } from "./schema/schema.ts";
import { test } from "./test.ts";

const HELP = `
Takes the screenshots of docs/pictures/ anew, with their index docs/pictures/README.md: a choice of those that the tests
of all pages take, and sheets with all of them. It takes some minutes. Look at them before you commit them.

npm run pictures
npm run pictures -- --from <folder>  out of a folder that tests have filled: PICTURES=<folder> npm test -- …`;

const TESTS = ["console/console", "storefront/accessibility"];
const FOLDER = path.join(ROOT, "docs/pictures");
/** All of them together: a clone of the repository carries them. */
const MAX_BYTES = 6_000_000;

/** Every page that the tests open, beside each other: which pictures are on a sheet, and how wide each is. */
const SHEETS: readonly Sheet[] = [
  { name: "all_console_light", of: /^console_.*_light$/, width: 480, shows: "Every page of the console" },
  { name: "all_console_dark", of: /^console_.*_dark$/, width: 480, shows: "Every page of the console, dark" },
  { name: "all_console_narrow", of: /^console_.*_narrow$/, width: 240, shows: "Every page of the console on a phone" },
  { name: "all_shop_light", of: /^shop_.*_light$/, width: 480, shows: "Every page of the shop" },
  { name: "all_shop_narrow", of: /^shop_.*_narrow$/, width: 240, shows: "Every page of the shop on a phone, dark" },
];
const SHEET_WIDTH = 1960;

interface Sheet {
  name: string;
  of: RegExp;
  /** In pixels. */
  width: number;
  shows: string;
}

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
  const sheets = await drawSheets(folder, [...taken]);
  const bytes = [...sizes, ...sheets.map(({ image }) => image.length)].reduce((sum, size) => sum + size, 0);
  if (bytes > MAX_BYTES) {
    throw new Failure(`${bytes} bytes of pictures are more than ${MAX_BYTES}: choose fewer in scripts/pictures.ts.`);
  }
  for (const old of await readdir(FOLDER)) if (/\.(png|jpg)$/.test(old)) await rm(path.join(FOLDER, old));
  for (const [name, from] of CHOICE) {
    await copyFile(path.join(folder, `${from}.png`), path.join(FOLDER, `${name}.png`));
  }
  for (const { name, image } of sheets) await writeFile(path.join(FOLDER, `${name}.jpg`), image);
  await writeFile(path.join(FOLDER, "README.md"), indexOf());
  console.log(
    `${CHOICE.length} pictures and ${sheets.length} sheets, ${Math.round(bytes / 1000)} KB, in docs/pictures. Look at them.`,
  );
}

async function drawSheets(folder: string, taken: string[]): Promise<{ name: string; image: Buffer }[]> {
  const browser = await startBrowser();
  try {
    const drawn: { name: string; image: Buffer }[] = [];
    for (const { name, of, width } of SHEETS) {
      const pages = taken.map((file) => path.parse(file).name).filter((page) => of.test(page));
      const figures = await Promise.all(
        pages.toSorted().map(async (page) => {
          const png = await readFile(path.join(folder, `${page}.png`), "base64");
          const caption = page.replace(/^(console|shop)_/, "").replaceAll("_", " ");
          return `<figure><img src="data:image/png;base64,${png}" width="${width}"><figcaption>${caption}</figcaption></figure>`;
        }),
      );
      const view = await browser.newPage({ viewport: { width: SHEET_WIDTH, height: 800 } });
      await view.setContent(`<style>
        body { margin: 8px; display: flex; flex-wrap: wrap; gap: 8px; align-items: start; background: #8a8f98 }
        figure { margin: 0 } figcaption { font: 14px sans-serif; padding: 2px; color: #fff }
        img { display: block; max-height: 620px; object-fit: cover; object-position: top }
        </style>${figures.join("")}`);
      drawn.push({ name, image: await view.screenshot({ type: "jpeg", quality: 70, fullPage: true }) });
      await view.close();
    }
    return drawn;
  } finally {
    await browser.close();
  }
}

function indexOf(): string {
  const part = (title: string, prefix: string) =>
    `## ${title}\n\n${CHOICE.filter(([name]) => name.startsWith(prefix))
      .map(([name, , shows]) => `${shows}:\n\n![${shows}](${name}.png)`)
      .join("\n\n")}\n`;
  return `# Pictures

Taken by \`npm run pictures\` out of the tests that open every page: their rows are the tests'.

${part("The console", "console_")}
${part("The shop", "shop_")}
## Every page

${SHEETS.map(({ name, shows }) => `${shows}:\n\n![${shows}](${name}.jpg)`).join("\n\n")}
`;
}

await main(import.meta.url, pictures);
