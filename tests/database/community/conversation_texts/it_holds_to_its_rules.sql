begin;
select plan(4);

select tests.is_refused($$ insert into public.conversation_texts (key, language, body) values ('hello', 'de', 'x') $$,
  'a_key_is_one_that_is_sent', 'only what is ever sent');
select tests.is_refused($$ insert into public.conversation_texts (key, language, body)
  values ('welcome', 'de', 'Hallo {nme}') $$, 'a_placeholder_is_known', 'a placeholder that is misspelled');
select tests.is_refused($$ insert into public.conversation_texts (key, language, body)
  values ('welcome', 'de', 'Hallo {name') $$, 'a_placeholder_is_known', 'or not closed');
select tests.is_refused($$ insert into public.conversation_texts (key, language, body)
  values ('welcome', 'german', 'x') $$, 'a_language_is_a_code', 'a language is a code');

select * from finish();
rollback;
