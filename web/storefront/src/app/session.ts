/** Whether somebody is signed in, told without loading supabase-js. */
import { SESSION_KEY } from "../api/session_key.ts";

export const seemsSignedIn = () => localStorage.getItem(SESSION_KEY) !== null;

/** supabase-js and what we do with it, loaded once. */
export const account = () => import("../api/account.ts");
