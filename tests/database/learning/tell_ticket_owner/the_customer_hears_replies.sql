begin;
select plan(3);

select tests.create_user('amina@tests.example');
select tests.an_admin('admin@tests.example');
select tests.by('amina@tests.example', $$ insert into public.support_tickets (subject, body) values ('x', 'y') $$);
select tests.by('admin@tests.example', $$ insert into public.ticket_replies (ticket_id, body)
  select t.id, 'We look into it.' from public.support_tickets t $$);
create function tests.heard(who text) returns text language sql as $$
  select string_agg(concat_ws(' ', m.event, m.payload ->> 'table', m.payload -> 'record' ->> 'body'), ', '
    order by m.payload -> 'record' ->> 'body')
  from realtime.messages m
  where m.topic = 'user:' || tests.user_id(who) and m.payload ->> 'table' = 'ticket_replies'
$$;
select is(tests.heard('amina@tests.example'), 'INSERT ticket_replies We look into it.', 'on the private topic');
select is(tests.heard('admin@tests.example'), null, 'and nobody else does');
update public.support_tickets t set user_id = null where true;
select tests.by('admin@tests.example', $$ insert into public.ticket_replies (ticket_id, body)
  select t.id, 'Mended.' from public.support_tickets t $$);
select is(tests.heard('amina@tests.example'), 'INSERT ticket_replies Mended., INSERT ticket_replies We look into it.',
  'by the confirmed address too');

select * from finish();
rollback;
