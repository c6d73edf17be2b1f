begin;
select plan(1);

select results_eq(
  $$ select tutoring.meeting_key(u) from unnest(array['https://meet.google.com/abc-defg-hij',
  ' meet.google.com/abc-defg-hij',
    'http://WWW.zoom.us/j/123?pwd=x', 'https://teams.microsoft.com/l/meetup-join/19%3aMeeting_X/0#y',
    'https://meet.google.com', 'https://meet.google.com/', 'Room 12', '', null]) u $$,
  array['meet.google.com/abc-defg-hij', 'meet.google.com/abc-defg-hij', 'zoom.us/j/123',
    'teams.microsoft.com/l/meetup-join/19%3aMeeting_X/0', null, null, null, null, null],
  'host and path'
);

select * from finish();
rollback;
