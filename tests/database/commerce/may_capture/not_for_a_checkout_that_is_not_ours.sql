begin;
select plan(1);

select tests.receive(tests.fact_approved('order_1'));

select matches(tests.may_capture('order_1'), '^refused: It names no checkout session of ours',
  'it was bought elsewhere');

select * from finish();
rollback;
