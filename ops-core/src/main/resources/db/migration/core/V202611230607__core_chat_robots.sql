-- Robots in groups of a chat platform. A removed one stays for the list of its deliveries, without its secrets.
create table core.chat_robot (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  name text not null check (length(name) between 1 and 60),
  platform text not null check (platform in ('FEISHU', 'DINGTALK', 'WECOM', 'SLACK')),
  -- The address is a secret too.
  sealed_address bytea,
  sealed_secret bytea,
  host text not null,
  kinds text[] not null,
  -- Whether members may have their own notifications sent there.
  for_members boolean not null,
  -- Null for at once; else the hour of the workspace at which one message tells all.
  daily_hour int check (daily_hour between 0 and 23),
  enabled boolean not null default true,
  last_at timestamptz,
  last_sent boolean,
  -- What the platform answered.
  last_said text,
  created_at timestamptz not null,
  removed_at timestamptz
);
create index chat_robot_newest on core.chat_robot (workspace_id, id) where removed_at is null;
call core.protect('core.chat_robot');

-- What waits to be told by a robot; several lines are one message.
create table core.chat_line (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  robot_id uuid not null references core.chat_robot on delete cascade,
  text text not null,
  link text not null,
  due_at timestamptz not null
);
create index chat_line_due on core.chat_line (due_at);
create index chat_line_of_robot on core.chat_line (robot_id, due_at);
call core.protect('core.chat_line');

-- By which robot a member is told.
create table core.chat_choice (
  workspace_id uuid not null references core.workspace,
  member_id uuid not null references core.member,
  robot_id uuid not null references core.chat_robot on delete cascade,
  primary key (workspace_id, member_id)
);
create index chat_choice_of_robot on core.chat_choice (robot_id);
call core.protect('core.chat_choice');
