/** How soon a page shows anything, and how soon what it is for: each time in a new browser profile, with no cache. */
import type { Browser, BrowserContextOptions } from "playwright-core";
import { watchScreen } from "./seen.ts";

export interface Opening {
  page: string;
  url: string;
  /** What the reader came for. */
  content: string;
  storageState?: BrowserContextOptions["storageState"];
}

export interface Paint {
  page: string;
  round: number;
  /** How many times slower than this machine the page's processor is. */
  slowdown: number;
  /** First contentful paint, in ms from the navigation's start. */
  first_paint_ms: number;
  /** When `content` was painted, in ms from the same. */
  content_ms: number;
}

const SLOWDOWNS = [1, 4];

export async function measurePaints(browser: Browser, openings: Opening[], rounds: number): Promise<Paint[]> {
  const paints: Paint[] = [];
  // The first round is not kept: the server reads the files, the browser starts its processes.
  for (let round = 0; round <= rounds; round++) {
    for (const slowdown of round === 0 ? [1] : SLOWDOWNS) {
      for (const opening of openings) {
        const paint = { page: opening.page, round, slowdown, ...(await paintOf(browser, opening, slowdown)) };
        if (round > 0) paints.push(paint);
      }
    }
  }
  return paints;
}

async function paintOf(browser: Browser, { url, content, storageState }: Opening, slowdown: number) {
  const context = await browser.newContext({ locale: "en-GB", storageState });
  try {
    context.setDefaultTimeout(60_000);
    await watchScreen(context, content);
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    await page.goto(url);
    return await page.evaluate(async () => {
      const seen = await window.seen!;
      const first = await new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          for (const { startTime } of list.getEntriesByName("first-contentful-paint")) resolve(startTime);
        }).observe({ type: "paint", buffered: true });
      });
      // The two are told by different clocks, which differ by a frame.
      const content = Math.max(first, seen - performance.timeOrigin);
      return { first_paint_ms: Math.round(first), content_ms: Math.round(content) };
    });
  } finally {
    await context.close();
  }
}
