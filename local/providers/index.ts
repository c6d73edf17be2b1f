/** The stand-ins for the providers' APIs, as the stack mounts them at `/providers/<name>`. */
import { createFapshi } from "./fapshi.ts";
import { createFathom } from "./fathom.ts";
import { createGoogle } from "./google.ts";
import { servePayPage, type WebhookSender } from "./pay_page.ts";
import { createPaypal, DEVELOPMENT_ROOT } from "./paypal.ts";
import type { Outcome, Payable } from "./stand_in.ts";
import { createStripe } from "./stripe.ts";
import { createWhop } from "./whop.ts";

/**
 * `payPagesAt`: the origin where the pages to pay at are served (pay_page.ts). Without it, checkouts name the
 * providers' real pages, as if nobody followed them.
 */
export function createProviders(payPagesAt?: string) {
  const pageOf = (name: string) =>
    payPagesAt === undefined
      ? undefined
      : (ref: string) => `${payPagesAt}/providers/${name}/_page?${new URLSearchParams({ ref })}`;
  return {
    stripe: createStripe(pageOf("stripe")),
    paypal: createPaypal(pageOf("paypal")),
    fapshi: createFapshi({}, pageOf("fapshi")),
    whop: createWhop(),
    fathom: createFathom(),
    google: createGoogle(),
  };
}
export type Providers = ReturnType<typeof createProviders>;

/** Where Google's parts are, below its mount. */
const GOOGLE = { GOOGLE_BASE_URL: "/calendar/v3", GOOGLE_MEET_BASE_URL: "/meet/v2", GOOGLE_TOKEN_URL: "/token" };

/** Sends the functions to the stand-ins at `origin`, each provider whose address `env` does not say. */
export function standInEnvironment(origin: string, env: Record<string, string>): Record<string, string> {
  const unset = ["stripe", "paypal", "fapshi", "whop", "fathom"].filter(
    (name) => !env[`${name.toUpperCase()}_BASE_URL`],
  );
  return {
    ...Object.fromEntries(unset.map((name) => [`${name.toUpperCase()}_BASE_URL`, `${origin}/providers/${name}`])),
    ...Object.fromEntries(
      Object.entries(GOOGLE)
        .filter(([name]) => !env[name])
        .map(([name, path]) => [name, `${origin}/providers/google${path}`]),
    ),
    ...(unset.includes("paypal") && !env.PAYPAL_TRUSTED_ROOTS && { PAYPAL_TRUSTED_ROOTS: DEVELOPMENT_ROOT }),
  };
}

/** Answers a request to `/providers/<name>/…`. `send`: sends what the pay pages cause; without it there are none. */
export async function askProvider(providers: Providers, request: Request, send?: WebhookSender): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const [, name = "", path = "/"] = /^\/providers\/([a-z]+)(\/.*)?$/.exec(pathname) ?? [];
  if (!Object.hasOwn(providers, name))
    return Response.json({ message: `There is no stand-in for ${name}.` }, { status: 404 });
  const provider = providers[name as keyof Providers];
  if (request.method === "POST" && path === "/_pay" && "pay" in provider) return pays(provider, await request.json());
  if (path === "/_page" && send && "page" in provider) return await servePayPage(provider, name, request, send);
  return await provider.handle(request, path + search);
}

/** How `npm run pay` pays: answers with the webhooks that the provider would send. */
function pays(provider: Payable, { ref, outcome }: { ref: string; outcome: Outcome }): Response {
  try {
    return Response.json(provider.pay(ref, outcome));
  } catch (error) {
    return Response.json({ message: (error as Error).message }, { status: 409 });
  }
}
