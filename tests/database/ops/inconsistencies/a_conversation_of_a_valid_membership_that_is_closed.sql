begin;
select plan(4);

select tests.joins('m');
update public.memberships set status = 'expired' where true;
update public.conversations set status_since = now() - interval '1 hour' where true;
select is(tests.inconsistencies(), null, 'closed with its membership');
alter table public.memberships disable trigger then_settle_conversation_of_change;
update public.memberships set status = 'active' where true;
select is(tests.inconsistencies(), 'conversation of a valid membership is closed', 'valid again, and still closed');
update community.settings set conversations = false where true;
select is(tests.inconsistencies(), null, 'while the chat is off, nothing is opened');
update community.settings set conversations = true where true;
select community.settle_conversation(m) from public.memberships m;
select is(tests.inconsistencies(), null, 'the remedy opens it');

select * from finish();
rollback;
