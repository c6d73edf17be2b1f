/** Which address shows which page. Pages are loaded when they are opened; the first one is Home. */
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  Link,
  lazyRouteComponent,
  notFound,
  type RouterHistory,
} from "@tanstack/react-router";
import { config } from "../api/config.ts";
import type { Me } from "../api/types.ts";
import { readSearch } from "../ui/filters.ts";
import { PageHead, ProblemBox } from "../ui/parts.tsx";
import { Gate } from "./gate.tsx";
import { Shell } from "./shell.tsx";

const root = createRootRouteWithContext()({
  component: () => <Gate>{(me: Me) => <Shell me={me} />}</Gate>,
  notFoundComponent: () => (
    <>
      <PageHead title="No such page" />
      <p>
        Nothing is at this address. <Link to="/">Home</Link> shows what needs you; press <kbd>/</kbd> to find anything.
      </p>
    </>
  ),
});

const page = <Path extends string>(path: Path, load: () => Promise<{ default: () => React.ReactNode }>) =>
  createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load) });

const routeTree = root.addChildren([
  page("/", () => import("../pages/home.tsx")),
  createRoute({
    getParentRoute: () => root,
    path: "/find",
    validateSearch: (search: Record<string, unknown>) => ({ q: typeof search.q === "string" ? search.q : undefined }),
    component: lazyRouteComponent(() => import("../pages/find.tsx")),
  }),
  page("/charts", () => import("../pages/charts.tsx")),
  page("/destinations", () => import("../pages/destinations.tsx")),
  page("/destinations/$name", () => import("../pages/destinations.tsx")),
  page("/audit", () => import("../pages/audit.tsx")),
  page("/jobs", () => import("../pages/jobs.tsx")),
  page("/retention", () => import("../pages/retention.tsx")),
  page("/commands", () => import("../pages/commands.tsx")),
  page("/settings", () => import("../pages/settings.tsx")),
  page("/line/$kind/$id", () => import("../pages/line.tsx")),
  createRoute({
    getParentRoute: () => root,
    path: "/$what",
    validateSearch: readSearch,
    component: lazyRouteComponent(() => import("../pages/list.tsx")),
  }),
  page("/$what/$id", () => import("../pages/detail.tsx")),
  createRoute({
    getParentRoute: () => root,
    path: "/break",
    // Where nothing may be broken on purpose there is no such page.
    beforeLoad: () => {
      if (!config().breakable) throw notFound();
    },
    component: lazyRouteComponent(() => import("../pages/break.tsx")),
  }),
]);

/** `?status=failed&text=123`: every value is the text that it is, so that a person can write an address. */
function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

function stringifySearch(search: Record<string, unknown>): string {
  const pairs = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}

export function consoleRouter(history?: RouterHistory) {
  return createRouter({
    routeTree,
    history,
    basepath: import.meta.env.BASE_URL,
    parseSearch,
    stringifySearch,
    defaultErrorComponent: ({ error, reset }) => <ProblemBox error={error} retry={reset} />,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof consoleRouter>;
  }
}
