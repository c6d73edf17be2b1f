insert into inbox.providers (name, reconcile, can_refund) values
  ('stripe', true, true),
  ('paypal', true, true),
  ('fapshi', true, false),
  ('whop', true, false),
  ('fathom', true, false),
  -- They send webhooks, and have no API to ask.
  ('railway', false, false),
  ('make', false, false);
