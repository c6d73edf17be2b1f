begin;
select plan(5);

update community.settings set language = 'fr', chat_url = 'https://app.tests.example/?chat=1' where only_row;
select tests.joins('m');
create function tests.says(key text, language text) returns text language sql as $$
  select community.compose(key, language, m, '00000000-0000-0000-0000-000000000001') from public.memberships m
  where m.provider_ref = 'm'
$$;
select alike(tests.says('welcome', 'en'), 'Hello there, welcome%', 'in the language asked for');
select alike(tests.says('welcome', 'de'), 'Bonjour%', 'else in that of the settings');
update community.settings set language = 'de' where only_row;
select alike(tests.says('welcome', 'it'), 'Hello%', 'else in English');
select alike(tests.says('handover', 'en'), '%https://app.tests.example/?chat=1&conversation=00000000-%',
  'the link leads to the conversation');
select is(tests.says('reminder_9', 'en'), null, 'there may be none');

select * from finish();
rollback;
