/**
 * uPlot makes an Intl.NumberFormat of navigator.language when it is loaded, and throws where the system names a
 * language that no library knows (`en-US@posix`). Loaded before it.
 */
import { knownLocale } from "./locale.ts";

const language = knownLocale([navigator.language, ...navigator.languages]);
if (navigator.language !== language) Object.defineProperty(navigator, "language", { value: language });
