/** When a text is seen in a page, by the clock that this process has, too. */
import type { BrowserContext, Page } from "playwright-core";

declare global {
  interface Window {
    /** Resolves to the time (ms since 1970) at which the frame with this text has been painted. */
    seenAt(text: string): Promise<number>;
    seen?: Promise<number>;
  }
}

/**
 * As text, since what tsx makes of a named function calls a helper that no page has. The first callback comes before
 * the frame with the change is painted, the second after it.
 */
const SEEN_AT = `
  window.seenAt = (text) =>
    new Promise((resolve) => {
      const look = () => {
        if (!document.body?.textContent.includes(text)) return false;
        observer.disconnect();
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(Date.now())));
        return true;
      };
      const observer = new MutationObserver(look);
      if (!look()) observer.observe(document, { childList: true, subtree: true, characterData: true });
    });`;

/** Gives every page of a context `seenAt`; with `text`, each looks for it from its start. */
export async function watchScreen(context: BrowserContext, text?: string): Promise<void> {
  const first = text === undefined ? "" : `\nwindow.seen = window.seenAt(${JSON.stringify(text)});`;
  await context.addInitScript(SEEN_AT + first);
}

/** From now on the page looks for `text`; the answer is the time at which it was seen. */
export async function lookFor(page: Page, text: string): Promise<() => Promise<number>> {
  await page.evaluate((wanted) => {
    window.seen = window.seenAt(wanted);
  }, text);
  return async () => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`"${text}" was not seen in a minute on ${page.url()}`)), 60_000);
    });
    try {
      return await Promise.race([page.evaluate(() => window.seen!), late]);
    } finally {
      clearTimeout(timer);
    }
  };
}
