create function learning.reply_audience(fact jsonb, about uuid) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_audience text;
begin
  if fact ->> 'authenticated' is distinct from 'true' then
    raise exception 'nothing proves that this e-mail is from %', fact ->> 'from'
      using errcode = '22023', hint
      =
        'Pass the receiving mail server''s verdict as data.authentication: its Authentication-Results header, which '
        'must say dkim=pass or dmarc=pass. Without it anybody could write in another''s name.';
  end if;
  -- Digests of both are compared, so that the time it takes does not show how many bytes are right.
  select a.audience into v_audience
  from unnest(array['staff', 'customer']) as a (audience)
  where sha256(convert_to(fact ->> 'token', 'UTF8'))
    = sha256(convert_to(learning.reply_token(a.audience, reply_audience.about), 'UTF8'));
  if v_audience is null then
    raise exception 'the reply carries no token of this question or ticket'
      using errcode = '22023', hint
      =
        'Send our e-mails with data.reply_token_staff or data.reply_token_customer of the message in their Reply-To '
        'address (support+<token>@your-domain), and pass it back as data.reply_token.';
  end if;
  return v_audience;
end
$$;
comment on function learning.reply_audience(jsonb, uuid) is
  'Which e-mail a reply.received answers: that to staff or to customer. A From line proves nothing. Raises 22023 when '
  'the mail was not authenticated or its token is not of this question or ticket.';
