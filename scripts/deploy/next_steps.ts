/** What is left to do by hand after a deployment, above all in the providers' dashboards. */
import { PROVIDERS } from "../../functions/_shared/providers/registry.ts";
import { regionOf } from "./checks.ts";
import type { Target } from "./target.ts";

/** Where each provider's webhook goes, and what to tick there. `slugs`: the functions that are deployed. */
export async function nextSteps(target: Target, slugs: string[], told: string | undefined): Promise<string[]> {
  const region = told ?? regionOf(target.databaseUrl);
  const address = (slug: string) => webhookUrl(target.functionsUrl, slug, region ?? "<region>");
  const providers = await Promise.all(
    Object.keys(PROVIDERS)
      .filter((name) => slugs.includes(name))
      .map(async (name) => [`  ${name.padEnd(8)} ${address(name)}`, ...(await events(name))]),
  );
  return [
    "Enter at each provider, as the address of its webhook, and tick the events that it lists of these. At Stripe, PayPal,",
    `Whop and Fathom this does it: npm run connect -- stripe --project ${target.ref} --env-file …`,
    ...providers.flat(),
    ...(slugs.includes("catalog")
      ? [`And in the Railway backend, which writes to the catalog: ${address("catalog")}`]
      : []),
    "forceFunctionRegion runs the function beside the database" +
      (region
        ? "."
        : ": replace <region> by the project's region, like eu-central-1 (dashboard > Project Settings > General)."),
    ...(target.given ? [] : ["The secrets were not changed: --env-file sets them."]),
    ...(target.databaseUrl
      ? []
      : [
          "The database was not changed: SUPABASE_DB_URL or --db-url brings it up to date.",
          "Until it knows where its functions are, it cannot call them:",
          `  select outbox.set_functions_url('${target.functionsUrl}');`,
        ]),
  ];
}

/** A provider calls from anywhere: the address pins the function beside the database. */
export function webhookUrl(functionsUrl: string, slug: string, region: string | undefined): string {
  return `${functionsUrl}/${slug}${region === undefined ? "" : `?forceFunctionRegion=${region}`}`;
}

async function events(name: string): Promise<string[]> {
  const { eventTypes } = await PROVIDERS[name]!.webhook();
  if (eventTypes === undefined) return [];
  const lines: string[] = [];
  for (const type of eventTypes()) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + type.length < 105) lines[lines.length - 1] = `${last}, ${type}`;
    else lines.push(type);
  }
  return lines.map((line, i) => `${i === 0 ? "           events: " : "                   "}${line}`);
}
