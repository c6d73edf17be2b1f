/** The stand-ins for the providers' APIs, as the stack mounts them at `/providers/<name>`. */
import { createFapshi } from "./fapshi.ts";
import { createFathom } from "./fathom.ts";
import { createGoogle } from "./google.ts";
import { createPaypal, DEVELOPMENT_ROOT } from "./paypal.ts";
import type { Outcome, Payable } from "./stand_in.ts";
import { createStripe } from "./stripe.ts";
import { createWhop } from "./whop.ts";

export function createProviders() {
  return {
    stripe: createStripe(),
    paypal: createPaypal(),
    fapshi: createFapshi(),
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

/** Answers a request to `/providers/<name>/…`. */
export async function askProvider(providers: Providers, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const [, name = "", path = "/"] = /^\/providers\/([a-z]+)(\/.*)?$/.exec(pathname) ?? [];
  if (!Object.hasOwn(providers, name))
    return Response.json({ message: `There is no stand-in for ${name}.` }, { status: 404 });
  const provider = providers[name as keyof Providers];
  if (request.method === "POST" && path === "/_pay" && "pay" in provider) return pays(provider, await request.json());
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
