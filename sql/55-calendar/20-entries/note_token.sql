create function calendar.note_token(expires_at timestamptz) returns void
language plpgsql
set search_path = ''
as $$
begin
  update calendar.settings s set token_expires_at = note_token.expires_at
  -- Google says how many seconds are left: a difference of a few is none.
  where (s.token_expires_at is null) <> (note_token.expires_at is null)
    or s.token_expires_at not between note_token.expires_at - interval '1 hour' and note_token.expires_at +
      interval '1 hour';
end
$$;
comment on function calendar.note_token(timestamptz) is
  'When Google ends the consent that our refresh token stands for. Null: it does not by itself.';
