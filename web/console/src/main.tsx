import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { loadConfig } from "./api/config.ts";
import { applyTheme } from "./app/preferences.ts";
import { queries } from "./app/queries.ts";
import { consoleRouter } from "./app/router.tsx";
import { ProblemBox } from "./ui/parts.tsx";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/pages.css";

applyTheme();
const root = createRoot(document.getElementById("root")!);
try {
  await loadConfig();
  root.render(
    <QueryClientProvider client={queries}>
      <RouterProvider router={consoleRouter()} />
    </QueryClientProvider>,
  );
} catch (error) {
  root.render(
    <main className="gate">
      <ProblemBox error={error} retry={() => location.reload()} />
    </main>,
  );
}
