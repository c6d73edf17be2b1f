insert into inbox.providers (name) values ('stripe'), ('paypal'), ('fapshi'), ('whop'), ('fathom');
