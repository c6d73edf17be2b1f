/**
 * `npm run deploy`: puts Signalbox on a hosted project. It checks everything, says what will change, changes it step by
 * step, and tries the result. Every step can be repeated. The parts are in scripts/deploy/; docs/guides/deploy.md has
 * the whole way.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { type ProjectConfig, readProjectConfig } from "../local/config.ts";
import { inCopyOf } from "../local/supabase_cli.ts";
import { Failure, main, runCommand } from "./command.ts";
import { checkProject, type ProjectState } from "./deploy/checks.ts";
import { inDatabase } from "./deploy/database.ts";
import { applyDatabaseSettings } from "./deploy/database_settings.ts";
import {
  type CheckedFunctions,
  checkFunctions,
  deleteFunctions,
  deployFunctions,
  PARTS,
  type Running,
  readRunning,
} from "./deploy/functions.ts";
import { keepVersion, undo } from "./deploy/kept.ts";
import { ApiFailure, type ManagementClient, managementClient } from "./deploy/management_client.ts";
import { applyMigrations } from "./deploy/migrations.ts";
import { nextSteps } from "./deploy/next_steps.ts";
import { changesFunctions, describePlan, type Plan, planOf } from "./deploy/plan.ts";
import { setSecrets } from "./deploy/secrets.ts";
import { smokeTest } from "./deploy/smoke_test.ts";
import { type Report, writeSummary } from "./deploy/summary.ts";
import { AGAIN, type DeployOptions, HELP, OPTIONS, readTarget, type Target } from "./deploy/target.ts";

const indent = (text: string) => text.replace(/^/gm, "  ");

/** Runs the steps one after the other, and keeps what each said for the summary. */
function stepper(target: Target, report: Report) {
  return async (name: string, work: () => Promise<string[]>): Promise<void> => {
    target.signal?.throwIfAborted();
    console.log(`${name} …`);
    try {
      const lines = await work();
      for (const line of lines) console.log(indent(line));
      report.done.push({ step: name, lines });
    } catch (error) {
      target.signal?.throwIfAborted();
      if (!(error instanceof Failure)) throw error;
      const before = report.done.map(({ step }) => step).join(", ");
      throw new Failure(
        `Step "${name}" failed${before === "" ? "" : ` (done before it: ${before})`}.\n${error.message}` +
          (error.message.includes(AGAIN) || name === "Smoke test" ? "" : `\n${AGAIN}`),
      );
    }
  };
}

interface Prepared {
  state: ProjectState;
  functions: CheckedFunctions;
  running: Running;
  config: ProjectConfig;
  plan: Plan;
}

/** Makes all checks, and works out the plan. Changes nothing. @throws Failure with all that is wrong */
async function prepare(target: Target, api: ManagementClient, folder: string, report: Report): Promise<Prepared> {
  console.log("Checks …");
  const [state, functions] = await Promise.all([checkProject(target, api), checkFunctions(target, folder)]);
  const notes = [...state.notes, ...functions.notes];
  const problems = [...state.problems, ...functions.problems];
  for (const note of notes) console.log(indent(note));
  report.checks.push(...notes);
  if (problems.length > 0) throw new Failure(`${problems.join("\n")}\n${AGAIN} Nothing was changed.`);

  const config = readProjectConfig(await readFile(path.join(target.project, "supabase/config.toml"), "utf8"));
  const running = await readRunning(api, state.deployed);
  const plan = planOf(target, state, { local: functions.local, running, config });
  report.plan = describePlan(plan, target);
  console.log("Plan:");
  for (const line of report.plan) console.log(indent(line));
  return { state, functions, running, config, plan };
}

/**
 * Adds the schemas of config.toml to those that the project's Data API serves. None is taken away. The console needs
 * it, and nothing else: where the token may not do it, the deployment goes on.
 */
