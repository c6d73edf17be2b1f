/** Whether somebody is signed in, told without loading supabase-js, which keeps the session under this key. */

export const SESSION_KEY = "signalbox.shop.session";

export const seemsSignedIn = () => localStorage.getItem(SESSION_KEY) !== null;

/** supabase-js and what we do with it, loaded once. */
export const account = () => import("../api/account.ts");
