begin;
select plan(1);

insert into inbox.inquiries (provider, ref, next_at) values ('tests', 'pi_1', now());
select tests.is_refused(
  $$ insert into inbox.inquiries (provider, ref, next_at) values ('tests', 'pi_1', now()) $$,
  'a_payment_is_asked_about_in_one_row', 'a payment is asked about in one row'
);

select * from finish();
rollback;
