/**
 * Who may import whom. `npm run rooms` checks it over the whole repository, types included; `npm run check` and
 * `npm test` run it too.
 *
 * The repository:
 *
 *   functions/   what runs at the edge                                  imports nothing else of ours
 *   local/       the local stack, and stand-ins for what is hosted      imports nothing else of ours
 *   clients/     packages for apps and pages: Realtime, payments        imports nothing else of ours
 *   web/         pages for browsers; local/ builds and serves them      imports clients/
 *   simulator/   plays providers, receivers and buyers                  imports local/
 *   scripts/     the commands that package.json names                   imports functions/, local/, simulator/
 *   bench/       benchmarks                                             imports functions/, local/, simulator/
 *   tests/       tests                                                  imports all but bench/
 *
 *   The stand-ins and the simulator share no code with what they are there to check. (sql/ is SQL: there is nothing to
 *   import.)
 *
 * functions/_shared, each room importing only rooms above it in this list:
 *
 *   platform/    environment, database, log: what the edge runtime gives
 *   http/        reading requests, answering them, calling APIs
 *   facts/       the vocabulary of what can happen, and how JSON is read
 *   crypto/      signatures, certificates, verdicts
 *   providers/   one folder for each provider, the interfaces that it fills in, the registry
 *   inbound/     from a webhook to `inbox.receive`
 *   outbound/    from `outbox.claim` to a receiver, or to a job of our own
 *   storefront/  what browsers and apps call
 *   operations/  what monitors and admins call
 *
 *   functions/<name>/index.ts puts one endpoint together: it may import any room, and no other endpoint. A provider's
 *   folder imports no other provider's. Only the registry names them, the endpoints, and the jobs that are PayPal's,
 *   Google's and Whop's alone.
 */
const ROOMS = ["platform", "http", "facts", "crypto", "providers", "inbound", "outbound", "storefront", "operations"];

/** For each folder of the repository, those that it may import beside itself. */
const MAY_IMPORT = {
  functions: [],
  local: [],
  clients: [],
  web: ["clients"],
  simulator: ["local"],
  scripts: ["functions", "local", "simulator"],
  bench: ["functions", "local", "simulator"],
  tests: ["functions", "local", "simulator", "scripts", "web", "clients"],
};
const FOLDERS = Object.keys(MAY_IMPORT);

const folderRules = FOLDERS.map((folder) => {
  const others = FOLDERS.filter((other) => other !== folder && !MAY_IMPORT[folder].includes(other));
  return {
    name: `${folder}-imports-only-what-it-may`,
    comment: `${folder}/ imports ${MAY_IMPORT[folder].join("/, ") || "nothing else of ours"}.`,
    severity: "error",
    from: { path: `^${folder}/` },
    to: { path: `^(${others.join("|")})/` },
  };
});

const roomRules = ROOMS.slice(0, -1).map((room, i) => ({
  name: `${room}-imports-no-room-below-it`,
  comment: `${room}/ may import ${ROOMS.slice(0, i).join(", ") || "no other room"}. Move what both need up, or hand it in.`,
  severity: "error",
  from: { path: `^functions/_shared/${room}/` },
  to: { path: `^functions/_shared/(${ROOMS.slice(i + 1).join("|")})/` },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circle",
      comment: "What these files share belongs in a file that none of them is.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    ...folderRules,
    ...roomRules,
    {
      name: "shared-code-is-in-a-room",
      comment: `A file of functions/_shared stands in one of its rooms: ${ROOMS.join(", ")}.`,
      severity: "error",
      from: {},
      to: { path: "^functions/_shared/", pathNot: `^functions/_shared/(${ROOMS.join("|")})/` },
    },
    {
      name: "no-room-imports-an-endpoint",
      comment: "functions/<name>/index.ts puts rooms together; nothing imports it.",
      severity: "error",
      from: {},
      to: { path: "^functions/(?!_shared/)" },
    },
    {
      name: "providers-know-not-each-other",
      comment: "What two providers share belongs in providers/, facts/ or crypto/.",
      severity: "error",
      from: { path: "^functions/_shared/providers/([^/]+)/" },
      to: { path: "^functions/_shared/providers/[^/]+/", pathNot: "^functions/_shared/providers/$1/" },
    },
    {
      name: "providers-are-found-by-the-registry",
      comment: "Ask providers/registry.ts for it by its name, so that a provider added there is served here.",
      severity: "error",
      from: {
        path: "^functions/_shared/",
        pathNot: [
          "^functions/_shared/providers/([^/]+/|registry\\.ts$)",
          // Work at one provider alone: PayPal's captures, Google's calendar, Whop's chat.
          "^functions/_shared/outbound/jobs/(capture_payment|calendar|whop_message|whop_replies)\\.ts$",
        ],
      },
      to: { path: "^functions/_shared/providers/[^/]+/" },
    },
    {
      name: "functions-import-what-deno-json-names",
      comment:
        "At the edge there are only the packages of deno.json's import map, and none that is for development; the " +
        "types of one weigh nothing there (`import type`).",
      severity: "error",
      from: { path: "^functions/" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "imports-resolve",
      comment: "There is no such file or package.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // Type-only imports count: they say who knows whom as much as any other.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(docs|supabase|clients/web/dist)/" },
  },
};
