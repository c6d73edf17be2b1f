begin;
select plan(2);

select tests.is_refused($$ insert into inbox.providers (name) values ('Tests') $$, 'a_name_is_lower_case',
  'a name is that of its files: in lower case');
select tests.a_provider();
select throws_ok($$ insert into inbox.providers (name) values ('tests') $$, '23505', null, 'a provider is listed once');

select * from finish();
rollback;
