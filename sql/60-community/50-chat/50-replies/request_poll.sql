create function community.request_poll(at timestamptz default now()) returns boolean
language plpgsql
set search_path = ''
as $$
begin
  if not exists (select 1 from community.due_polls(1, request_poll.at)) then
    return false;
  end if;
  perform outbox.write_message(
    'conversations.poll_requested', 'conversations/poll',
    json_build_object(
      'type', 'conversations.poll_requested', 'timestamp', ops.iso_utc(now()),
      'data', json_build_object('at', ops.iso_utc(request_poll.at))
    )::text,
    null, array['whop_replies'], latest_only => array['whop_replies']
  );
  return true;
end
$$;
comment on function community.request_poll(timestamptz) is
  'Makes the courier read the channels whose turn it is (community.due_polls). Returns whether there are any.';
