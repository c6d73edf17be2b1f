import { defineConfig } from "vite";

/** local/pages.ts builds with it. For work on the page itself: `npx vite web/storefront`, beside `npm start`. */
export default defineConfig({
  base: "/shop/",
  server: {
    proxy: { "/shop/config.json": "http://127.0.0.1:54321" },
    // clients/web is beside web/.
    fs: { allow: ["../.."] },
  },
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
