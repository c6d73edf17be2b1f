begin;
select plan(2);

create function pg_temp.actions() returns text language sql as
  $$ select string_agg(a ->> 'command', ' ') from jsonb_array_elements(console.event(tests.id('event')) -> 'actions') a
  $$;

select tests.an_admin('admin@tests.example');
select tests.receive_events(tests.unconfirmed('evt_1', tests.fact_captured('pi_1')));
select tests.remember('event', (tests.the_event('evt_1')).id::text);
select tests.authenticate_as('admin@tests.example');
select is(pg_temp.actions(), 'inbox.retry inbox.ignore', 'its provider can be asked again, or it is closed');
select tests.as_owner();
select inbox.ignore(tests.id('event'), 'of another shop');
select tests.authenticate_as('admin@tests.example');
select is(pg_temp.actions(), 'inbox.retry', 'once closed, its provider can be asked again');

select * from finish();
rollback;
