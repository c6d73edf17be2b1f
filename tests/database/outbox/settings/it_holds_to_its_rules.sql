begin;
select plan(4);

select tests.is_refused($$ insert into outbox.settings default values $$, 'settings_pkey', 'there is one row');
select tests.is_refused($$ insert into outbox.settings (only_row) values (false) $$, 'there_is_one_row',
  'and never a second');
select tests.is_refused($$ update outbox.settings set functions_url = 'ftp://example.com' $$, 'the_address_is_http',
  'an address is http');
select tests.is_refused($$ update outbox.settings set functions_url = 'https:///functions' $$, 'the_address_is_http',
  'with a host');

select * from finish();
rollback;
