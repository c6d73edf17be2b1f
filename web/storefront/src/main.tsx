/** @jsxImportSource preact */
import { render } from "preact";
import { loadConfig } from "./api/config.ts";
import { App } from "./app/app.tsx";
import { Away } from "./ui/parts.tsx";
import "./styles.css";

const root = document.getElementById("root")!;
loadConfig().then(
  () => render(<App />, root),
  () =>
    render(
      <main class="page">
        <Away again={() => location.reload()} />
      </main>,
      root,
    ),
);
