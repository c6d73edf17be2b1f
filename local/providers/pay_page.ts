/**
 * The page on which a buyer pays at a stand-in: where Stripe Checkout, PayPal and Fapshi show theirs. It says what it
 * is, moves no money, and does what the buyer chooses: the stand-in's state changes, the provider's webhooks are sent,
 * and the browser goes back to the shop.
 *
 *     GET  /providers/<name>/_page?ref=…    POST the same, with do=captured|failed|pending|cancel
 */
import { createHash } from "node:crypto";
import type { Outcome, Payable, PayPage } from "./stand_in.ts";

/** Sends webhooks to the provider's function. The buyer does not wait for it. */
export type WebhookSender = (provider: string, webhooks: string[]) => void;

const TITLES: Record<string, string> = { stripe: "Stripe", paypal: "PayPal", fapshi: "Fapshi" };

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: light-dark(#f3f1ec, #171513);
  color: light-dark(#26221d, #f0ebe4); }
main { box-sizing: border-box; width: min(26rem, 100vw - 2rem); padding: 2rem; border-radius: 1rem;
  background: light-dark(#fff, #221f1c); box-shadow: 0 1px 2px #0002, 0 8px 32px #0001; }
h1 { margin: 0; font-size: 1rem; font-weight: 600; }
small, p { color: light-dark(#655d53, #b5aca1); }
small { font-size: .875rem; }
.amount { margin: 1.25rem 0; font-size: 2.5rem; font-weight: 650; line-height: 1.1; color: inherit;
  font-variant-numeric: tabular-nums; }
[role=alert] { padding: .75rem 1rem; border-radius: .5rem; background: light-dark(#fbe9e5, #472219);
  color: light-dark(#8a2410, #ffcdbf); }
form { display: grid; gap: .625rem; }
button, a { box-sizing: border-box; width: 100%; padding: .75rem 1rem; border: 1px solid light-dark(#cfc8bd, #4a443d);
  border-radius: .625rem; font: inherit; font-weight: 550; text-align: center; text-decoration: none; cursor: pointer;
  background: transparent; color: inherit; }
a { display: block; }
button.main { border-color: transparent; background: light-dark(#26221d, #f0ebe4); color: light-dark(#fff, #171513); }
:focus-visible { outline: 3px solid light-dark(#b4540a, #f5a35c); outline-offset: 2px; }
`;
const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const button = (outcome: string, label: string, isMain = false) =>
  `<button name="do" value="${outcome}"${isMain ? ' class="main"' : ""}>${label}</button>`;

function html(title: string, page: PayPage, declined: boolean): string {
  const { amount, status, successUrl, cancelUrl } = page;
  const words = {
    open: "",
    waiting: "<p>This payment is under way, as a bank transfer is for some days. Now it goes through, or fails.</p>",
    over: "<p>There is nothing to pay here any more.</p>",
  };
  const buttons = {
    open: [button("captured", `Pay ${escaped(amount)}`, true), button("failed", "Be declined")]
      .concat(button("pending", "Pay by a slow method"))
      .concat(cancelUrl === null ? [] : button("cancel", "Cancel, back to the shop")),
    waiting: [button("captured", "Let it go through", true), button("failed", "Let it fail")],
    over: [],
  };
  const back = status === "open" || successUrl === null ? "" : `<a href="${escaped(successUrl)}">Back to the shop</a>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pay at the stand-in for ${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Stand-in for ${title}</h1>
<small>On this machine only. No money moves.</small>
<p class="amount">${escaped(amount)}</p>
${declined ? '<p role="alert">Declined: the card has insufficient funds. Try again, or cancel.</p>' : ""}
${words[status]}
<form method="post">
${buttons[status].join("\n")}
${back}
</form>
</main>
</body>
</html>
`;
}

function show(title: string, page: PayPage, declined = false): Response {
  return new Response(html(title, page, declined), {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      // No form-action: it would also forbid the redirect back to a shop at another origin.
      "content-security-policy": `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; frame-ancestors 'none'`,
      "referrer-policy": "no-referrer",
    },
  });
}

/** Answers a browser at a stand-in's page. `name`: the provider's. */
export async function servePayPage(
  provider: Payable,
  name: string,
  request: Request,
  send: WebhookSender,
): Promise<Response> {
  const ref = new URL(request.url).searchParams.get("ref") ?? "";
  const title = TITLES[name] ?? name;
  const page = provider.page?.(ref);
  if (!page) return new Response(`There is no payment ${ref} at the stand-in for ${title}.`, { status: 404 });
  if (request.method !== "POST") return show(title, page);

  const chosen = new URLSearchParams(await request.text()).get("do");
  const goTo = (url: string | null) =>
    url === null ? show(title, provider.page!(ref)!) : new Response(null, { status: 303, headers: { location: url } });
  if (chosen === "cancel") return goTo(page.cancelUrl);
  // Somebody who goes back and clicks again is shown how it stands.
  if (!isOutcome(chosen) || page.status === "over") return show(title, page);
  send(name, provider.pay(ref, chosen));
  return chosen === "failed" && page.retries ? show(title, provider.page!(ref)!, true) : goTo(page.successUrl);
}

const isOutcome = (word: string | null): word is Outcome =>
  word === "captured" || word === "failed" || word === "pending";
