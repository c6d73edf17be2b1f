/** Where the functions are: SIGNALBOX_URL, or the local stack of npm start. Without a slash at the end. */
export function functionsUrlFrom(env: NodeJS.ProcessEnv): string {
  return (env.SIGNALBOX_URL || "http://127.0.0.1:54321/functions/v1").replace(/\/$/, "");
}
