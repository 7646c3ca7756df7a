-- What members are told. One row for each member, kind and object: what happens again comes up again.
create table core.notification (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  member_id uuid not null references core.member,
  kind text not null,
  -- What it is about, such as job/<id>.
  object text not null check (length(object) between 1 and 200),
  reason text not null,
  -- Where the reason is a permission.
  permission text,
  arguments text[] not null,
  link text not null check (link like '/%'),
  -- How often it happened since it was last read.
  times int not null default 1,
  happened_at timestamptz not null,
  read_at timestamptz,
  archived_at timestamptz,
  -- When it is to be mailed, and when it last was.
  mail_at timestamptz,
  mailed_at timestamptz,
  -- Whether it waits for the daily mail.
  in_digest boolean not null default false,
  constraint notification_object unique (workspace_id, member_id, kind, object)
);
create index notification_newest on core.notification (workspace_id, member_id, happened_at desc, id desc);
create index notification_unread on core.notification (workspace_id, member_id) where read_at is null;
create index notification_to_mail on core.notification (mail_at) where mail_at is not null;
create index notification_to_digest on core.notification (workspace_id, member_id) where in_digest;
create index notification_age on core.notification (happened_at);
call core.protect('core.notification');

-- Where a member wants it otherwise than the kind says.
create table core.notification_preference (
  workspace_id uuid not null references core.workspace,
  member_id uuid not null references core.member,
  kind text not null,
  muted boolean not null,
  mail text not null check (mail in ('AT_ONCE', 'DAILY', 'NEVER')),
  robot boolean not null,
  primary key (workspace_id, member_id, kind)
);
call core.protect('core.notification_preference');

-- When a member wants the daily mail.
create table core.notification_setting (
  workspace_id uuid not null references core.workspace,
  member_id uuid not null references core.member,
  digest_hour int not null check (digest_hour between 0 and 23),
  time_zone text not null,
  primary key (workspace_id, member_id)
);
call core.protect('core.notification_setting');

-- The daily mails that were planned: one a day, in the days of the member.
create table core.notification_digest (
  workspace_id uuid not null references core.workspace,
  member_id uuid not null references core.member,
  day date not null,
  primary key (workspace_id, member_id, day)
);
call core.protect('core.notification_digest');
