begin;
select plan(3);

select calendar.connect();
select tests.a_coming_session('lesson');
select calendar.note_refusal('google: invalid_grant.');
select matches((select a.why from ops.attention a where a.what = 'calendar not connected'),
  '^google: invalid_grant\. 1 ',
  'an admin sees it, with how many wait');
select is((select a.severity::text from ops.attention a where a.what = 'calendar not connected'), 'urgent',
  'urgently');
select tests.google_has('lesson');
select is_empty($$ select 1 from ops.attention a where a.what = 'calendar not connected' $$, 'until Google accepts');

select * from finish();
rollback;
