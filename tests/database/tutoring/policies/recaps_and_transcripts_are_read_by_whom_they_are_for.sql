begin;
select plan(9);

select tests.create_user('tutor@tests.example');
select tests.create_user('student@tests.example');
select tests.create_user('guest@tests.example');
select tests.create_user('nobody@tests.example');
select tests.create_user('unconfirmed@tests.example', false);
select tests.a_session('lesson');
select tests.receive(tests.fact_meeting('of_a_session',
  '{tutor@tests.example,guest@tests.example,unconfirmed@tests.example}') || tests.a_transcript());
select tests.receive(
  tests.fact_meeting('of_none', '{guest@tests.example,unconfirmed@tests.example}') || tests.a_transcript()
  || '{"started_at": "2026-03-01T00:00:00Z"}'
);
update public.session_recaps r set people = r.people || '[{"name": "Somebody", "email": null}]';
create function tests.reads(who text) returns text language plpgsql as $$
declare
  v_read text;
begin
  perform tests.authenticate_as(who);
  v_read := array(select r.provider_ref from public.session_recaps r order by 1)::text || ' ' || (select count(*)
    from public.session_transcripts);
  perform tests.as_owner();
  return v_read;
end
$$;

select is(tests.reads('student@tests.example'), '{of_a_session} 1', 'the student of its session, present or not');
select is(tests.reads('tutor@tests.example'), '{of_a_session} 1', 'the tutor');
select is(tests.reads('guest@tests.example'), '{of_none} 1', 'without a session a participant, by address');
select is(tests.reads('nobody@tests.example'), '{} 0', 'and nobody else');
select is(tests.reads('unconfirmed@tests.example'), '{} 0', 'an unconfirmed address gives no access');
select tests.authenticate_as('tutor@tests.example');
select throws_ok($$ update public.session_recaps set title = 'x' $$, '42501', null, 'nobody changes a recap');
select throws_ok($$ update public.session_transcripts set transcript = '[]' $$, '42501', null, 'nor a transcript');
select tests.as_owner();
select tests.as_anon();
select throws_ok($$ select 1 from public.session_recaps $$, '42501', null, 'without an account no recap');
select throws_ok($$ select 1 from public.session_transcripts $$, '42501', null, 'and no transcript');

select * from finish();
rollback;
