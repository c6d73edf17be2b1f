/** What holds of every page of the shop: for those who see, hear and touch it in other ways, and on a phone. */
import AxeBuilder from "@axe-core/playwright";
import { expect } from "vitest";
import { picture, still } from "../browser/pictures.ts";
import type { ShopPage } from "./shop_stack.ts";

/** Axe finds no fault in the page as it stands, and it does not scroll sideways. `what` names its picture. */
export async function expectAccessible(page: ShopPage, what: string): Promise<void> {
  await still(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const faults = violations.map(({ id, nodes }) => `${what}: ${id} ${nodes[0]?.html}`);
  expect(faults).toEqual([]);
  const [wide, width] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(wide, `${what} scrolls sideways`).toBeLessThanOrEqual(width!);
  await picture(page, `shop ${what} ${width! < 600 ? "dark narrow" : "light"}`);
}
