/**
 * Pictures of the pages that tests open, for docs/pictures and for whoever wants to look at them:
 *
 *     PICTURES=/tmp/pages npm test -- console/console storefront/accessibility
 */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { Page } from "playwright-core";

/** Pages have longer ones than anybody looks at. */
const MAX_HEIGHT = 1400;

/** Takes a picture of the page as it stands, where PICTURES names a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.PICTURES;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  const before = page.viewportSize()!;
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  // In a window of the page's height: what is as high as the window, such as a menu, is not cut off.
  await page.setViewportSize({ width: before.width, height: Math.min(Math.max(height, before.height), MAX_HEIGHT) });
  await still(page);
  await page.screenshot({
    path: path.join(folder, `${name.replaceAll(/[^a-z0-9]+/gi, "_").toLowerCase()}.png`),
  });
  await page.setViewportSize(before);
}

/** Resolves when nothing on the page moves any more: a colour halfway is another colour. */
export async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
    const ends = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ends.map(({ finished }) => finished));
  });
}
