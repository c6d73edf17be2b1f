begin;
select plan(7);

select tests.create_user('amina@tests.example');
select tests.an_admin('admin@tests.example');
select tests.by('amina@tests.example', $$ insert into public.support_tickets (subject, body) values ('x', 'y') $$);
create function tests.becomes(status text, who text) returns text language plpgsql as $$
begin
  update public.support_tickets t set status = becomes.status::public.ticket_status where true;
  perform tests.by(who, $x$ insert into public.ticket_replies (ticket_id, body)
    select t.id, 'z' from public.support_tickets t $x$);
  return (select t.status::text from public.support_tickets t);
end
$$;
select is(tests.becomes('waiting', 'amina@tests.example'), 'open', 'one that waits for the customer');
select is(tests.becomes('closed', 'amina@tests.example'), 'open', 'a closed one too');
select is(tests.becomes('waiting', 'admin@tests.example'), 'waiting', 'a reply of staff does not');
select is(tests.becomes('closed', 'admin@tests.example'), 'closed', 'in no status');
insert into public.ticket_replies (ticket_id, author_email, from_staff, body, source, provider, provider_ref)
select t.id, 'amina@tests.example', false, 'by e-mail', 'email', 'make', 'r1' from public.support_tickets t;
select is((select t.status::text from public.support_tickets t), 'open', 'a reply by e-mail does');
select is((select m.payload::jsonb -> 'data' ->> 'status' from outbox.messages m
  where m.payload::jsonb ->> 'type' = 'ticket.changed' order by m.sequence desc limit 1), 'open', 'make.com is told');
update public.support_tickets t set status = 'closed' where true;
select is(tests.by('amina@tests.example', $$ update public.support_tickets set status = 'open' where true $$), '42501',
  'only a reply opens it: there is something to read');

select * from finish();
rollback;
