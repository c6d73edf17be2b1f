begin;
select plan(4);

select is(tests.receive_events(tests.an_event('evt_bill', tests.fact_bill('in_1', 'sub_1', 'paid'))), 'parked',
  'the membership is not known yet');
select is((tests.the_event('evt_bill')).waiting_for, 'tests/membership/sub_1', 'the event says what it waits for');
select tests.receive(tests.fact_membership('sub_1', 'active'));

select is((tests.the_event('evt_bill')).status, 'applied', 'it is applied with the membership');
select is((tests.the_invoice('in_1')).outcome, 'paid', 'and recorded');

select * from finish();
rollback;
