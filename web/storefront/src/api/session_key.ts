/** Where supabase-js keeps the session in localStorage: whether there is one is told without loading it. */
export const SESSION_KEY = "signalbox.shop.session";