async function exposeSchemas(target: Target, api: ManagementClient, plan: Plan): Promise<string[]> {
  const { served = [], missing = [] } = plan.schemas ?? {};
  const all = [...served, ...missing];
  try {
    if (plan.schemas === undefined) throw new ApiFailure("Not readable with this token.", 403);
    if (missing.length > 0) {
      await api.send("postgrest", "Not set", { method: "PATCH", body: { db_schema: all.join(",") } });
    }
    return [all.join(", ")];
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    return [
      `${error.message.split("\n")[0]} The console needs it: add the schemas of supabase/config.toml to "Exposed ` +
        `schemas" at https://supabase.com/dashboard/project/${target.ref}/settings/api.`,
    ];
  }
}

async function carryOut(target: Target, api: ManagementClient, folder: string, report: Report): Promise<void> {
  const { state, functions, running, plan } = await prepare(target, api, folder, report);
  if (target.dryRun) {
    console.log("\nNothing was changed (--dry-run).");
    return;
  }
  const step = stepper(target, report);
  const slugs = [...functions.local.keys()].sort();
  const { databaseUrl: url, given } = target;
  const doomed = target.prune ? plan.functions.removed : [];
  const uploads = changesFunctions(plan);

  const replaced = [...(uploads ? slugs : []).filter((slug) => running.has(slug)), ...doomed];
  if (replaced.length > 0 || plan.functions.added.length > 0) {
    await step("Last version of the functions", () =>
      keepVersion(target, running, { replaced, added: plan.functions.added }),
    );
  }
  if (url && plan.migrations!.length > 0) {
    await step(`Migrations to ${new URL(url).host}`, async () => {
      await applyMigrations(target, url);
      return [`Applied: ${plan.migrations!.join(", ")}`];
    });
  }
  if (url) await step("Schemas of the Data API", () => exposeSchemas(target, api, plan));
  if (given && plan.secrets) {
    const { secrets } = plan;
    await step("Secrets", async () => {
      const set = await setSecrets(api, given.values, secrets);
      return [set.length === 0 ? "All are set already." : `Set: ${set.join(", ")}`];
    });
  }
  if (uploads) {
    await step("Functions", async () => {
      await deployFunctions(target, folder);
      return [`Live: ${slugs.join(", ")}`];
    });
  }
  if (doomed.length > 0) {
    await step("Removed functions", async () => {
      await deleteFunctions(api, doomed);
      return [`Deleted: ${doomed.join(", ")}`];
    });
  }
  if (url) {
    await step("Database settings", () =>
      inDatabase(
        url,
        "The database could not be told where its functions are",
        (sql) => applyDatabaseSettings(sql, target),
        { repeatable: true },
      ),
    );
  }
  report.next = await nextSteps(target, slugs, state.region);
  let failure: unknown;
  if (target.smokeTest) {
    await step("Smoke test", () => smokeTest(target, slugs)).catch((error) => {
      failure = error;
    });
  }
  console.log(["", "Deployed.", ...report.next].join("\n"));
  if (failure !== undefined) throw failure;
  if (!target.smokeTest) console.log(`Then check that it is up: curl ${target.functionsUrl}/health`);
}

/** Runs the command; resolves to its exit code. */
export function deploy(args: string[], options: DeployOptions = {}): Promise<number> {
  const { env = process.env } = options;
  return runCommand({ help: HELP, options: OPTIONS }, args, options.signal, async (line) => {
    const target = readTarget(line, options);
    const report: Report = { title: `Signalbox to project ${target.ref}`, checks: [], plan: [], done: [], next: [] };
    const api = managementClient(target);
    console.log(report.title);
    let failure: string | undefined;
    try {
      if (target.undo) await stepper(target, report)("Undo", () => undo(target, api));
      else await inCopyOf(target.project, PARTS, (folder) => carryOut(target, api, folder, report));
    } catch (error) {
      failure = (error as Error).message;
      throw error;
    } finally {
      await writeSummary(env.GITHUB_STEP_SUMMARY, report, failure);
    }
  });
}

await main(import.meta.url, deploy);
