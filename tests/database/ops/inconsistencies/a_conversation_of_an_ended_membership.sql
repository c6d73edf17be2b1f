begin;
select plan(2);

select tests.joins('m');
select is(tests.inconsistencies(), null, 'all is well');
alter table public.memberships disable trigger then_settle_conversation_of_change;
update public.memberships set status = 'expired' where true;
select is(tests.inconsistencies(), 'conversation of an ended membership', 'open, though access has ended');

select * from finish();
rollback;
