/**
 * Pictures of the pages that tests open, for docs/pictures and for whoever wants to look at them:
 *
 *     PICTURES=/tmp/pages npm test -- console/console storefront/accessibility
 */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { Page } from "playwright-core";

/** Pages have longer ones than anybody looks at. */
const MAX_HEIGHT = 2400;

/** Takes a picture of the page as it stands, where PICTURES names a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.PICTURES;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  const [width, height] = await page.evaluate(() => [innerWidth, document.documentElement.scrollHeight]);
  await page.screenshot({
    path: path.join(folder, `${name.replaceAll(/[^a-z0-9]+/gi, "_").toLowerCase()}.png`),
    fullPage: true,
    clip: { x: 0, y: 0, width: width!, height: Math.min(height!, MAX_HEIGHT) },
  });
}

/** Resolves when nothing on the page moves any more: a colour halfway is another colour. */
export async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
    const ends = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ends.map(({ finished }) => finished));
  });
}
