import { defineConfig } from "vite";

/** local/pages.ts builds with it. For work on the page itself: `npx vite web/console`, beside `npm start`. */
export default defineConfig({
  base: "/console/",
  server: { proxy: { "/console/config.json": "http://127.0.0.1:54321" } },
  build: {
    manifest: "manifest.json",
    // Inlined images would need `data:` in the policy of every page.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // light-dark() stays as it is.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    reportCompressedSize: false,
  },
});
