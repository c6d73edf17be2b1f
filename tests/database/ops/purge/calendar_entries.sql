begin;
select plan(2);

select calendar.connect();
select tests.a_coming_session('old');
select tests.a_coming_session('coming', interval '500 days');
select tests.google_has('old');
select tests.google_has('coming');
alter table calendar.entries disable trigger touch;
update calendar.entries e set updated_at = now() - interval '401 days'
  where e.id in (tests.id('old'), tests.id('coming'));
update calendar.entries e set synced_until = now() - interval '401 days' where e.id = tests.id('old');
select ops.purge('calendar entries', 1000);
select is((tests.the_entry('old')).id, null, 'one of long ago');
select isnt((tests.the_entry('coming')).id, null, 'not one that lies ahead, however long nothing changed');

select * from finish();
rollback;
