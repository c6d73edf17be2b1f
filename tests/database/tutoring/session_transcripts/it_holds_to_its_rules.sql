begin;
select plan(3);

select tests.receive(tests.fact_meeting('rec_1') || tests.a_transcript());
select tests.is_refused(
  $$ insert into public.session_transcripts (session_recap_id, transcript, as_of, as_of_event)
  values (gen_random_uuid(), '[]', now(), 'e') $$, 'a_transcript_is_of_a_recap', 'it is of a recap'
);
select tests.is_refused($$ update public.session_transcripts set transcript = '{}' $$, 'a_transcript_is_a_list',
  'it is a list');
delete from public.session_recaps r where r.provider_ref = 'rec_1';
select is_empty($$ select 1 from public.session_transcripts $$, 'and goes with its recap');

select * from finish();
rollback;
