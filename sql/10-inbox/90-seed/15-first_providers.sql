insert into inbox.providers (name, reconcile, can_refund, can_cancel) values
  ('stripe', true, true, true),
  ('paypal', true, true, false),
  ('fapshi', true, false, true),
  ('whop', true, false, false),
  ('fathom', true, false, false),
  -- They send webhooks, and have no API to ask.
  ('railway', false, false, false),
  ('make', false, false, false);
