begin;
select plan(5);

create function tests.asked_again() returns interval language plpgsql as $$
begin
  perform inbox.asked_about('tests', 'pi_1');
  return (select i.next_at - now() from inbox.inquiries i where i.provider = 'tests' and i.ref = 'pi_1');
end
$$;
select is(tests.asked_again(), '5 minutes'::interval, 'in 5 minutes after the first time');
select is(tests.asked_again(), '10 minutes'::interval, 'the second');
select is(tests.asked_again(), '20 minutes'::interval, 'the third');
do $$ begin for i in 4 .. 40 loop perform tests.asked_again(); end loop; end $$;
select is(tests.asked_again(), '1 day'::interval, 'at most a day, however often it was asked');
select is((select i.times from inbox.inquiries i where i.provider = 'tests'), 41, 'it is counted');

select * from finish();
rollback;
