begin;
select plan(3);

select is(
  (select array_agg(distinct r.message_type order by r.message_type) from outbox.routes r where r.priority = 0
    and r.destination = 'make' and r.message_type like 'order.%'),
  array['order.changed', 'order.created'], 'an order is money'
);
select is(
  (select array_agg(distinct r.message_type order by r.message_type) from outbox.routes r where r.priority = 2),
  array['cohort_message.changed', 'cohort_message.posted', 'conversation_message.posted', 'error.reported',
    'form.submitted', 'question.answered', 'question.asked', 'question.changed', 'ticket.changed', 'ticket.opened',
    'ticket.replied'],
  'texts that people write are last'
);
insert into public.error_reports (app, message) values ('tests', 'something broke');
select is(
  (select d.priority::integer from outbox.deliveries d join outbox.messages m on m.id = d.message_id
    where m.type = 'error.reported' order by d.id desc limit 1),
  2, 'a delivery has the priority of its route'
);

select * from finish();
rollback;
