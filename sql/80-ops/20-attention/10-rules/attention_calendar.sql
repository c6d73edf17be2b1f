create view ops.attention_calendar with (security_invoker = on) as
  with entries as (
    select e.*, coalesce(s.title, a.title) as title, coalesce(s.starts_at, a.starts_at) as starts_at,
      coalesce(s.meet_link, a.meet_link) as meet_link,
      coalesce(s.ends_at, a.ends_at) > now() and coalesce(s.status::text, a.status::text)
        in ('scheduled', 'confirmed') as upcoming
    from calendar.entries e
    left join public.tutoring_sessions s on e.source = 'tutoring_session' and s.id = e.id
    left join public.appointments a on e.source = 'appointment' and a.id = e.id
    -- Only what is new to Google, or is to come there.
    where e.version > e.synced_version or e.synced_until > now()
  )
  select 'calendar not connected' as what, 'calendar' as id, 'Google Calendar' as which,
    format('%s %s for it.', c.refused_reason, (
      select ops.counted(count(*), 'session or appointment waits', 'sessions and appointments wait')
      from outbox.deliveries d where d.destination = 'calendar' and d.status = 'pending'
    )) as why,
    c.refused_at as since,
    ops.remedy(
      'First do what it says, then npm run deploy. This tries again at once; it goes when Google accepts a change.',
      'select outbox.resume(''calendar'')',
      'puts nothing into Google Calendar any more, and cancels what waits; what is there stays.',
      'select calendar.disconnect(reason => ''<why>'')'
    ) as remedy
  from calendar.settings c
  where c.refused_at is not null and (c.sessions or c.appointments)
  union all
  select 'calendar consent ends', 'calendar', 'Google Calendar',
    format('Google ends the consent of the calendar''s owner %s, because the OAuth app is in testing. Then sessions '
      'get no Meet link.', ops.iso_utc(c.token_expires_at)),
    least(c.token_expires_at - interval '7 days', now()),
    ops.remedy(
      'Publish the app (Google Cloud console > APIs & Services > OAuth consent screen > Publish app), then npm run '
      'google-login and npm run deploy. This goes with the next access token.', null
    )
  from calendar.settings c
  where c.token_expires_at is not null and c.refused_at is null and (c.sessions or c.appointments)
  union all
  select 'session without a link', e.id::text, e.title || ' ' || ops.iso_utc(e.starts_at), e.problem, e.updated_at,
    ops.remedy(
      'Asks Google again, after what it says was done. This goes when there is a link.',
      format('select calendar.sync(%L)', e.id),
      'takes a link that was made elsewhere.',
      format('update public.%I set meet_link = ''<link>'' where id = %L', case e.source when 'appointment'
        then 'appointments' else 'tutoring_sessions' end, e.id)
    )
  from entries e
  where e.problem is not null and e.upcoming and e.meet_link is null
  union all
  select 'calendar invitation incomplete', e.id::text, e.title || ' ' || ops.iso_utc(e.starts_at),
    format('No usable e-mail address of the %s is known, so Google invites nobody there.',
      array_to_string(e.left_out, ' and the ')),
    e.updated_at,
    ops.remedy(
      'Says who it is; the invitation follows by itself.',
      case
        when e.source = 'tutoring_session' then
          format('update public.tutoring_sessions set %I = ''<address>'' where id = %L', e.left_out[1] || '_email',
            e.id)
        when 'student' = any (e.left_out) then
          format('update public.appointments set email = ''<address>'' where id = %L', e.id)
        else format('update public.appointments set instructor_user_id = ''<id of the account>'' where id = %L', e.id)
      end
    )
  from entries e
  where e.left_out <> '{}' and e.upcoming
  union all
  select 'session not in the calendar', e.id::text, coalesce(e.title, e.source) || coalesce(' ' ||
    ops.iso_utc(e.starts_at), ''),
    'Google Calendar does not have its latest change, and no delivery will bring it there.', e.updated_at,
    ops.remedy('Brings it there.', format('select calendar.sync(%L)', e.id))
  from entries e
  where e.version > e.synced_version and e.updated_at < now() - interval '10 minutes'
    and (e.upcoming or e.synced_until > now())
    and not exists (
      select 1 from outbox.deliveries d
      where d.destination = 'calendar' and d.record_key = 'entries/' || e.id
        and d.status in ('pending', 'sending', 'dead')
    );
comment on view ops.attention_calendar is
  'For ops.attention: Google refuses our credentials, or will; a session without a link, without an invitation, or '
  'not in the calendar as it is.';
