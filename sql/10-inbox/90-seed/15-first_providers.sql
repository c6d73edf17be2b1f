insert into inbox.providers (name) values ('stripe'), ('paypal'), ('fapshi'), ('whop'), ('fathom');
-- Ours to be told by, and no API to ask.
insert into inbox.providers (name, reconcile) values ('railway', false), ('make', false);
