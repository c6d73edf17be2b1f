begin;
select plan(9);

select tests.joins('new');
select is((tests.the_chat('new')).status, 'welcoming', 'a new member of Whop');
select is((tests.the_text('new')).status, 'pending', 'there');
select is((select count(*)::integer from outbox.deliveries d where d.destination = 'whop_message'
  and d.record_key = 'conversation_messages/' || (tests.the_text('new')).id), 1, 'by the courier');
select tests.joins('card', '{"customer_ref": "cus_1"}', 'stripe');
select is((tests.the_chat('card')).status, 'internal', 'a subscriber of Stripe');
select is((tests.the_text('card', 'welcome_in_app')).status, 'sent', 'in the app');
select tests.joins('old', ago => '10 days');
select is((tests.the_chat('old')).id, null, 'not one that is known here late');
select tests.joins('none', '{"status": "incomplete"}');
select is((tests.the_chat('none')).id, null, 'nor one that is not valid');
select community.disconnect_chat('no time for it');
select tests.joins('off');
select is((tests.the_chat('off')).id, null, 'nor while the chat is off');
select community.connect_chat();
select tests.joins('on');
select is((tests.the_chat('on')).status, 'welcoming', 'from when it is on again');

select * from finish();
rollback;
