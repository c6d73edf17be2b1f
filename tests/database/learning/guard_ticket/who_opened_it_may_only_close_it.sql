begin;
select plan(6);

select tests.create_user('amina@tests.example');
select tests.an_admin('admin@tests.example');
select tests.by('amina@tests.example', $$ insert into public.support_tickets (subject, body) values ('x', 'y') $$);
select is(tests.by('amina@tests.example', $$ update public.support_tickets set priority = 'urgent' where true $$),
  '42501', 'the customer does not set the priority');
select is(tests.by('amina@tests.example', $$ update public.support_tickets set status = 'waiting' where true $$),
  '42501', 'nor any status');
select is(tests.by('amina@tests.example', $$ update public.support_tickets set status = 'closed' where true $$), '1',
  'the customer closes it');
select is(tests.by('amina@tests.example', $$ update public.support_tickets set status = 'open' where true $$), '42501',
  'and does not open it again');
select is(tests.by('admin@tests.example', $$ update public.support_tickets set status = 'waiting', priority = 'high'
  where true $$), '1', 'an admin sets any status');
select is((select t.status || ' ' || t.priority from public.support_tickets t), 'waiting high', 'and it is stored');

select * from finish();
rollback;
